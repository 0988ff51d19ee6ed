/* Typed arrays through JSON, for pages: a browser's debugging protocol carries nothing else. */

const KINDS = { Uint8Array, Int32Array, Float32Array, BigInt64Array };
type Kind = keyof typeof KINDS;

interface Encoded {
  readonly kind: Kind;
  readonly base64: string;
}

export function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (!ArrayBuffer.isView(part)) return part;
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return { kind: part.constructor.name, base64: btoa(binary) };
  });
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    const { kind, base64 } = (part ?? {}) as Partial<Encoded>;
    if (kind === undefined || base64 === undefined) return part;
    return new KINDS[kind](Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
  });
}

/** A part of a tensor that holds several side by side. */
export interface PackedPart {
  readonly name: string;
  /** Numbers in it. */
  readonly size: number;
}

/** Tensors that hold others side by side, in this order, by their names. */
export type Packs = Readonly<Record<string, readonly PackedPart[]>>;

type NamedArrays = Readonly<Record<string, Float32Array>>;

/** Puts values side by side: every pack from its parts; what is in no pack stays under its name. */
export function pack(packs: Packs, values: NamedArrays): Record<string, Float32Array> {
  const packed: Record<string, Float32Array> = { ...values };
  for (const [name, parts] of Object.entries(packs)) {
    const whole = new Float32Array(parts.reduce((total, { size }) => total + size, 0));
    let start = 0;
    for (const part of parts) {
      whole.set(values[part.name] as Float32Array, start);
      delete packed[part.name];
      start += part.size;
    }
    packed[name] = whole;
  }
  return packed;
}

/** The inverse of {@link pack}; parts are views, not copies. */
export function unpack(packs: Packs, packed: NamedArrays): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = { ...packed };
  for (const [name, parts] of Object.entries(packs)) {
    const whole = packed[name] as Float32Array;
    delete values[name];
    let start = 0;
    for (const part of parts) {
      values[part.name] = whole.subarray(start, start + part.size);
      start += part.size;
    }
  }
  return values;
}

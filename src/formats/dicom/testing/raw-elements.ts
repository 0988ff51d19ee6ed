import { concatBytes } from '../../../core/bytes.ts';

/** Explicit VR little endian elements as files hold them, for what `writePart10` does not write. */

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UN', 'UT']);
const UNDEFINED = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
const uint32 = (value: number) => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
const tagBytes = (id: number) => Uint8Array.of((id >>> 16) & 0xff, id >>> 24, id & 0xff, (id >>> 8) & 0xff);
const ITEM = tagBytes(0xfffee000);
const ITEM_END = concatBytes([tagBytes(0xfffee00d), uint32(0)]);
const SEQUENCE_END = concatBytes([tagBytes(0xfffee0dd), uint32(0)]);

export function rawElement(id: number, vr: string, value: Uint8Array): Uint8Array {
  const letters = new TextEncoder().encode(vr);
  const length = LONG.has(vr) ? Uint8Array.of(0, 0, ...uint32(value.length)) : uint32(value.length).subarray(0, 2);
  return concatBytes([tagBytes(id), letters, length, value]);
}

/** An element in implicit VR. */
export function implicitElement(id: number, value: Uint8Array): Uint8Array {
  return concatBytes([tagBytes(id), uint32(value.length), value]);
}

/** Pixel data of undefined length: an empty offset table and one fragment a frame. */
export function encapsulated(id: number, frames: readonly Uint8Array[]): Uint8Array {
  const parts = [new Uint8Array(), ...frames].map((frame) => {
    const padded = frame.length % 2 === 0 ? frame : concatBytes([frame, Uint8Array.of(0)]);
    return concatBytes([ITEM, uint32(padded.length), padded]);
  });
  return concatBytes([
    tagBytes(id),
    new TextEncoder().encode('OB'),
    Uint8Array.of(0, 0),
    UNDEFINED,
    ...parts,
    SEQUENCE_END,
  ]);
}

/** A sequence of one item, both of undefined length. */
export function sequenceOf(id: number, content: readonly Uint8Array[]): Uint8Array {
  const start = concatBytes([tagBytes(id), new TextEncoder().encode('SQ'), Uint8Array.of(0, 0), UNDEFINED]);
  return concatBytes([start, ITEM, UNDEFINED, ...content, ITEM_END, SEQUENCE_END]);
}

/** The file with more bytes in front of the first element of a number. */
export function insertedBefore(file: Uint8Array, id: number, bytes: Uint8Array): Uint8Array {
  const at = positionOf(file, id);
  return concatBytes([file.subarray(0, at), bytes, file.subarray(at)]);
}

/** The file with all from the first element of a number on replaced. */
export function endingWith(file: Uint8Array, id: number, bytes: Uint8Array): Uint8Array {
  return concatBytes([file.subarray(0, positionOf(file, id)), bytes]);
}

/** The file with another transfer syntax in its meta information; the data set stays. */
export function withSyntax(file: Uint8Array, uid: string): Uint8Array {
  const at = positionOf(file, 0x00020010);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const old = view.getUint16(at + 6, true);
  const text = new TextEncoder().encode(uid.length % 2 === 0 ? uid : `${uid}\0`);
  const changed = concatBytes([file.subarray(0, at), rawElement(0x00020010, 'UI', text), file.subarray(at + 8 + old)]);
  // The group length stands behind the preamble.
  new DataView(changed.buffer).setUint32(140, view.getUint32(140, true) + text.length - old, true);
  return changed;
}

/** Where the data set begins. */
export function dataSetStart(file: Uint8Array): number {
  return 144 + new DataView(file.buffer, file.byteOffset).getUint32(140, true);
}

function positionOf(file: Uint8Array, id: number): number {
  const tag = tagBytes(id);
  const at = file.findIndex((_, i) => i >= 132 && tag.every((byte, k) => file[i + k] === byte));
  if (at < 0) throw new Error(`no element ${id.toString(16)}`);
  return at;
}

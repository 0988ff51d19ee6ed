import { zlibSync } from 'fflate';
import type { LabelVolume } from '../../imaging/volume.ts';

const SHORT = 3;
const LONG = 4;
const HEADER_BYTES = 8;

/** Writes a segmentation as an 8-bit grey TIFF whose values are the class indices, one deflated page per slice. */
export function writeLabelTiff({ data, shape: [depth, height, width] }: LabelVolume): Uint8Array {
  const size = height * width;
  const strips = Array.from({ length: depth }, (_, z) => zlibSync(data.subarray(z * size, (z + 1) * size)));
  // Each page is its strip, padded to an even length as directories start at one, and its directory.
  const padded = strips.map(({ length }) => length + (length & 1));
  const directoryBytes = 2 + 12 * fieldsOf(height, width, 0, 0).length + 4;
  const bytes = new Uint8Array(HEADER_BYTES + padded.reduce((sum, length) => sum + length + directoryBytes, 0));
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  let [at, link] = [HEADER_BYTES, 4];
  for (const [z, strip] of strips.entries()) {
    bytes.set(strip, at);
    const fields = fieldsOf(height, width, at, strip.length);
    at += padded[z] as number;
    view.setUint32(link, at, true);
    view.setUint16(at, fields.length, true);
    at += 2;
    for (const [tag, type, value] of fields) {
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, type, true);
      view.setUint32(at + 4, 1, true);
      // Short values fill the first two of the four bytes, which is the same in little endian.
      view.setUint32(at + 8, value, true);
      at += 12;
    }
    link = at;
    at += 4;
  }
  return bytes;
}

function fieldsOf(height: number, width: number, offset: number, length: number) {
  return [
    [256, LONG, width],
    [257, LONG, height],
    [258, SHORT, 8], // bits
    [259, SHORT, 8], // deflate
    [262, SHORT, 1], // 0 is black
    [273, LONG, offset],
    [277, SHORT, 1], // samples
    [278, LONG, height], // all rows in one strip
    [279, LONG, length],
    [339, SHORT, 1], // unsigned
  ] as const;
}

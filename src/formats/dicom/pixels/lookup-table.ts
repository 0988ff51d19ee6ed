import { damaged, unsupported } from '../../damaged.ts';
import type { DataSet } from '../data-set.ts';
import { TAG, type Tag } from '../tags.ts';

const CHANNELS = [
  [TAG.RedPaletteDescriptor, TAG.RedPaletteData],
  [TAG.GreenPaletteDescriptor, TAG.GreenPaletteData],
  [TAG.BluePaletteDescriptor, TAG.BluePaletteData],
] as const;

/**
 * Colours of palette indices (PS3.3 C.7.6.3.1.5), values as the palette has them.
 *
 * @param indices [pixels]
 * @returns [3, pixels]
 * @throws PatchclError `bad-file` when a palette is missing.
 */
export function paletteColours(indices: Float32Array, dataSet: DataSet, name: string): Float32Array {
  const colours = new Float32Array(3 * indices.length);
  for (const [c, [descriptorTag, dataTag]] of CHANNELS.entries()) {
    const { values, first } = readTable(dataSet, descriptorTag, dataTag, name);
    const last = values.length - 1;
    for (let i = 0; i < indices.length; i++) {
      const index = Math.max(0, Math.min(last, (indices[i] as number) - first));
      colours[c * indices.length + i] = values[index] as number;
    }
  }
  return colours;
}

function readTable(dataSet: DataSet, descriptorTag: Tag, dataTag: Tag, name: string) {
  const descriptor = dataSet.numbers(descriptorTag);
  const bytes = dataSet.element(dataTag)?.bytes;
  if (descriptor.length < 3 || bytes === undefined) {
    throw unsupported(name, 'its pixels are palette indices, but it holds no plain palette', 'Convert it to RGB.');
  }
  const [stated, firstStored, bits] = descriptor as [number, number, number];
  const entries = stated === 0 ? 65536 : stated;
  // Indices of signed images may begin below zero, while the descriptor is read as unsigned.
  const isSigned = dataSet.number(TAG.PixelRepresentation) === 1;
  const first = isSigned && firstStored > 32767 ? firstStored - 65536 : firstStored;
  // Tables of 8 bits come as bytes, or in words of which only the lower byte counts.
  const isPacked = bits <= 8 && bytes.length < 2 * entries;
  const count = Math.min(entries, isPacked ? bytes.length : bytes.length >> 1);
  if (count === 0) throw damaged(name, 'its palette is empty');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = isPacked ? (bytes[i] as number) : view.getUint16(2 * i, dataSet.littleEndian);
  }
  return { values, first };
}

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
    const table = readTable(dataSet, descriptorTag, dataTag, isSigned(dataSet), name);
    if (table === undefined) {
      throw unsupported(name, 'its pixels are palette indices, but it holds no plain palette', 'Convert it to RGB.');
    }
    lookUp(indices, table, colours.subarray(c * indices.length));
  }
  return colours;
}

/**
 * Puts what a Modality LUT (PS3.3 C.11.1) says in the place of stored values, which other images scale by slope and intercept.
 *
 * @param values [pixels], changed in place
 * @returns how many bits its entries have; undefined where the image has no such table, and values stay
 * @throws PatchclError `unsupported` when the table cannot be read.
 */
export function applyModalityTable(values: Float32Array, dataSet: DataSet, name: string): number | undefined {
  const item = dataSet.item(TAG.ModalityLUTSequence);
  if (item === undefined) return undefined;
  const table = readTable(item, TAG.LUTDescriptor, TAG.LUTData, isSigned(dataSet), name);
  if (table === undefined) {
    throw unsupported(name, 'its values go through a table (Modality LUT) that it does not hold', 'Write it again.');
  }
  lookUp(values, table, values);
  return table.bits;
}

interface Table {
  readonly values: Uint16Array;
  /** What the first entry is for. */
  readonly first: number;
  readonly bits: number;
}

/** Values beyond the ends of a table are those of its ends. */
function lookUp(indices: Float32Array, { values, first }: Table, into: Float32Array): void {
  const last = values.length - 1;
  for (let i = 0; i < indices.length; i++) {
    into[i] = values[Math.max(0, Math.min(last, (indices[i] as number) - first))] as number;
  }
}

const isSigned = (dataSet: DataSet) => dataSet.number(TAG.PixelRepresentation) === 1;

function readTable(
  dataSet: DataSet,
  descriptorTag: Tag,
  dataTag: Tag,
  isSigned: boolean,
  name: string,
): Table | undefined {
  const descriptor = dataSet.numbers(descriptorTag);
  const bytes = dataSet.element(dataTag)?.bytes;
  if (descriptor.length < 3 || bytes === undefined) return undefined;
  const [stated, firstStored, bits] = descriptor as [number, number, number];
  const entries = stated === 0 ? 65536 : stated;
  // Indices of signed images may begin below zero, while the descriptor is read as unsigned.
  const first = isSigned && firstStored > 32767 ? firstStored - 65536 : firstStored;
  // Tables of 8 bits come as bytes, or in words of which only the lower byte counts.
  const isPacked = bits <= 8 && bytes.length < 2 * entries;
  const count = Math.min(entries, isPacked ? bytes.length : bytes.length >> 1);
  if (count === 0) throw damaged(name, 'its table of values is empty');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = isPacked ? (bytes[i] as number) : view.getUint16(2 * i, dataSet.littleEndian);
  }
  return { values, first, bits };
}

import { DataSet, type Element } from './data-set.ts';
import { TAG, type Tag } from './tags.ts';

/** A value to be written: text or numbers as the tag's representation asks, items of a sequence, or plain bytes. */
export type Value = string | number | readonly number[] | readonly DataSet[] | Uint8Array;

/**
 * A data set of values, texts in UTF-8. Later entries replace earlier ones; those without a value are left out.
 *
 * @example
 * buildDataSet([[TAG.Rows, 512], [TAG.PixelSpacing, [0.5, 0.5]], [TAG.Modality, 'SEG']]);
 */
export function buildDataSet(entries: readonly (readonly [Tag, Value | undefined])[]): DataSet {
  const elements = new Map<number, Element>();
  for (const [tag, value] of entries) {
    if (value === undefined) elements.delete(tag.id);
    else elements.set(tag.id, elementOf(tag.vr, value));
  }
  return new DataSet(new Map([...elements].sort(([a], [b]) => a - b)), true, 'utf-8');
}

function elementOf(vr: string, value: Value): Element {
  if (value instanceof Uint8Array) return { vr, bytes: padded(value, 0) };
  if (vr === 'SQ') return { vr, bytes: new Uint8Array(), items: value as readonly DataSet[] };
  const size = BINARY_SIZES[vr];
  if (size !== undefined) return { vr, bytes: binary(vr, size, [value].flat() as number[]) };
  const texts = typeof value === 'string' ? value : ([value].flat() as number[]).map(decimal).join('\\');
  return { vr, bytes: padded(new TextEncoder().encode(texts), vr === 'UI' ? 0 : 0x20) };
}

const BINARY_SIZES: Readonly<Record<string, 2 | 4>> = { US: 2, UL: 4, AT: 4 };

function binary(vr: string, size: 2 | 4, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    if (size === 2) view.setUint16(2 * i, value, true);
    else if (vr === 'UL') view.setUint32(4 * i, value, true);
    else {
      // A tag is written as two numbers, group first.
      view.setUint16(4 * i, value >>> 16, true);
      view.setUint16(4 * i + 2, value & 0xffff, true);
    }
  }
  return bytes;
}

/** A number as decimal text of at most 16 characters (PS3.5 section 6.2, DS). */
export function decimal(value: number): string {
  const plain = String(value);
  if (plain.length <= 16) return plain;
  for (let digits = 16; digits > 1; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  return value.toExponential(8);
}

/** Values have an even number of bytes. */
function padded(bytes: Uint8Array, pad: number): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1).fill(pad);
  even.set(bytes);
  return even;
}

/** The texts of some attributes of another data set, where it has them, ready to be written. */
export function copied(from: DataSet, tags: readonly Tag[]): [Tag, Value][] {
  return tags.filter((tag) => from.element(tag) !== undefined).map((tag) => [tag, from.texts(tag).join('\\')]);
}

/** The character set that `buildDataSet` writes texts in. */
export const UTF8_CHARACTER_SET = [TAG.SpecificCharacterSet, 'ISO_IR 192'] as const;

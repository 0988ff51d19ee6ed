import { TAG, type Tag } from './tags.ts';
import { decodeText, encodingOf, PLAIN_TEXT } from './text.ts';

/** One data element: plain bytes, the items of a sequence, or the fragments of compressed pixel data. */
export interface Element {
  readonly vr: string;
  /** The value as stored; empty for sequences and fragments. */
  readonly bytes: Uint8Array;
  readonly items?: readonly DataSet[];
  /** Of encapsulated pixel data; the first one is the Basic Offset Table. */
  readonly fragments?: readonly Uint8Array[];
  /** How long the file claims the value to be, when it ends before that. */
  readonly claimedLength?: number;
}

const TEXT_IN_CHARACTER_SET = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/** Elements of a file or of a sequence item, by tag. A missing, empty or unreadable value is undefined. */
export class DataSet {
  readonly elements: ReadonlyMap<number, Element>;
  readonly littleEndian: boolean;
  readonly #encoding: string;

  /** @param encoding of texts, where the elements do not name their own character set */
  constructor(elements: ReadonlyMap<number, Element>, littleEndian: boolean, encoding = PLAIN_TEXT) {
    this.elements = elements;
    this.littleEndian = littleEndian;
    const own = elements.get(TAG.SpecificCharacterSet.id);
    this.#encoding = own === undefined ? encoding : encodingOf(decodeText(own.bytes, PLAIN_TEXT).split('\\'));
  }

  element(tag: Tag): Element | undefined {
    return this.elements.get(tag.id);
  }

  /** The values of a text, `\` between them. */
  texts(tag: Tag): readonly string[] {
    const element = this.element(tag);
    if (element === undefined || element.bytes.length === 0) return [];
    const encoding = TEXT_IN_CHARACTER_SET.has(tag.vr) ? this.#encoding : PLAIN_TEXT;
    return decodeText(element.bytes, encoding)
      .split('\\')
      .map((value) => value.replaceAll('\0', '').trim());
  }

  /** The first value of a text. */
  text(tag: Tag): string | undefined {
    return this.texts(tag)[0] || undefined;
  }

  /**
   * Numbers, whether stored as decimal text or in binary, and whatever representation the file gives them. Values that are no
   * numbers are NaN.
   */
  numbers(tag: Tag): readonly number[] {
    const element = this.element(tag);
    if (element === undefined) return [];
    const vr = BYTES.has(element.vr) ? (PACKED[element.vr] ?? tag.vr) : element.vr;
    if (READERS[vr] !== undefined) return binaryNumbers(element.bytes, vr, this.littleEndian);
    return this.texts(tag).map(numberOfText);
  }

  /** The first number, when it is a finite one. */
  number(tag: Tag): number | undefined {
    const value = this.numbers(tag)[0];
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  }

  items(tag: Tag): readonly DataSet[] {
    return this.element(tag)?.items ?? [];
  }

  item(tag: Tag): DataSet | undefined {
    return this.items(tag)[0];
  }
}

/** Representations that say nothing about how numbers are coded. */
const BYTES = new Set(['UN', 'OB', 'OW', 'OF', 'OD', 'OL']);
/** What numbers of these are packed as, whatever the attribute should be. */
const PACKED: Readonly<Record<string, string>> = { OF: 'FL', OD: 'FD', OL: 'UL' };

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** As programs write that take over the language of the computer. */
const DECIMAL_COMMA = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;

function numberOfText(text: string): number {
  if (DECIMAL.test(text)) return Number(text);
  return DECIMAL_COMMA.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

function binaryNumbers(bytes: Uint8Array, vr: string, littleEndian: boolean): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [size, get] = READERS[vr] as NumberReader;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => get(view, i * size, littleEndian));
}

type NumberReader = readonly [size: number, get: (view: DataView, at: number, littleEndian: boolean) => number];

const READERS: Readonly<Record<string, NumberReader>> = {
  US: [2, (view, at, little) => view.getUint16(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
  SV: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  UV: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  OV: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

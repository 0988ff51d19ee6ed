import { DataSet, type Element } from './data-set.ts';
import { TAG, vrOf } from './tags.ts';
import { decodeText, encodingOf, PLAIN_TEXT } from './text.ts';

/** How the elements of a data set are coded. */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export interface Parsed {
  readonly dataSet: DataSet;
  /** Where reading stopped: behind the last element, or in front of the first that was not read. */
  readonly end: number;
  /** False when the bytes end inside an element, which is then left out. */
  readonly isComplete: boolean;
}

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED_LENGTH = 0xffffffff;
/** Representations with a 4-byte length behind two reserved bytes. */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
/** No real file nests deeper; a made-up one could exhaust the stack. */
const MAX_DEPTH = 24;

/** Longer values of elements without a type, where types are the rule, are rather damage. */
const MAX_IMPLICIT_LENGTH = 1 << 24;

/** The bytes end before the element does. */
class EndOfBytes extends Error {}

/** Something in the bytes cannot be DICOM. */
export class NotDicom extends Error {}

interface Header {
  readonly id: number;
  readonly vr: string;
  readonly length: number;
}

/**
 * Reads elements (PS3.5 section 7) from `start` on: to the end of the bytes, to the pixel data (which is read, nothing behind
 * it), or for as long as `proceed` says so. Values are views of `bytes`, nothing is copied.
 *
 * @throws NotDicom when the bytes make no sense.
 */
export function parseDataSet(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  proceed: (id: number) => boolean = () => true,
): Parsed {
  const parser = new Parser(bytes, start, encoding, proceed);
  return parser.topLevel();
}

class Parser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #encoding: Encoding;
  readonly #proceed: (id: number) => boolean;
  #at: number;
  /** Texts in items are in the character set of the data set around them. */
  #textEncoding = PLAIN_TEXT;

  constructor(bytes: Uint8Array, start: number, encoding: Encoding, proceed: (id: number) => boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#encoding = encoding;
    this.#proceed = proceed;
  }

  topLevel(): Parsed {
    const elements = new Map<number, Element>();
    let isComplete = true;
    let last = this.#at;
    try {
      while (this.#at < this.#bytes.length) {
        // Asked before more of it is read: what follows the file's meta information may be coded differently.
        if (!this.#proceed(this.#peekId())) break;
        const header = this.#header(this.#encoding.explicit);
        if (header.id === TAG.PixelData.id) {
          elements.set(header.id, this.#pixelData(header));
          last = this.#at;
          break;
        }
        const element = this.#value(header, this.#encoding.explicit, 0);
        elements.set(header.id, element);
        if (header.id === TAG.SpecificCharacterSet.id) {
          this.#textEncoding = encodingOf(decodeText(element.bytes, PLAIN_TEXT).split('\\'));
        }
        last = this.#at;
      }
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      isComplete = false;
    }
    return { dataSet: new DataSet(elements, this.#encoding.littleEndian), end: last, isComplete };
  }

  #peekId(): number {
    const id = this.#id();
    this.#at -= 4;
    return id;
  }

  #id(): number {
    return this.#uint16() * 0x10000 + this.#uint16();
  }

  #header(explicit: boolean): Header {
    const id = this.#id();
    if (id === ITEM || id === ITEM_END || id === SEQUENCE_END) return { id, vr: '', length: this.#uint32() };
    if (!explicit) return { id, vr: vrOf(id), length: this.#uint32() };
    const start = this.#at;
    const vr = String.fromCharCode(this.#uint8(), this.#uint8());
    if (!/^[A-Z]{2}$/.test(vr)) {
      // Some programs write single elements, or all of an item, in implicit VR.
      this.#at = start;
      const length = this.#uint32();
      if (length <= MAX_IMPLICIT_LENGTH || length === UNDEFINED_LENGTH) return { id, vr: vrOf(id), length };
      throw new NotDicom(`an element has the type "${vr.replace(/[^ -~]/g, '?')}"`);
    }
    if (!LONG.has(vr)) return { id, vr, length: this.#uint16() };
    this.#uint16();
    return { id, vr, length: this.#uint32() };
  }

  #value({ id, vr, length }: Header, explicit: boolean, depth: number): Element {
    if (depth > MAX_DEPTH) throw new NotDicom('its sequences are nested too deeply');
    const isUndefined = length === UNDEFINED_LENGTH;
    // Pixel data of an icon, say, may be encapsulated as those of the image are (PS3.5 annex A.4).
    if (isUndefined && (id === TAG.PixelData.id || vr === 'OB' || vr === 'OW')) {
      return { vr, bytes: new Uint8Array(), fragments: this.#fragments() };
    }
    // An unknown element of undefined length is a sequence in implicit VR (PS3.5 section 6.2.2).
    if (vr === 'SQ' || isUndefined) {
      const items = this.#items(isUndefined ? undefined : this.#endOf(length), vr === 'UN' ? false : explicit, depth);
      return { vr: 'SQ', bytes: new Uint8Array(), items };
    }
    if (id === ITEM || id === ITEM_END || id === SEQUENCE_END)
      throw new NotDicom('an item stands outside of a sequence');
    const end = this.#endOf(length);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return { vr, bytes };
  }

  /** Items up to `end`, or up to the delimiter when the sequence does not say how long it is. */
  #items(end: number | undefined, explicit: boolean, depth: number): DataSet[] {
    const items: DataSet[] = [];
    while (end === undefined || this.#at < end) {
      const { id, length } = this.#header(explicit);
      if (id === SEQUENCE_END) break;
      if (id !== ITEM) throw new NotDicom('a sequence holds something that is no item');
      items.push(this.#item(length === UNDEFINED_LENGTH ? undefined : this.#endOf(length), explicit, depth));
    }
    return items;
  }

  #item(end: number | undefined, explicit: boolean, depth: number): DataSet {
    const elements = new Map<number, Element>();
    while (end === undefined || this.#at < end) {
      const header = this.#header(explicit);
      if (header.id === ITEM_END) break;
      elements.set(header.id, this.#value(header, explicit, depth + 1));
    }
    return new DataSet(elements, this.#encoding.littleEndian, this.#textEncoding);
  }

  #pixelData({ vr, length }: Header): Element {
    if (length !== UNDEFINED_LENGTH) {
      const end = Math.min(this.#at + length, this.#bytes.length);
      const bytes = this.#bytes.subarray(this.#at, end);
      const isCutOff = this.#at + length > this.#bytes.length;
      this.#at = end;
      return { vr, bytes, ...(isCutOff ? { claimedLength: length } : {}) };
    }
    const fragments: Uint8Array[] = [];
    try {
      this.#fragments(fragments);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      return { vr, bytes: new Uint8Array(), fragments, claimedLength: this.#bytes.length + 1 };
    }
    return { vr, bytes: new Uint8Array(), fragments };
  }

  /** Pieces of compressed pixel data up to the delimiter, which some files lack at their end. */
  #fragments(fragments: Uint8Array[] = []): Uint8Array[] {
    while (this.#at < this.#bytes.length) {
      const { id, length } = this.#header(false);
      if (id !== ITEM || length === UNDEFINED_LENGTH) break;
      const end = this.#endOf(length);
      fragments.push(this.#bytes.subarray(this.#at, end));
      this.#at = end;
    }
    return fragments;
  }

  #endOf(length: number): number {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new EndOfBytes();
    return end;
  }

  #take(size: number): number {
    const at = this.#at;
    this.#at = this.#endOf(size);
    return at;
  }

  #uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #uint16(): number {
    return this.#view.getUint16(this.#take(2), this.#encoding.littleEndian);
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4), this.#encoding.littleEndian);
  }
}

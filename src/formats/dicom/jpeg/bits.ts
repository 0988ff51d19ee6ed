/** The entropy-coded data end before the picture does. */
export class EndOfScan extends Error {}

/** Bits of an entropy-coded segment, most significant first; a zero after FF is stuffing, anything else is a marker. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #buffer = 0;
  #count = 0;
  /** Bits read beyond the end; encoders may leave out the last few. */
  #missing = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The next 16 bits without taking them; zeros behind the end. */
  peek16(): number {
    this.#fill(16);
    return (this.#buffer >>> (this.#count - 16)) & 0xffff;
  }

  skip(bits: number): void {
    this.#count -= bits;
    if (this.#count < 0) throw new EndOfScan();
    if (this.#missing > this.#count + 64) throw new EndOfScan();
  }

  /** @param bits 0 to 16 */
  take(bits: number): number {
    if (bits === 0) return 0;
    this.#fill(bits);
    const value = (this.#buffer >>> (this.#count - bits)) & ((1 << bits) - 1);
    this.skip(bits);
    return value;
  }

  /** A signed number of the given size category (ITU T.81, "EXTEND"). */
  signed(category: number): number {
    if (category === 0) return 0;
    const value = this.take(category);
    return value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
  }

  /** Drops the rest of the byte and the restart marker behind it, if one is there. */
  restart(): void {
    this.#buffer = 0;
    this.#count = 0;
    this.#missing = 0;
    const next = nextMarker(this.#bytes, this.#at);
    const marker = this.#bytes[next + 1] ?? 0;
    if (marker >= 0xd0 && marker <= 0xd7) this.#at = next + 2;
  }

  #fill(bits: number): void {
    while (this.#count < bits) {
      let byte = this.#bytes[this.#at];
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0)) {
        byte = 0;
        this.#missing += 8;
      } else {
        this.#at += byte === 0xff ? 2 : 1;
      }
      // At most 15 bits are left here, so 8 more fit a 32-bit word.
      this.#buffer = ((this.#buffer << 8) | byte) >>> 0;
      this.#count += 8;
    }
  }
}

/** Where the next marker stands: FF and neither a stuffed zero nor fill. */
export function nextMarker(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0 || bytes[at + 1] === 0xff)) at++;
  return at;
}

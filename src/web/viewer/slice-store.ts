/** How many slices are asked for at once, if they are not large. */
const SLICES = 16;
/** Bytes asked for at once: more would hold up what a person is waiting for. */
const BYTES = 4 * 2 ** 20;

/** Loads the slices of a volume some at a time, those around the one that is looked at first. */
export class SliceStore<T extends Float32Array | Uint8Array> {
  readonly depth: number;
  readonly #slices: (T | undefined)[];
  readonly #load: (first: number, count: number) => Promise<readonly T[]>;
  readonly #onLoaded: () => void;
  readonly #chunk: number;
  #wanted = 0;
  #isRunning = false;
  #isClosed = false;

  /**
   * @param bytes of one slice
   * @param load gives `count` slices from `first` on
   * @param onLoaded called whenever more slices are there
   */
  constructor(
    depth: number,
    bytes: number,
    load: (first: number, count: number) => Promise<readonly T[]>,
    onLoaded: () => void,
  ) {
    this.depth = depth;
    this.#slices = new Array(depth);
    this.#chunk = Math.max(1, Math.min(SLICES, Math.floor(BYTES / bytes)));
    this.#load = load;
    this.#onLoaded = onLoaded;
  }

  get(slice: number): T | undefined {
    return this.#slices[slice];
  }

  set(slice: number, values: T): void {
    this.#slices[slice] = values;
  }

  /** Loads everything that is missing, beginning around a slice. @throws what loading throws; then call it again */
  async loadAround(slice: number): Promise<void> {
    this.#wanted = slice;
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let first = this.#nextMissing(); first !== undefined && !this.#isClosed; first = this.#nextMissing()) {
        const loaded = await this.#load(first, this.#countFrom(first));
        // What was drawn meanwhile is newer.
        for (const [i, values] of loaded.entries()) this.#slices[first + i] ??= values;
        this.#onLoaded();
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Forgets slices, which are then loaded anew. */
  drop(first: number, count: number): void {
    this.#slices.fill(undefined, first, first + count);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The beginning of the chunk to load next: that of the missing slice nearest to the wanted one. */
  #nextMissing(): number | undefined {
    for (let distance = 0; distance < this.depth; distance++) {
      for (const slice of [this.#wanted + distance, this.#wanted - distance]) {
        if (slice < 0 || slice >= this.depth || this.#slices[slice] !== undefined) continue;
        return slice < this.#wanted ? Math.max(slice - this.#chunk + 1, this.#lastLoadedBelow(slice) + 1) : slice;
      }
    }
    return undefined;
  }

  #lastLoadedBelow(slice: number): number {
    let below = slice - 1;
    while (below >= 0 && this.#slices[below] === undefined) below--;
    return below;
  }

  #countFrom(first: number): number {
    let count = 1;
    while (count < this.#chunk && first + count < this.depth && this.#slices[first + count] === undefined) count++;
    return count;
  }
}

/** Equal parts of an array, one per slice. */
export function split(bytes: Uint8Array, count: number): Uint8Array[] {
  const length = bytes.length / count;
  return Array.from({ length: count }, (_, i) => bytes.slice(i * length, (i + 1) * length));
}

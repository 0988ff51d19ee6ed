import { median } from '../core/median.ts';
import { gatherNames, gatherNumbers, type Ranks } from '../core/ranks.ts';

/** How many times as slow as the others a rank has to be before it is named: all of them wait for it. */
const SLOW = 1.5;

/** Ranks that keep count of the seconds a process waits for the others. */
export class TimedRanks implements Ranks {
  readonly index: number;
  readonly count: number;
  readonly name: string;
  readonly #ranks: Ranks;
  readonly #now: () => number;
  #waited = 0;

  constructor(ranks: Ranks, now: () => number) {
    const { index, count, name } = ranks;
    this.index = index;
    this.count = count;
    this.name = name;
    this.#ranks = ranks;
    this.#now = now;
  }

  /** Seconds so far in which this process sent, received or waited for numbers. */
  get waited(): number {
    return this.#waited;
  }

  sum(values: Float32Array): Promise<void> {
    return this.#timed(() => this.#ranks.sum(values));
  }

  fromFirst(bytes: Uint8Array): Promise<void> {
    return this.#timed(() => this.#ranks.fromFirst(bytes));
  }

  async #timed(exchange: () => Promise<void>): Promise<void> {
    const start = this.#now();
    await exchange();
    this.#waited += this.#now() - start;
  }
}

/** Watches how long each rank works on a step, waiting for the others left out. */
export class Pace {
  readonly #ranks: TimedRanks;
  #names: readonly string[] | undefined;
  #seconds = 0;
  #steps = 0;
  #waitedBefore = 0;
  /** The rank that was slow when last compared, and whether that has been told. */
  #suspect: { readonly index: number; readonly told: boolean } | undefined;

  constructor(ranks: TimedRanks) {
    this.#ranks = ranks;
  }

  /** Call before every step: what is waited from here on belongs to it. */
  startStep(): void {
    this.#waitedBefore = this.#ranks.waited;
  }

  /** Counts a step of so many seconds. */
  endStep(seconds: number): void {
    this.#seconds += seconds - (this.#ranks.waited - this.#waitedBefore);
    this.#steps++;
  }

  /**
   * Compares the steps since the last call over all ranks.
   *
   * @returns a sentence about a rank that was much slower than the others twice in a row, the first time it is
   */
  async compare(): Promise<string | undefined> {
    this.#names ??= await gatherNames(this.#ranks);
    const seconds = await gatherNumbers(this.#ranks, this.#seconds / Math.max(1, this.#steps));
    this.#seconds = 0;
    this.#steps = 0;
    const slow = slowest(seconds);
    const before = this.#suspect?.index === slow?.index ? this.#suspect : undefined;
    this.#suspect = slow && { index: slow.index, told: before !== undefined };
    if (slow === undefined || before === undefined || before.told) return undefined;
    const [own, usual] = [seconds[slow.index] as number, slow.usual].map((value) => value.toPrecision(2));
    return `${this.#names[slow.index]} is slow: ${own} s of work a step, the others need ${usual} s and wait for it`;
  }
}

/** The slowest rank, if it is much slower than is usual among the others. */
export function slowest(seconds: readonly number[]): { readonly index: number; readonly usual: number } | undefined {
  const index = seconds.indexOf(Math.max(...seconds));
  const usual = median(seconds.filter((_, i) => i !== index));
  return (seconds[index] as number) > SLOW * usual ? { index, usual } : undefined;
}

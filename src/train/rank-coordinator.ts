import { agree, gatherNumbers } from '../core/ranks.ts';
import { Pace, type TimedRanks } from './pace.ts';
import type { StepReport } from './trainer.ts';

export interface RankCoordinatorOptions {
  /** Steps from one row of the log to the next, where a training may stop. */
  readonly logEvery: number;
  /** Told how ranks do. */
  readonly note: (text: string) => void;
}

/** What the ranks of a training tell each other between its steps. A process alone asks only itself. */
export class RankCoordinator {
  readonly #ranks: TimedRanks | undefined;
  readonly #options: RankCoordinatorOptions;
  readonly #pace: Pace | undefined;
  /** Between two rows of the log, where a training may stop and the resumed one writes the rows it would have written. */
  #betweenRows = true;

  constructor(ranks: TimedRanks | undefined, options: RankCoordinatorOptions) {
    this.#ranks = ranks;
    this.#options = options;
    this.#pace = ranks && new Pace(ranks);
  }

  /** Whether this process writes files. */
  get leads(): boolean {
    return this.#ranks === undefined || this.#ranks.index === 0;
  }

  /** Waits until every rank is ready to train. */
  async begin(): Promise<void> {
    if (this.#ranks === undefined) return;
    this.#options.note(`${this.#ranks.count} ranks train together`);
    await agree(this.#ranks, null);
    this.#pace?.startStep();
  }

  step({ step, seconds }: StepReport): void {
    this.#betweenRows = step % this.#options.logEvery === 0;
    this.#pace?.endStep(seconds);
  }

  validation(): void {
    this.#betweenRows = true;
  }

  /** Whether any rank has been asked to stop, as far as it is time to ask; names a slow rank. Call after every step. */
  async stopRequested(ownRequest: boolean): Promise<boolean> {
    if (this.#ranks === undefined) return this.#betweenRows && ownRequest;
    let stops = false;
    if (this.#betweenRows) {
      stops = (await gatherNumbers(this.#ranks, Number(ownRequest))).some((request) => request > 0);
      const sentence = await this.#pace?.compare();
      if (sentence !== undefined) this.#options.note(sentence);
    }
    this.#pace?.startStep();
    return stops;
  }

  /** The mean over all ranks' values, of which each stands for as many as `weight` says; null of none. */
  async mean(value: number | null, weight: number): Promise<number | null> {
    if (this.#ranks === undefined) return value;
    const sums = Float32Array.of((value ?? 0) * weight, weight);
    await this.#ranks.sum(sums);
    return sums[1] === 0 ? null : (sums[0] as number) / (sums[1] as number);
  }
}

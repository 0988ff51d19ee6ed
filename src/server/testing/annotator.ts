import type { Rng } from '../../core/rng.ts';
import {
  isLabel,
  type Measures,
  type Run,
  type StudioCase,
  type StudioClient,
  type TrainingRequest,
} from '../../studio/api/index.ts';

/** How the cases that are labelled next are chosen. */
export type Choice = 'ranking' | 'random';

/**
 * A person who labels through the studio's API, simulated by true labels.
 *
 * @param truth mask of a case in the studio's orientation, uint8 [depth, height, width]
 */
export class Annotator {
  readonly #studio: StudioClient;
  readonly #truth: (id: string) => Promise<Uint8Array>;

  constructor(studio: StudioClient, truth: (id: string) => Promise<Uint8Array>) {
    this.#studio = studio;
    this.#truth = truth;
  }

  /** Waits until every scan has been read. */
  async cases(): Promise<readonly StudioCase[]> {
    for (;;) {
      const { cases } = await this.#studio.ask('project', {});
      if (cases.every(({ state }) => state !== 'unread')) return cases;
      await pause(100);
    }
  }

  /** Draws a whole case, or some slices of it. */
  async draw(id: string, slices?: readonly number[]): Promise<void> {
    const [depth, height, width] = await this.#shape(id);
    const plane = height * width;
    const truth = await this.#truth(id);
    for (const first of slices ?? []) {
      const body = truth.slice(first * plane, (first + 1) * plane);
      await this.#studio.ask('saveMask', { case: id, first, count: 1, provenance: 'drawn', body });
    }
    if (slices === undefined) {
      await this.#studio.ask('saveMask', { case: id, first: 0, count: depth, provenance: 'drawn', body: truth });
    }
  }

  /** Goes through a model's proposal slice by slice: accepts what is right, corrects what is not. */
  async review(id: string): Promise<void> {
    const [depth, height, width] = await this.#shape(id);
    const plane = height * width;
    const truth = await this.#truth(id);
    const { run } = await this.#studio.ask('proposal', { case: id });
    const mask = await this.#studio.ask('proposalMask', { case: id, first: 0, count: depth, run });
    for (let first = 0; first < depth; first++) {
      const body = truth.slice(first * plane, (first + 1) * plane);
      const isRight = body.every((label, i) => label === mask[first * plane + i]);
      const provenance = isRight ? 'accepted' : 'corrected';
      await this.#studio.ask('saveMask', { case: id, first, count: 1, provenance, run, body });
    }
  }

  async #shape(id: string): Promise<Measures['shape']> {
    const { measures } = await this.#studio.ask('case', { case: id });
    return (measures as Measures).shape;
  }

  /** Trains to the end. @throws Error when it crashes */
  async train(body: TrainingRequest): Promise<Run> {
    const { id } = await this.#studio.ask('train', { body });
    for (;;) {
      const run: Run = await this.#studio.ask('run', { run: id });
      if (run.state === 'finished') return run;
      if (run.state === 'crashed') throw new Error(run.problem);
      await pause(200);
    }
  }

  /** The cases to be labelled next. @param rng draws the random ones */
  async next(count: number, choice: Choice, run: string, rng: Rng): Promise<string[]> {
    if (choice === 'random') {
      const { cases } = await this.#studio.ask('project', {});
      return rng
        .shuffle(cases.filter(({ slices }) => !slices.some(isLabel)))
        .slice(0, count)
        .map(({ id }) => id);
    }
    for (;;) {
      const ranking = await this.#studio.ask('ranking', {});
      if (ranking.run === run && ranking.looked === ranking.of)
        return ranking.items.slice(0, count).map((item) => item.case);
      await pause(100);
    }
  }
}

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

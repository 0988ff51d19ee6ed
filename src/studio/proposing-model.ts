import { countOf } from '../core/count-of.ts';
import { messageOf } from '../core/errors.ts';
import type { ProposingModel as Described, StudioEvent } from './api/index.ts';
import type { ProjectCase } from './project-case.ts';
import type { StudioProject } from './studio-project.ts';
import type { RunList } from './training/run-list.ts';

/** Weights of a run: of its best validation so far. */
export interface ModelWeights {
  readonly run: string;
  readonly step: number;
}

/** What two models have reached on the same held-out scans. */
export interface Comparison {
  readonly scans: number;
  readonly before: number;
  readonly after: number;
}

export interface ProposingModelHost {
  emit(event: StudioEvent): void;
  log(text: string): void;
  /** Dice of two models on held-out scans that neither has learned from; undefined where there are none. */
  compare(before: ModelWeights, after: ModelWeights, heldOut: readonly ProjectCase[]): Promise<Comparison | undefined>;
  /** Another model proposes. @param isNew whether a training has just made it */
  onChange(isNew: boolean): void;
}

/**
 * The model that proposes: one for the page, the ranking, exports and whoever does not say which. A run takes its place when it is
 * complete and better on the same held-out scans, or when a person says so. While nothing is complete, the first run
 * proposes with what it has.
 */
export class ProposingModel {
  readonly #project: StudioProject;
  readonly #runs: RunList;
  readonly #host: ProposingModelHost;

  constructor(project: StudioProject, runs: RunList, host: ProposingModelHost) {
    this.#project = project;
    this.#runs = runs;
    this.#host = host;
  }

  /** Undefined while there is no model. */
  async current(): Promise<ModelWeights | undefined> {
    const described = await this.describe();
    return described && { run: described.run, step: described.step };
  }

  /** The model that proposes, and why. */
  async describe(): Promise<Described | undefined> {
    const { runs } = await this.#runs.list();
    const usable = runs.filter(({ hasModel }) => hasModel);
    const kept = this.#project.settings.proposes;
    const known = usable.find(({ id }) => id === kept?.run);
    if (kept !== undefined && known !== undefined) {
      return { run: known.id, step: known.best?.step ?? 0, isChosen: kept.isChosen, because: kept.because };
    }
    const complete = usable.findLast(({ state }) => state === 'finished' || state === 'stopped');
    const chosen = complete ?? usable.at(-1);
    if (chosen === undefined) return undefined;
    const because = complete === undefined ? 'no training is complete yet' : 'it is the newest that is complete';
    return { run: chosen.id, step: chosen.best?.step ?? 0, isChosen: false, because };
  }

  /** A person says which model proposes, or, with null, that the studio does. @throws Refusal 404, 409 */
  async choose(run: string | null): Promise<void> {
    if (run === null) {
      const { proposes } = this.#project.settings;
      if (proposes !== undefined) await this.#project.change({ proposes: { ...proposes, isChosen: false } });
    } else {
      await this.#runs.weightsOf(run);
      await this.#set({ run, isChosen: true, because: 'you chose it' });
    }
    await this.#tell();
  }

  /** A run was removed; if it proposed, another does now. */
  async onRemoved(): Promise<void> {
    await this.#tell();
  }

  /** A run is complete: its model proposes from now on if it is the first, or better. */
  async onComplete(run: string): Promise<void> {
    try {
      await this.#consider(run);
    } catch (error) {
      this.#host.log(`${run} cannot be compared with the model that proposes: ${messageOf(error)}`);
    }
    await this.#tell(run);
  }

  async #consider(run: string): Promise<void> {
    const before = await this.current();
    const isFirst = this.#project.settings.proposes === undefined && (before === undefined || before.run === run);
    if (isFirst) {
      await this.#set({ run, isChosen: false, because: 'it is the first model' });
      const dice = this.#runs.known(run).stored.best?.dice;
      const scans = this.#runs.known(run).stored.validation.length;
      const score = typeof dice === 'number' ? ` with a Dice of ${dice.toFixed(2)} on ${held(scans)}` : '';
      this.#note(`${run} is ready${score}.`);
      return;
    }
    if (before === undefined || before.run === run) return;
    const after = await this.#runs.weightsOf(run);
    const learned = [...this.#learned(before.run), ...this.#learned(run)];
    const heldOut = this.#project.heldOut.filter(({ item }) => !learned.includes(item.id));
    const found = await this.#host.compare(before, after, heldOut);
    if (this.#project.settings.proposes?.isChosen === true) {
      if (found !== undefined) this.#note(`${endOf(run, found)}. ${before.run} goes on proposing, since you chose it.`);
    } else if (found === undefined) {
      const because = 'it is the newest, and there are no held-out scans to compare it on';
      await this.#set({ run, isChosen: false, because });
      this.#note(`${run} is ready and proposes from now on: ${because}.`);
    } else if (found.after > found.before) {
      await this.#set({ run, isChosen: false, because: textOf(run, before.run, found) });
      this.#note(`${endOf(run, found)}. ${run} proposes from now on.`);
    } else {
      this.#note(`${endOf(run, found)}. ${before.run} was better and goes on proposing.`);
    }
  }

  #learned(run: string): readonly string[] {
    return this.#runs.known(run).stored.trained ?? [];
  }

  async #set(proposes: { run: string; isChosen: boolean; because: string }): Promise<void> {
    await this.#project.change({ proposes });
  }

  #note(text: string): void {
    this.#host.emit({ type: 'note', level: 'info', text, page: 'review' });
  }

  /** @param completed the run that has just ended */
  async #tell(completed?: string): Promise<void> {
    const proposes = await this.describe();
    if (proposes !== undefined) this.#host.emit({ type: 'proposing', proposes });
    this.#host.onChange(proposes !== undefined && proposes.run === completed);
  }
}

function textOf(run: string, before: string, found: Comparison): string {
  return `${run} has a Dice of ${found.after.toFixed(3)}, ${before} of ${found.before.toFixed(3)}, on ${held(found.scans)}`;
}

/** What is said when a training ends. */
function endOf(run: string, { before, after, scans }: Comparison): string {
  return `${run} is ready: Dice ${before.toFixed(2)} to ${after.toFixed(2)} on ${held(scans)}`;
}

function held(scans: number): string {
  return countOf(scans, 'held-out scan');
}

import { concatBytes } from '../core/bytes.ts';
import { messageOf } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';
import { RUN_FILES } from '../runs/run-folder.ts';
import { isLabel, type Proposal, type Ranking, type StudioEvent } from './api/index.ts';
import { proposalSchema } from './api/review.ts';
import { Due } from './due.ts';
import { Dropped, type Worker } from './jobs/worker.ts';
import { jsonOf } from './json-of.ts';
import { describeCase } from './project-case.ts';
import type { ModelWeights, ProposingModel } from './proposing-model.ts';
import { type Knowledge, rankCases } from './ranking/ranking.ts';
import { Refusal } from './refusal.ts';
import type { StudioProject } from './studio-project.ts';
import type { RunList } from './training/run-list.ts';

/** Items of the ranking that are told without being asked for. */
const TOLD = 20;

/** Milliseconds between two rankings that are told while cases are looked at. */
const TELL_EVERY = 1000;

/** Cases that a person is asked to review first when a new model proposes, and milliseconds that they are waited for. */
const [FIRST, FIRST_WITHIN] = [5, 60_000];

/** Runs whose proposals are kept on disk. */
const KEPT_RUNS = 3;

/** What models propose, made when asked for and kept on disk; and what to label next. */
export class Proposals {
  readonly #project: StudioProject;
  readonly #files: Files;
  readonly #worker: Worker;
  readonly #runs: RunList;
  readonly #proposing: Pick<ProposingModel, 'current'>;
  readonly #emit: (event: StudioEvent) => void;
  readonly #log: (text: string) => void;
  /** By run, step and case. */
  readonly #known = new Map<string, Promise<Proposal>>();
  /** Of the model that ranks. */
  #ranked:
    | {
        readonly model: ModelWeights;
        readonly proposals: Map<string, Proposal>;
        /** Cases that it cannot segment: others are ranked all the same. */
        readonly failed: Set<string>;
      }
    | undefined;

  constructor(
    project: StudioProject,
    worker: Worker,
    runs: RunList,
    proposing: Pick<ProposingModel, 'current'>,
    { emit, log }: { emit: (event: StudioEvent) => void; log: (text: string) => void },
  ) {
    this.#project = project;
    this.#files = project.files;
    this.#worker = worker;
    this.#runs = runs;
    this.#proposing = proposing;
    this.#emit = emit;
    this.#log = log;
  }

  /** @param run default: the model that proposes. @throws Refusal 409 when there is none */
  async modelOf(run: string | undefined): Promise<ModelWeights> {
    if (run !== undefined) return this.#runs.weightsOf(run);
    const current = await this.#proposing.current();
    if (current !== undefined) return current;
    throw new Refusal(409, 'there is no model yet', { hint: 'Train one, or load one.' });
  }

  /** @param step of the weights that it must be of. @throws Refusal 409, what segmenting the case throws */
  async get(id: string, run: string | undefined, step?: number): Promise<Proposal> {
    const model = await this.modelOf(run);
    if (step === undefined || step === model.step) return this.#wanted(id, model);
    const hint = 'Ask for the proposal again.';
    throw new Refusal(409, `${model.run} has better weights by now`, { subject: id, hint, code: 'stale' });
  }

  /** The mask that is proposed for the whole scan, uint8 [depth, height, width]. @throws as `get` */
  async mask(id: string, run: string | undefined): Promise<Uint8Array> {
    return this.#files.read(this.file(id, await this.get(id, run), 'mask'));
  }

  /** The masks of some slices, by these weights and no others. @param pixels of a slice. @throws as `get` */
  async slices(
    id: string,
    { run, step }: ModelWeights,
    slices: readonly number[],
    pixels: number,
  ): Promise<Uint8Array> {
    const mask = this.#files.read(this.file(id, await this.get(id, run, step), 'mask'));
    return concatBytes(await Promise.all(slices.map(async (z) => (await mask).subarray(z * pixels, (z + 1) * pixels))));
  }

  /** Where a proposal's voxels lie. */
  file(id: string, model: ModelWeights, what: 'mask' | 'probabilities' | 'entropy'): string {
    return joinPath(this.#folder(id, model), `${what}.raw`);
  }

  #folder(id: string, { run, step }: ModelWeights): string {
    return joinPath(this.#runFolder(run), String(step), id);
  }

  #runFolder(run: string): string {
    return joinPath(this.#project.folder, 'cache', 'proposals', run);
  }

  /** A person waits for it: where it was asked for in the background and dropped, it is made all the same. */
  async #wanted(id: string, model: ModelWeights): Promise<Proposal> {
    try {
      return await this.#make(id, model, false);
    } catch (error) {
      if (error instanceof Dropped) return this.#make(id, model, false);
      throw error;
    }
  }

  #make(id: string, model: ModelWeights, later: boolean): Promise<Proposal> {
    const key = JSON.stringify([model.run, model.step, id]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#propose(id, model, later);
    this.#known.set(key, made);
    made.catch(() => this.#known.delete(key));
    return made;
  }

  async #propose(id: string, model: ModelWeights, later: boolean): Promise<Proposal> {
    const folder = this.#folder(id, model);
    const path = joinPath(folder, 'proposal.json');
    if ((await this.#files.kind(path)) === 'file') {
      // One that another version has written is made anew.
      const kept = proposalSchema.safeParse(await jsonOf(this.#files, path));
      if (kept.success) return kept.data;
    }
    const { kind, values, classes } = this.#runs.known(model.run).stored;
    const place = this.#runs.folder(model.run);
    const given = {
      case: id,
      model: kind === 'model' ? joinPath(place, RUN_FILES.model) : place,
      key: `${model.run}#${model.step}`,
      folder,
      values: values ?? classes.map((_, value) => value),
      ...model,
    };
    return this.#worker.run('propose', given, { later, subject: id });
  }

  /** Shows what a run that goes on makes of a few cases. */
  async watch(run: string, step: number): Promise<void> {
    const asked = this.#runs.known(run).stored.request.watch;
    const watched = asked ?? this.#open().slice(0, 3);
    await this.#forgetSteps({ run, step });
    const done: string[] = [];
    for (const id of watched) {
      try {
        await this.#make(id, { run, step }, false);
        done.push(id);
      } catch (error) {
        if (error instanceof Dropped) return;
        // Weights of a later validation may have taken their place meanwhile.
        this.#log(`${run}: no pseudo-labels of ${id}: ${messageOf(error)}`);
      }
    }
    if (done.length > 0) this.#emit({ type: 'proposals', run, step, cases: done });
  }

  /** Looks at all cases without labels with the model that proposes, to say what to label next. @param isNew whether to say what to review first */
  async lookThrough(isNew = false): Promise<void> {
    const model = await this.#proposing.current();
    if (model === undefined) {
      // There is something to be labelled first, too.
      this.#ranked = undefined;
      this.#emit({ type: 'ranking', ranking: this.ranking(TOLD) });
      return;
    }
    this.#worker.dropLater();
    const ranked = { model, proposals: new Map<string, Proposal>(), failed: new Set<string>() };
    this.#ranked = ranked;
    await this.#forgetRuns();
    const telling = new Due({ every: TELL_EVERY });
    const firstOnes = new Due({ after: FIRST_WITHIN });
    for (const id of this.#open()) {
      if (this.#ranked !== ranked) return;
      try {
        ranked.proposals.set(id, await this.#make(id, model, true));
      } catch (error) {
        if (error instanceof Dropped) return;
        ranked.failed.add(id);
        this.#log(`${id} cannot be segmented: ${messageOf(error)}`);
      }
      if (isNew && firstOnes.isDue()) this.#sayFirst();
      if (telling.isDue()) this.#emit({ type: 'ranking', ranking: this.ranking(TOLD) });
    }
    if (this.#ranked !== ranked) return;
    this.#emit({ type: 'ranking', ranking: this.ranking(TOLD) });
    if (isNew && !firstOnes.wasDue) this.#sayFirst();
  }

  /** Says which cases a person best reviews, now that a new model has looked at them. */
  #sayFirst(): void {
    const { run, items, looked, of } = this.ranking(FIRST);
    const cases = items.map((item) => item.case);
    if (run === undefined || cases.length === 0) return;
    const some = looked < of ? ` of the ${looked} that it has looked at so far` : '';
    const scans = cases.length === 1 ? 'this scan' : `these ${cases.length} scans`;
    const text = `Review ${scans}${some}: what ${run} doubts most is on ${cases.length === 1 ? 'it' : 'them'}.`;
    this.#emit({ type: 'note', level: 'info', text, page: 'review', cases });
  }

  ranking(count: number): Ranking {
    const isThere = this.#runs.all.some(({ stored }) => stored.id === this.#ranked?.model?.run);
    const { model, proposals, failed } = (isThere && this.#ranked) || { proposals: new Map<string, Proposal>() };
    const dice = model && this.#runs.known(model.run).stored.best?.dice;
    const looks: Knowledge['looks'] = new Map(
      this.#project.cases.flatMap(({ item, look }) => (look ? [[item.id, look]] : [])),
    );
    const cases = this.#project.cases.filter(({ item }) => failed?.has(item.id) !== true);
    const known = { proposals, looks, dice: dice ?? undefined };
    return { ...model, ...rankCases(cases.map(describeCase), known, count) };
  }

  /** Cases without any label that can be read. */
  #open(): string[] {
    const cases = this.#project.cases.map(describeCase);
    return cases.filter(({ state, slices }) => state === 'ready' && !slices.some(isLabel)).map(({ id }) => id);
  }

  /** Forgets what a run has proposed with earlier weights. */
  async #forgetSteps({ run, step }: ModelWeights): Promise<void> {
    for (const { name } of await this.#files.list(this.#runFolder(run))) {
      if (name !== String(step)) await this.#discard(joinPath(this.#runFolder(run), name));
    }
    for (const key of this.#known.keys()) {
      const [ofRun, ofStep] = JSON.parse(key) as [string, number];
      if (ofRun === run && ofStep !== step) this.#known.delete(key);
    }
  }

  /** Proposals that are still being written, as weights change fast, stay until next time. */
  async #discard(folder: string): Promise<void> {
    try {
      await this.#files.remove(folder);
    } catch (error) {
      this.#log(`${folder} stays for now: ${messageOf(error)}`);
    }
  }

  async #forgetRuns(): Promise<void> {
    const newest = this.#runs.all.slice(-KEPT_RUNS).map(({ stored }) => stored.id);
    const kept = [...newest, (await this.#proposing.current())?.run];
    for (const { name } of await this.#files.list(joinPath(this.#project.folder, 'cache', 'proposals'))) {
      if (kept.includes(name)) continue;
      await this.#discard(this.#runFolder(name));
      for (const key of this.#known.keys()) if (JSON.parse(key)[0] === name) this.#known.delete(key);
    }
  }
}

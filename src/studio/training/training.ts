import { messageOf, PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { safeId } from '../../data/studio-labels/safe-id.ts';
import { hasFile, RUN_FILES } from '../../runs/run-folder.ts';
import type { RequestedConfig } from '../../settings/config.ts';
import { configYaml, resolveConfig } from '../../settings/load-config.ts';
import type { Run, StudioEvent, TrainingRequest } from '../api/index.ts';
import type { StudioHost } from '../host.ts';
import { Refusal } from '../refusal.ts';
import type { StudioProject } from '../studio-project.ts';
import { labelCounts } from './label-counts.ts';
import { snapshotLabels } from './label-snapshot.ts';
import { requestedConfig } from './requested-config.ts';
import { isActive, isResumable, RunList } from './run-list.ts';
import { RUN_EXTRAS, type StoredRun } from './stored-run.ts';
import { type TrainerEnd, type TrainerNews, TrainerProcess } from './trainer-process.ts';
import { type PlannedTraining, planTraining } from './training-plan.ts';

/** What a person wants of a run that goes on. */
type Wish = 'pause' | 'stop' | 'close';

export interface TrainingHost extends Pick<StudioHost, 'start' | 'ended'> {
  emit(event: StudioEvent): void;
  log(text: string): void;
  /** A run has better weights than before. */
  onBest(run: string, step: number): void;
  /** A run has ended with a model. */
  onModel(run: string): void;
  /** Writes model and report of a run that was ended early. */
  finish(folder: string, data: string): Promise<void>;
}

/** Starts, holds and ends trainings; one at a time trains, in a process of its own. */
export class Training {
  readonly runs: RunList;
  readonly #project: StudioProject;
  readonly #files: Files;
  readonly #host: TrainingHost;
  /** Processes that train now, by run. */
  readonly #trainers = new Map<string, { readonly process: TrainerProcess; wish?: Wish }>();

  private constructor(project: StudioProject, runs: RunList, host: TrainingHost) {
    this.#project = project;
    this.#files = project.files;
    this.runs = runs;
    this.#host = host;
  }

  static async open(project: StudioProject, host: TrainingHost): Promise<Training> {
    const runs = await RunList.open(project.files, project.folder, (event) => host.emit(event));
    for (const problem of runs.problems) {
      host.log(problem);
      project.addProblem(problem);
    }
    return new Training(project, runs, host);
  }

  /** Starts a run on the labels of now. @throws Refusal 409, PatchclError `bad-config` */
  async start(request: TrainingRequest): Promise<Run> {
    this.#checkFree();
    const config = requestedConfig(request);
    const plan = planTraining(this.#project);
    checkPlan(plan);
    const { settings, trainedValues } = this.#project;
    const id = this.runs.nextRound();
    // Before anything is waited for: a second request finds it.
    this.runs.add({
      version: 1,
      id,
      kind: 'run',
      state: 'starting',
      created: new Date().toISOString(),
      request,
      method: config.method,
      preset: config.preset,
      classes: trainedValues.map((value) => settings.classes[value] as string),
      values: [...trainedValues],
      labels: labelCounts(plan.trained),
      trained: plan.trained.map(({ item }) => item.id),
      validation: plan.heldOut.map(({ item }) => item.id),
    });
    try {
      await this.#project.change({ validation: [...plan.validation] });
      await snapshotLabels(this.#project, this.runs.data(id));
      await this.#files.write(joinPath(this.runs.folder(id), RUN_EXTRAS.requested), configYaml(config));
      await this.runs.store(id);
      this.#train(id, config, false);
    } catch (error) {
      await this.runs.forget(id);
      throw error;
    }
    return this.runs.announce(id);
  }

  /** @throws Refusal 409 */
  async pause(id: string): Promise<Run> {
    return this.#ask(id, 'pause', 'pausing');
  }

  /** @throws Refusal 409 */
  async stop(id: string): Promise<Run> {
    const known = this.runs.known(id);
    if (this.#trainers.has(id)) return this.#ask(id, 'stop', 'finishing');
    if (!isResumable(known)) throw new Refusal(409, 'the run has ended', { subject: id });
    await this.#finish(id);
    return this.runs.describe(id);
  }

  /** @throws Refusal 409 */
  async resume(id: string): Promise<Run> {
    this.#checkFree();
    const known = this.runs.known(id);
    if (!isResumable(known)) throw new Refusal(409, 'this run cannot be resumed', { subject: id });
    const { state, problem, pid } = known.stored;
    try {
      await this.runs.change(id, { state: 'starting', problem: undefined });
      await this.#host.ended?.(pid);
      const path = joinPath(this.runs.folder(id), RUN_EXTRAS.requested);
      const config = resolveConfig({ file: { path, text: await readText(this.#files, path) }, isComplete: true });
      // One that died before its first checkpoint begins anew.
      this.#train(id, config, await hasFile(this.#files, this.runs.folder(id), 'checkpoint'));
    } catch (error) {
      // As it was before, so that it can be tried again; what stands on the disk is told apart when the studio opens.
      known.stored = { ...known.stored, state, ...(problem !== undefined && { problem }) };
      await this.runs.announce(id);
      throw error;
    }
    return this.runs.announce(id);
  }

  /** Puts a model from a file among the runs. @param write puts `model.onnx` into the folder */
  async addModel(
    name: string,
    write: (target: string) => Promise<Pick<StoredRun, 'classes' | 'method' | 'preset'>>,
  ): Promise<Run> {
    const id = this.runs.reserve(safeId(name.replace(/\.onnx$/i, ''), 'model'));
    const about = await write(joinPath(this.runs.folder(id), RUN_FILES.model)).catch(async (error: unknown) => {
      await this.runs.forget(id);
      throw error;
    });
    this.runs.add({
      version: 1,
      id,
      kind: 'model',
      state: 'finished',
      created: new Date().toISOString(),
      request: {},
      ...about,
      values: [...this.#project.trainedValues],
      labels: { cases: 0, slices: 0, by: {} },
      validation: [],
    });
    await this.runs.store(id);
    this.#host.onModel(id);
    return this.runs.announce(id);
  }

  /** Lets a training write its checkpoint and end. */
  async close(): Promise<void> {
    const ends = [...this.#trainers.values()].map((trainer) => {
      const { ended } = trainer.process;
      trainer.wish = 'close';
      trainer.process.stop();
      return ended;
    });
    await Promise.all(ends);
  }

  async #ask(id: string, wish: Wish, state: StoredRun['state']): Promise<Run> {
    this.runs.known(id);
    const trainer = this.#trainers.get(id);
    if (trainer === undefined) throw new Refusal(409, 'this run does not train', { subject: id });
    trainer.wish = wish;
    trainer.process.stop();
    return this.runs.change(id, { state });
  }

  #train(id: string, config: RequestedConfig, resume: boolean): void {
    delete this.runs.known(id).progress;
    const order = { config, data: this.runs.data(id), run: this.runs.folder(id), resume };
    const process = new TrainerProcess(this.#host.start, order, {
      onNews: (news) => this.#onNews(id, news),
      onEnd: (end) => void this.#onEnd(id, end),
    });
    this.#trainers.set(id, { process });
    void this.runs.change(id, { pid: process.pid });
  }

  #onNews(id: string, news: TrainerNews): void {
    const { emit } = this.#host;
    const isWanted = this.#trainers.get(id)?.wish === undefined;
    if (news.type === 'note') emit({ type: 'note', level: 'info', text: `${id}: ${news.text}` });
    else if (news.type === 'start') {
      if (isWanted) void this.runs.change(id, { state: 'training' });
    } else if (news.type === 'step') {
      const { type: _type, seconds: _seconds, ...progress } = news;
      this.runs.known(id).progress = progress;
      emit({ type: 'step', run: id, progress });
      if (progress.step === progress.totalSteps && isWanted) void this.runs.change(id, { state: 'finishing' });
    } else {
      const { step, dice, network, isBest } = news;
      emit({ type: 'validation', run: id, step, dice, isBest });
      if (!isBest) return;
      void this.runs.change(id, { best: { dice: dice[network], step, network } });
      this.#host.onBest(id, step);
    }
  }

  async #onEnd(id: string, end: TrainerEnd): Promise<void> {
    const wish = this.#trainers.get(id)?.wish;
    this.#trainers.delete(id);
    if (end.type === 'finished') {
      await this.runs.change(id, { state: 'finished' });
      this.#host.onModel(id);
    } else if (end.type === 'stopped') {
      if (wish === 'stop') await this.#finish(id);
      else await this.runs.change(id, { state: wish === 'pause' ? 'paused' : 'interrupted' });
    } else {
      const { problem, complaint } = end;
      this.#host.log(`${id} has crashed: ${problem}\n${complaint}`);
      await this.runs.change(id, { state: 'crashed', problem });
    }
  }

  /** Makes what a run has come to its result. */
  async #finish(id: string): Promise<void> {
    await this.runs.change(id, { state: 'finishing' });
    const folder = this.runs.folder(id);
    const hasWeights = await hasFile(this.#files, folder, 'best');
    try {
      if (hasWeights) await this.#host.finish(folder, this.runs.data(id));
      await this.runs.change(id, { state: 'stopped' });
      if (hasWeights) this.#host.onModel(id);
    } catch (error) {
      this.#host.log(`${id}: ${messageOf(error)}`);
      const problem = error instanceof PatchclError ? error.message : 'no report';
      await this.runs.change(id, { state: 'stopped', problem });
    }
  }

  #checkFree(): void {
    const busy = this.runs.all.find(isActive);
    if (busy === undefined) return;
    const hint = 'Pause or stop it first.';
    throw new Refusal(409, 'a training is under way', { subject: busy.stored.id, hint });
  }
}

/** @throws Refusal 409 when there is nothing to learn from */
function checkPlan({ trained, heldOut }: PlannedTraining): void {
  if (trained.length > 0) return;
  if (heldOut.length > 0) {
    const hint = 'Label another scan, or hold out fewer.';
    throw new Refusal(409, 'all scans with labels are held out, there is none to learn from', { hint });
  }
  const hint = 'Draw on some slices of a few scans first.';
  throw new Refusal(409, 'there is no label to learn from', { hint });
}

import { messageOf, PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { InOrder } from '../../core/in-order.ts';
import { hasFile, RUN_FILES } from '../../runs/run-folder.ts';
import type { RequestedConfig } from '../../settings/config.ts';
import { configYaml, resolveConfig } from '../../settings/load-config.ts';
import {
  isLabel,
  type LabelCounts,
  type Run,
  type Runs,
  type StudioEvent,
  type TrainingRequest,
} from '../api/index.ts';
import type { Child, StudioHost } from '../host.ts';
import { Refusal } from '../refusal.ts';
import { describeCase, isLabelledCase, type StudioProject } from '../studio-project.ts';
import type { FromTrainer, ToTrainer } from './messages.ts';
import { requestedConfig } from './requested-config.ts';
import { loadRecord, RUN_EXTRAS, type RunRecord, saveRecord, snapshotLabels } from './studio-run-file.ts';
import { validationPatients } from './validation-patients.ts';

/** What a person wants of a run that goes on. */
type Wish = 'pause' | 'stop' | 'close';

interface KnownRun {
  record: RunRecord;
  progress?: Run['progress'];
  child?: Child;
  wish?: Wish;
  /** What the process has said about its end. */
  ending?: Extract<FromTrainer, { type: 'ended' | 'failed' }>;
}

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

/** The runs of a project; one at a time trains, in a process of its own. */
export class Training {
  readonly #project: StudioProject;
  readonly #files: Files;
  readonly #host: TrainingHost;
  readonly #runs = new Map<string, KnownRun>();
  /** Of records that are written, by run. */
  readonly #writes = new InOrder();

  private constructor(project: StudioProject, host: TrainingHost) {
    this.#project = project;
    this.#files = project.files;
    this.#host = host;
  }

  /** Finds the runs of earlier days; what trained when the studio ended can be resumed. */
  static async open(project: StudioProject, host: TrainingHost): Promise<Training> {
    const training = new Training(project, host);
    const folders = (await project.files.list(joinPath(project.folder, 'runs'))).filter(
      ({ kind }) => kind === 'folder',
    );
    const records: RunRecord[] = [];
    for (const { name } of folders) {
      const record = await loadRecord(project.files, training.folder(name));
      if (record !== undefined) records.push(record);
    }
    records.sort((a, b) => (a.created < b.created ? -1 : 1));
    for (const record of records) {
      training.#runs.set(record.id, { record });
      if (ACTIVE.includes(record.state)) await training.#set(record.id, { state: 'interrupted' });
    }
    return training;
  }

  folder(run: string): string {
    return joinPath(this.#project.folder, 'runs', run);
  }

  data(run: string): string {
    return joinPath(this.folder(run), RUN_EXTRAS.data);
  }

  /** @throws Refusal 404 */
  known(run: string): KnownRun {
    const known = this.#runs.get(run);
    if (known !== undefined) return known;
    throw new Refusal(404, 'there is no such run', { subject: run });
  }

  async list(): Promise<Runs> {
    const runs: Run[] = [];
    for (const id of this.#runs.keys()) runs.push(await this.describe(id));
    const trained = runs.filter(({ kind }) => kind === 'run');
    const current = trained.find(({ state }) => ACTIVE.includes(state)) ?? trained.at(-1);
    return { runs, ...(current && { current: current.id }) };
  }

  async describe(id: string): Promise<Run> {
    const { record, progress } = this.known(id);
    const { version: _version, request: _request, pid: _pid, ...shown } = record;
    const folder = this.folder(id);
    return {
      ...shown,
      resumable: RESUMABLE.includes(record.state),
      ...(progress && { progress }),
      hasModel: (await hasFile(this.#files, folder, 'model')) || (await hasFile(this.#files, folder, 'best')),
      hasReport: await hasFile(this.#files, folder, 'report'),
    };
  }

  /** The model that proposes when nobody says which: the newest that is complete, else the newest that there is. */
  async currentModel(): Promise<{ run: string; step: number } | undefined> {
    const { runs } = await this.list();
    const usable = runs.filter(({ hasModel }) => hasModel);
    const chosen = usable.findLast(({ state }) => state === 'finished' || state === 'stopped') ?? usable.at(-1);
    return chosen && { run: chosen.id, step: chosen.best?.step ?? 0 };
  }

  /** Starts a run on the labels of now. @throws Refusal 409, PatchclError `bad-config` */
  async start(request: TrainingRequest): Promise<Run> {
    this.#checkFree();
    const config = requestedConfig(request);
    const labelled = this.#project.cases.filter(isLabelledCase);
    if (labelled.length === 0) {
      const hint = 'Draw on some slices of a few scans first.';
      throw new Refusal(409, 'there is no label to learn from', { hint });
    }
    const patients = [...new Set(labelled.map(({ item }) => item.patient))];
    await this.#project.setValidation(validationPatients(patients, this.#project.settings.validation));
    const { settings } = this.#project;
    const record: RunRecord = {
      version: 1,
      id: this.#nextId(),
      kind: 'run',
      state: 'starting',
      created: new Date().toISOString(),
      request,
      method: config.method,
      preset: config.preset,
      classes: settings.classes,
      labels: this.#count(),
      validation: labelled.filter(({ item }) => settings.validation.includes(item.patient)).map(({ item }) => item.id),
    };
    // Known at once, so that a second request finds that a training is under way.
    this.#runs.set(record.id, { record });
    await snapshotLabels(this.#files, this.#project.folder, this.data(record.id));
    await this.#files.write(joinPath(this.folder(record.id), RUN_EXTRAS.requested), configYaml(config));
    await this.#save(record);
    this.#spawn(record.id, config, false);
    return this.#told(record.id);
  }

  /** @throws Refusal 409 */
  async pause(id: string): Promise<Run> {
    return this.#ask(id, 'pause', 'pausing');
  }

  /** @throws Refusal 409 */
  async stop(id: string): Promise<Run> {
    const known = this.known(id);
    if (known.child !== undefined) return this.#ask(id, 'stop', 'finishing');
    if (!RESUMABLE.includes(known.record.state)) throw new Refusal(409, 'the run has ended', { subject: id });
    await this.#finish(id);
    return this.describe(id);
  }

  /** @throws Refusal 409 */
  async resume(id: string): Promise<Run> {
    this.#checkFree();
    if (!RESUMABLE.includes(this.known(id).record.state)) {
      throw new Refusal(409, 'this run cannot be resumed', { subject: id });
    }
    await this.#set(id, { state: 'starting', problem: undefined });
    await this.#host.ended?.(this.known(id).record.pid);
    const path = joinPath(this.folder(id), RUN_EXTRAS.requested);
    const config = resolveConfig({ file: { path, text: await readText(this.#files, path) } });
    // One that died before its first checkpoint begins anew.
    this.#spawn(id, config, await hasFile(this.#files, this.folder(id), 'checkpoint'));
    return this.#told(id);
  }

  /** Puts a model from a file among the runs. @param write puts `model.onnx` into the folder */
  async addModel(
    name: string,
    write: (target: string) => Promise<Pick<RunRecord, 'classes' | 'method' | 'preset'>>,
  ): Promise<Run> {
    const id = this.#freeId(name.replace(/\.onnx$/i, '').replace(/^[./\\]+/, '') || 'model');
    const about = await write(joinPath(this.folder(id), RUN_FILES.model));
    const record: RunRecord = {
      version: 1,
      id,
      kind: 'model',
      state: 'finished',
      created: new Date().toISOString(),
      request: {},
      ...about,
      labels: { cases: 0, slices: 0, by: {} },
      validation: [],
    };
    await this.#save(record);
    this.#runs.set(id, { record });
    this.#host.onModel(id);
    return this.#told(id);
  }

  /** Lets a training write its checkpoint and end. */
  async close(): Promise<void> {
    const ends = [...this.#runs].flatMap(([id, { child }]) => {
      if (child === undefined) return [];
      const end = new Promise((resolve) => child.onExit(resolve));
      this.#send(id, 'close');
      return [end];
    });
    await Promise.all(ends);
  }

  async #ask(id: string, wish: Wish, state: RunRecord['state']): Promise<Run> {
    const { child } = this.known(id);
    if (child === undefined) throw new Refusal(409, 'this run does not train', { subject: id });
    this.#send(id, wish);
    await this.#set(id, { state });
    return this.#told(id);
  }

  #send(id: string, wish: Wish): void {
    const known = this.known(id);
    known.wish = wish;
    known.child?.send({ type: 'stop' } satisfies ToTrainer);
  }

  #spawn(id: string, config: RequestedConfig, resume: boolean): void {
    const known = this.known(id);
    const child = this.#host.start('trainer');
    known.child = child;
    delete known.wish;
    delete known.ending;
    delete known.progress;
    child.onMessage((message) => this.#heard(id, message as FromTrainer));
    child.onExit((how) => void this.#exited(id, child, how));
    const order: ToTrainer = { type: 'train', config, data: this.data(id), run: this.folder(id), resume };
    child.send(order);
    void this.#set(id, { pid: child.pid });
  }

  #heard(id: string, message: FromTrainer): void {
    const known = this.known(id);
    switch (message.type) {
      case 'note':
        this.#host.emit({ type: 'note', level: 'info', text: `${id}: ${message.text}` });
        return;
      case 'started':
        if (known.wish === undefined) void this.#set(id, { state: 'training' });
        return;
      case 'step': {
        const { type: _type, ...progress } = message;
        known.progress = progress;
        this.#host.emit({ type: 'step', run: id, progress });
        if (progress.step === progress.totalSteps && known.wish === undefined)
          void this.#set(id, { state: 'finishing' });
        return;
      }
      case 'validation': {
        const { step, dice, isBest } = message;
        this.#host.emit({ type: 'validation', run: id, step, dice, isBest });
        if (!isBest) return;
        const network = (dice.teacher ?? 0) >= (dice.student ?? 0) ? 'teacher' : 'student';
        void this.#set(id, { best: { dice: dice[network], step, network } });
        this.#host.onBest(id, step);
        return;
      }
      default:
        known.ending = message;
    }
  }

  async #exited(id: string, child: Child, how: string): Promise<void> {
    const known = this.known(id);
    delete known.child;
    const { ending, wish } = known;
    if (ending?.type === 'ended' && ending.outcome === 'finished') {
      await this.#set(id, { state: 'finished' });
      this.#host.onModel(id);
    } else if (ending?.type === 'ended') {
      if (wish === 'stop') await this.#finish(id);
      else await this.#set(id, { state: wish === 'pause' ? 'paused' : 'interrupted' });
    } else {
      const died = `its process has died (${how})`;
      const problem = ending === undefined ? died : ending.message;
      this.#host.log(`${id} has crashed: ${problem}\n${ending === undefined ? child.complaint() : ''}`);
      await this.#set(id, { state: 'crashed', problem });
    }
  }

  /** Makes what a run has come to its result. */
  async #finish(id: string): Promise<void> {
    await this.#set(id, { state: 'finishing' });
    const folder = this.folder(id);
    const hasWeights = await hasFile(this.#files, folder, 'best');
    try {
      if (hasWeights) await this.#host.finish(folder, this.data(id));
      await this.#set(id, { state: 'stopped' });
      if (hasWeights) this.#host.onModel(id);
    } catch (error) {
      this.#host.log(`${id}: ${messageOf(error)}`);
      await this.#set(id, { state: 'stopped', problem: error instanceof PatchclError ? error.message : 'no report' });
    }
  }

  async #set(id: string, change: { readonly [Key in keyof RunRecord]?: RunRecord[Key] | undefined }): Promise<void> {
    const known = this.known(id);
    known.record = { ...known.record, ...change } as RunRecord;
    await this.#save(known.record);
    await this.#told(id);
  }

  /** A run changes faster than it is written: what stands on disk in the end is its last change. */
  #save(record: RunRecord): Promise<void> {
    return this.#writes.run(record.id, () => saveRecord(this.#files, this.folder(record.id), record));
  }

  async #told(id: string): Promise<Run> {
    const run = await this.describe(id);
    this.#host.emit({ type: 'run', run });
    return run;
  }

  #checkFree(): void {
    const busy = [...this.#runs.values()].find(({ record }) => ACTIVE.includes(record.state));
    if (busy === undefined) return;
    const hint = 'Pause or stop it first.';
    throw new Refusal(409, 'a training is under way', { subject: busy.record.id, hint });
  }

  #count(): LabelCounts {
    const states = this.#project.cases.filter(isLabelledCase).map((item) => describeCase(item).slices.filter(isLabel));
    const by: Record<string, number> = {};
    for (const state of states.flat()) by[state] = (by[state] ?? 0) + 1;
    return { cases: states.length, slices: states.flat().length, by };
  }

  #nextId(): string {
    const numbers = [...this.#runs.keys()].map((id) => Number(/^round-(\d+)$/.exec(id)?.[1] ?? 0));
    return `round-${String(Math.max(0, ...numbers) + 1).padStart(2, '0')}`;
  }

  #freeId(name: string): string {
    let id = name;
    for (let n = 2; this.#runs.has(id); n++) id = `${name}-${n}`;
    return id;
  }
}

const ACTIVE: readonly RunRecord['state'][] = ['starting', 'training', 'pausing', 'finishing'];
const RESUMABLE: readonly RunRecord['state'][] = ['paused', 'interrupted', 'crashed'];

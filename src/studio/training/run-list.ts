import { messageOf } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { InOrder } from '../../core/in-order.ts';
import { largestOf } from '../../core/lists.ts';
import { hasFile } from '../../runs/run-folder.ts';
import type { Run, Runs, StudioEvent } from '../api/index.ts';
import { Refusal } from '../refusal.ts';
import { loadStoredRun, RUN_EXTRAS, type StoredRun, saveStoredRun } from './stored-run.ts';

/** A run as it is now: what is stored of it, and how far its training is. */
export interface KnownRun {
  stored: StoredRun;
  progress?: Run['progress'];
}

/** What is to be different about a stored run; undefined takes a field away. */
export type RunChange = { readonly [Key in keyof StoredRun]?: StoredRun[Key] | undefined };

/** File that says that a run was here, and when it was removed. */
const REMOVED = 'removed.txt';

/** States in which a process works on the run. */
const ACTIVE: readonly StoredRun['state'][] = ['starting', 'training', 'pausing', 'finishing'];
const RESUMABLE: readonly StoredRun['state'][] = ['paused', 'interrupted', 'crashed'];

export const isActive = ({ stored }: KnownRun) => ACTIVE.includes(stored.state);
export const isResumable = ({ stored }: KnownRun) => RESUMABLE.includes(stored.state);

/** The runs and loaded models of a project, in memory and on disk; who listens is told of every change. */
export class RunList {
  readonly #files: Files;
  /** Of the project. */
  readonly #folder: string;
  readonly #emit: (event: StudioEvent) => void;
  readonly #runs = new Map<string, KnownRun>();
  /** Names that are taken beside those of known runs: of runs that are being added, and of folders whose record is damaged. */
  readonly #taken = new Set<string>();
  /** Runs that a person has removed. */
  readonly #removed = new Set<string>();
  /** What could not be read of earlier days, a sentence each. */
  readonly problems: string[] = [];
  /** Of stored runs that are written, by id. */
  readonly #writes = new InOrder();

  private constructor(files: Files, folder: string, emit: (event: StudioEvent) => void) {
    this.#files = files;
    this.#folder = folder;
    this.#emit = emit;
  }

  /** Finds the runs of earlier days; what trained when the studio ended can be resumed. */
  static async open(files: Files, folder: string, emit: (event: StudioEvent) => void): Promise<RunList> {
    const list = new RunList(files, folder, emit);
    const stored: StoredRun[] = [];
    for (const { name, kind } of await files.list(joinPath(folder, 'runs'))) {
      if (kind !== 'folder') continue;
      list.#taken.add(name);
      if ((await files.kind(joinPath(list.folder(name), REMOVED))) === 'file') {
        list.#removed.add(name);
        continue;
      }
      const run = await loadStoredRun(files, list.folder(name)).catch((error: unknown) => {
        // One damaged file costs its run and no other.
        list.problems.push(messageOf(error));
        return undefined;
      });
      if (run?.id === name) stored.push(run);
      else if (run !== undefined) list.problems.push(`runs/${name}: its record is that of ${run.id}; it is left out.`);
    }
    stored.sort((a, b) => (a.created < b.created ? -1 : 1));
    for (const run of stored) {
      const known: KnownRun = { stored: run };
      list.#runs.set(run.id, known);
      // When it ended nobody knows.
      if (isActive(known)) await list.change(run.id, { state: 'interrupted', ended: undefined });
    }
    return list;
  }

  /** Folder of a run. */
  folder(run: string): string {
    return joinPath(this.#folder, 'runs', run);
  }

  /** Folder of the labels that a run learns from. */
  data(run: string): string {
    return joinPath(this.folder(run), RUN_EXTRAS.data);
  }

  get all(): readonly KnownRun[] {
    return [...this.#runs.values()];
  }

  /** @throws Refusal 404, 410 for one that was removed */
  known(run: string): KnownRun {
    const known = this.#runs.get(run);
    if (known !== undefined) return known;
    if (this.#removed.has(run)) {
      const hint = 'Labels that came from its proposals are still there; look at the proposals of another model.';
      throw new Refusal(410, 'this model was removed', { subject: run, hint });
    }
    throw new Refusal(404, 'there is no such run', { subject: run });
  }

  async list(): Promise<Runs> {
    const runs: Run[] = [];
    for (const id of this.#runs.keys()) runs.push(await this.describe(id));
    const trained = this.all.filter(({ stored }) => stored.kind === 'run');
    const current = trained.find(isActive) ?? trained.at(-1);
    return { runs, ...(current && { current: current.stored.id }) };
  }

  /** @throws Refusal 404 */
  async describe(id: string): Promise<Run> {
    const known = this.known(id);
    const { version: _version, request: _request, pid: _pid, values: _values, ...shown } = known.stored;
    const folder = this.folder(id);
    return {
      ...shown,
      resumable: isResumable(known),
      ...(known.progress && { progress: known.progress }),
      hasModel: (await hasFile(this.#files, folder, 'model')) || (await hasFile(this.#files, folder, 'best')),
      hasReport: await hasFile(this.#files, folder, 'report'),
    };
  }

  /** The best weights of a run. @throws Refusal 404, 409 when it has none yet */
  async weightsOf(run: string): Promise<{ run: string; step: number }> {
    const { hasModel, best } = await this.describe(run);
    if (!hasModel) throw new Refusal(409, 'the run has no model yet', { subject: run });
    return { run, step: best?.step ?? 0 };
  }

  /** Known from the first moment, so that a second request finds it; stored by `store`. */
  add(stored: StoredRun): void {
    this.#runs.set(stored.id, { stored });
  }

  /** A run changes faster than it is written: what stands on disk in the end is its last change. */
  store(id: string): Promise<void> {
    const { stored } = this.known(id);
    return this.#writes.run(id, () => saveStoredRun(this.#files, this.folder(id), stored));
  }

  /** Changes a run, stores it and tells. */
  async change(id: string, change: RunChange): Promise<Run> {
    const known = this.known(id);
    const wasActive = isActive(known);
    known.stored = { ...known.stored, ...change } as StoredRun;
    if (isActive(known)) delete known.stored.ended;
    else if (wasActive && !('ended' in change)) known.stored.ended = new Date().toISOString();
    await this.store(id);
    return this.announce(id);
  }

  /** Tells how a run is now. */
  async announce(id: string): Promise<Run> {
    const run = await this.describe(id);
    this.#emit({ type: 'run', run });
    return run;
  }

  /** `round-01`, `round-02`, ... */
  nextRound(): string {
    const numbers = [...this.#runs.keys(), ...this.#taken].map((id) => Number(/^round-(\d+)$/.exec(id)?.[1] ?? 0));
    return `round-${String(largestOf(numbers, 0) + 1).padStart(2, '0')}`;
  }

  /** The name, with a number behind it where it is taken; nobody else gets it from now on. */
  reserve(name: string): string {
    let id = name;
    for (let n = 2; this.#runs.has(id) || this.#taken.has(id); n++) id = `${name}-${n}`;
    this.#taken.add(id);
    return id;
  }

  /** Removes a run for good; what is left says that it was there. @throws Refusal 409 while it trains */
  async remove(id: string): Promise<void> {
    if (isActive(this.known(id))) {
      throw new Refusal(409, 'this run is training', { subject: id, hint: 'Stop it first.' });
    }
    const folder = this.folder(id);
    this.#runs.delete(id);
    this.#removed.add(id);
    // The sign first: where the disk fails half-way, what is left is no run.
    await this.#files.write(joinPath(folder, REMOVED), `${new Date().toISOString()}\n`);
    for (const { name } of await this.#files.list(folder)) {
      if (name !== REMOVED) await this.#files.remove(joinPath(folder, name));
    }
  }

  /** Takes a run back that could not be started or added, and its folder. */
  async forget(id: string): Promise<void> {
    this.#runs.delete(id);
    // A disk that is full may let nothing be removed either; the name stays taken then.
    await this.#files.remove(this.folder(id)).then(
      () => this.#taken.delete(id),
      () => undefined,
    );
  }
}

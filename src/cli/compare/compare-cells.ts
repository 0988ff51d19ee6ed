import type { Cell } from '../../compare/cells.ts';
import { type FinishedRun, isTrained } from '../../compare/finished-run.ts';
import { hasRecord, readRecord, recordRun } from '../../compare/run-scores.ts';
import { changedSettings } from '../../compare/settings-text.ts';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { openRun } from '../../runs/open-run.ts';
import { type ComparedPart, hasFile, runPath, scoresPath } from '../../runs/run-folder.ts';
import type { RequestedConfig } from '../../settings/config.ts';
import { configYaml } from '../../settings/load-config.ts';
import { Children } from '../child.ts';
import { note } from '../terminal.ts';

export interface CellOptions {
  /** Folder of all runs. */
  readonly out: string;
  readonly split: ComparedPart;
  /** Threads of each run. */
  readonly threads: number | undefined;
  /** Runs at a time. */
  readonly jobs: number;
  /** Modules that export methods. */
  readonly plugins: readonly string[];
}

/** Trains and measures cells in processes of their own; what is done is left alone, what was interrupted goes on. */
export class CellRunner {
  readonly #files: Files;
  readonly #options: CellOptions;
  readonly #children = new Children();
  #stopped = false;

  constructor(files: Files, options: CellOptions) {
    this.#files = files;
    this.#options = options;
  }

  runFolder({ id }: Cell): string {
    return joinPath(this.#options.out, id);
  }

  /** Whether nothing is left to do for a cell: its run is there whole, or its record at least. */
  async isDone(cell: Cell): Promise<boolean> {
    const run = this.runFolder(cell);
    if (await hasRecord(this.#files, run, this.#options.split)) return true;
    const scored = (await this.#files.kind(scoresPath(run, this.#options.split))) === 'file';
    return scored && (await isTrained(this.#files, run));
  }

  /** What a done cell has come to. */
  async result(cell: Cell): Promise<FinishedRun> {
    const [run, { split }] = [this.runFolder(cell), this.#options];
    const isRecorded = await hasRecord(this.#files, run, split);
    return isRecorded ? readRecord(this.#files, run, split) : recordRun(this.#files, run, split);
  }

  /** @throws PatchclError `bad-usage` when a folder holds a run with other settings than its cell */
  async checkSettings(cells: readonly Cell[]): Promise<void> {
    for (const cell of cells) {
      const run = this.runFolder(cell);
      const config = await this.#configOf(run);
      const changed = config === undefined ? [] : changedSettings(config, cell.config);
      if (changed.length === 0) continue;
      throw new PatchclError('bad-usage', `this run was started with another ${changed.join(', ')}`, {
        subject: run,
        hint: 'Choose another folder with --out, or remove the run.',
      });
    }
  }

  /** What a folder's run was started with; undefined without a run. */
  async #configOf(run: string): Promise<RequestedConfig | undefined> {
    const { split } = this.#options;
    if (await hasFile(this.#files, run, 'config')) return openRun(this.#files, run).request();
    if (await hasRecord(this.#files, run, split)) return (await readRecord(this.#files, run, split)).config;
  }

  /** Brings a cell to its end. @returns whether it got there */
  async run(cell: Cell, title: string): Promise<boolean> {
    const { split, jobs } = this.#options;
    const run = this.runFolder(cell);
    const log = jobs === 1 ? undefined : joinPath(run, 'log.txt');
    if (!(await isTrained(this.#files, run))) {
      note(`\n${title}: training`);
      if ((await this.#children.run(await this.#trainCommand(cell, run), log)) !== 0) return this.#failed(title, log);
    }
    if (this.#stopped) return false;
    const scores = scoresPath(run, split);
    if ((await this.#files.kind(scores)) === 'file') return true;
    // Scores that are there count as those of all cases.
    const whole = ['--strict', '--json', scores];
    const evaluate = ['evaluate', run, '--data', cell.data, '--split', split, ...whole, ...this.#threads()];
    if ((await this.#children.run(evaluate, log)) !== 0) return this.#failed(title, log);
    return true;
  }

  /** Asks what runs to stop with a checkpoint, and starts nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#children.stop();
  }

  async #trainCommand(cell: Cell, run: string): Promise<string[]> {
    const plugins = this.#options.plugins.flatMap((path) => ['--plugin', path]);
    const resume = ['train', '--resume', '--out', run, '--data', cell.data, ...plugins];
    if (await hasFile(this.#files, run, 'checkpoint')) return [...resume, ...this.#threads()];
    // Died before its first checkpoint, or new.
    const config = runPath(run, 'config');
    await this.#files.write(config, configYaml(cell.config));
    return [...resume, '--config', config, ...this.#threads()];
  }

  #threads(): string[] {
    const { threads } = this.#options;
    return threads === undefined ? [] : ['--threads', String(threads)];
  }

  #failed(title: string, log: string | undefined): false {
    if (!this.#stopped) note(`${title}: failed${log === undefined ? '' : `, see ${log}`}`);
    return false;
  }
}

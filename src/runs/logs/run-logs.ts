import type { Files } from '../../core/files.ts';
import type { StepReport, ValidationReport } from '../../train/trainer.ts';
import { runPath } from '../run-folder.ts';
import { CsvLog } from './csv.ts';
import type { LogRow, RowLog } from './row.ts';
import { TensorBoardLog } from './tensorboard.ts';

const SCHEDULE = ['learningRate', 'beta', 'gamma', 'lambda'] as const;

/** Seconds, each from its own beginning. */
export interface LogClocks {
  /** Since the Unix epoch. */
  wall(): number;
  /** Of training, breaks left out. */
  training(): number;
  /** Of processors, all threads together. */
  cpu(): number;
}

const CLOCKS = ['trainingSeconds', 'cpuSeconds'] as const;

/** The CSV table and the TensorBoard events of a run: means over some steps, and every validation. */
export class RunLogs {
  readonly #logs: readonly RowLog[];
  readonly #clocks: LogClocks;
  readonly #every: number;
  #pending: StepReport[] = [];

  private constructor(logs: readonly RowLog[], clocks: LogClocks, every: number) {
    this.#logs = logs;
    this.#clocks = clocks;
    this.#every = every;
  }

  /** Starts the logs of a run, or continues them after `resumedStep`. */
  static async open(
    files: Files,
    run: string,
    scalarNames: readonly string[],
    clocks: LogClocks,
    every: number,
    resumedStep?: number,
  ): Promise<RunLogs> {
    const measured = ['imagesPerSecond', 'validation/student', 'validation/teacher'];
    const names = [...scalarNames, ...SCHEDULE, ...measured, ...CLOCKS];
    const [csv, events] = [runPath(run, 'metrics'), runPath(run, 'events')];
    const logs =
      resumedStep === undefined
        ? [await CsvLog.start(files, csv, names), await TensorBoardLog.start(files, events)]
        : [
            await CsvLog.resume(files, csv, names, resumedStep),
            await TensorBoardLog.resume(files, events, resumedStep),
          ];
    return new RunLogs(logs, clocks, every);
  }

  /** True right after a row was written: a checkpoint here loses no part of one. */
  get betweenRows(): boolean {
    return this.#pending.length === 0;
  }

  async step(report: StepReport): Promise<void> {
    this.#pending.push(report);
    if (report.step % this.#every === 0) await this.#flush();
  }

  async validation({ step, dice }: ValidationReport): Promise<void> {
    await this.#flush();
    const values = { 'validation/student': dice.student, 'validation/teacher': dice.teacher };
    const measured = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null);
    await this.#append(step, Object.fromEntries(measured));
  }

  async #flush(): Promise<void> {
    const last = this.#pending.at(-1);
    if (last === undefined) return;
    const seconds = this.#pending.reduce((total, report) => total + report.seconds, 0);
    const images = this.#pending.reduce((total, report) => total + report.images, 0);
    const names = [...new Set(this.#pending.flatMap(({ scalars }) => Object.keys(scalars)))];
    const means = names.map((name) => {
      const values = this.#pending.map(({ scalars }) => scalars[name]).filter((value) => value !== undefined);
      return [name, values.reduce((total, value) => total + value, 0) / values.length] as const;
    });
    const schedule = SCHEDULE.map((name) => [name, last.schedule[name]] as const);
    this.#pending = [];
    const values = { ...Object.fromEntries([...means, ...schedule]), imagesPerSecond: images / seconds };
    await this.#append(last.step, values);
  }

  async #append(step: number, measured: LogRow['values']): Promise<void> {
    const { wall, training, cpu } = this.#clocks;
    const values = { ...measured, trainingSeconds: training(), cpuSeconds: cpu() };
    const row: LogRow = { step, wallSeconds: wall(), values };
    for (const log of this.#logs) await log.append(row);
  }
}

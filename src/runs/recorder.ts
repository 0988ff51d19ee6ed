import type { Files } from '../core/files.ts';
import { writeSafetensors } from '../formats/index.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { type TrainingState, unetWeights } from '../train/state.ts';
import type { StepReport, ValidationReport } from '../train/trainer.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { saveClock } from './clock.ts';
import { type LogClocks, RunLogs } from './logs/run-logs.ts';
import type { TrainingReporter } from './reporter.ts';
import { runPath } from './run-folder.ts';

/** Steps between two lines of the log. */
export const LOG_EVERY = 10;
/** Seconds between two checkpoints. */
const CHECKPOINT_SECONDS = 60;

/** Keeps what a training tells: logs, best weights and checkpoints in the run's folder, progress on the reporter. */
export interface Recorder {
  step(report: StepReport): Promise<void>;
  validation(report: ValidationReport, state: TrainingState): Promise<void>;
  /** A moment at which a checkpoint may be written; `must` where one has to be. */
  checkpoint(checkpoint: () => Promise<Checkpoint>, must: boolean): Promise<void>;
}

/** Of a rank that leaves the writing to the first one. */
export const NO_RECORDER: Recorder = {
  async step() {},
  async validation() {},
  async checkpoint() {},
};

export interface RecorderOptions {
  readonly run: string;
  readonly scalarNames: readonly string[];
  readonly clocks: LogClocks;
  /** Of a resumed run. */
  readonly resumedStep?: number;
}

/** Opens the logs of a run folder. @throws PatchclError when they cannot be continued or written */
export async function folderRecorder(
  files: Files,
  reporter: TrainingReporter,
  { run, scalarNames, clocks, resumedStep }: RecorderOptions,
): Promise<Recorder> {
  const logs = await RunLogs.open(files, run, scalarNames, clocks, LOG_EVERY, resumedStep);
  let lastCheckpoint = clocks.training();
  return {
    async step(report) {
      reporter.step(report, clocks.training());
      await logs.step(report);
    },
    async validation(report, state) {
      if (report.isBest) {
        const { step, network, dice } = report;
        const metadata = {
          step: String(step),
          network,
          ...(dice[network] !== null && { dice: String(dice[network]) }),
        };
        await files.write(runPath(run, 'best'), writeSafetensors({ tensors: unetWeights(state, network), metadata }));
      }
      // Told when the weights are there: who hears of better ones may read them at once.
      reporter.validation(report, clocks.training());
      await logs.validation(report);
    },
    async checkpoint(checkpoint, must) {
      const due = clocks.training() - lastCheckpoint >= CHECKPOINT_SECONDS && logs.betweenRows;
      if (!must && !due) return;
      await saveCheckpoint(files, run, await checkpoint());
      await saveClock(files, run, { elapsedSeconds: clocks.training(), cpuSeconds: clocks.cpu() });
      lastCheckpoint = clocks.training();
    },
  };
}

import type { Files } from '../core/files.ts';
import type { TrainingReporter } from '../runs/reporter.ts';
import type { TrainHost } from '../runs/train-host.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { versions } from './versions.ts';

/** What training needs of this machine. */
export function trainHost(
  files: Files,
  runtime: Runtime,
  reporter: TrainingReporter,
  stopRequested: () => boolean,
): TrainHost {
  return {
    files,
    runtime,
    reporter,
    versions: versions(),
    now: () => performance.now() / 1000,
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    wallClock: () => Date.now() / 1000,
    stopRequested,
  };
}

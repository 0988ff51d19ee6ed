import type { Files } from '../core/files.ts';
import type { Ranks } from '../core/ranks.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Method } from '../methods/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { RequestedConfig } from '../settings/config.ts';
import type { TrainingReporter } from './reporter.ts';

export interface TrainOptions {
  /** Of a new run; a resumed one needs the settings it was started with. */
  readonly config: RequestedConfig;
  /** Folder of the data set, or the data set itself. */
  readonly data: string | Dataset;
  /** What the run's record calls the folder, where it stands for an archive: the address. */
  readonly dataName?: string;
  /** Folder of the run. */
  readonly run: string;
  /** Continue the run's last checkpoint. */
  readonly resume: boolean | 'before';
  /** Folder of an earlier run, whose best network a new run starts from. Default: a network that knows nothing. */
  readonly startFrom?: string;
  /** How to train, where it is a method of somebody's own; its name is `config.method`. Default: that of the name. */
  readonly method?: Method;
}

/** What training needs of its surroundings. */
export interface TrainHost {
  readonly files: Files;
  readonly runtime: Runtime;
  readonly reporter: TrainingReporter;
  /** Program versions, for the record. */
  readonly versions: Readonly<Record<string, string>>;
  /** The command that was given, for the record. Default: there was none. */
  readonly command?: string;
  /** Seconds on a clock that never goes back. */
  now(): number;
  /** Seconds that processors have computed for this process, all threads together. */
  cpuSeconds(): number;
  /** Seconds since the Unix epoch, for the logs. */
  wallClock(): number;
  stopRequested(): boolean;
  /** The processes that train together; every one of them calls `trainRun`, the first one writes. Default: alone. */
  readonly ranks?: Ranks;
}

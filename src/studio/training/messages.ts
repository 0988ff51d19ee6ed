import type { TrainingEvent } from '../../runs/events.ts';
import type { RequestedConfig } from '../../settings/config.ts';

/** What a training process is told. */
export type ToTrainer =
  | {
      readonly type: 'train';
      readonly config: RequestedConfig;
      readonly data: string;
      readonly run: string;
      readonly resume: boolean | 'before';
    }
  /** Write a checkpoint and end. */
  | { readonly type: 'stop' };

/** What a training process tells. Of its steps it tells some, a few a second. */
export type FromTrainer =
  | TrainingEvent
  | { readonly type: 'ended'; readonly outcome: 'finished' | 'stopped' }
  | { readonly type: 'failed'; readonly message: string };

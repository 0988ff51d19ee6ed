import type { RequestedConfig } from '../../settings/config.ts';
import type { NetworkDice } from '../../train/selection.ts';
import type { NetworkName } from '../../train/state.ts';

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

/** What a training process tells. NaN, which JSON lacks, is null. */
export type FromTrainer =
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'started'; readonly validation: number }
  | {
      readonly type: 'step';
      readonly step: number;
      readonly totalSteps: number | null;
      readonly phase: string;
      readonly secondsLeft: number | null;
      readonly imagesPerSecond: number;
      readonly losses: Readonly<Record<string, number>>;
    }
  | {
      readonly type: 'validation';
      readonly step: number;
      readonly dice: NetworkDice;
      /** The one whose weights are kept when they are the best so far. */
      readonly network: NetworkName;
      readonly isBest: boolean;
    }
  | { readonly type: 'ended'; readonly outcome: 'finished' | 'stopped' }
  | { readonly type: 'failed'; readonly message: string };

import type { DeviceOptions } from '../../node/device.ts';
import type { MaskFormat, ScanRecipe } from '../../predict/scans/scan.ts';
import type { EvaluateRunOptions, RunEvaluation } from '../../runs/evaluate-run.ts';

/** How a worker is set up. */
export type Opening =
  | {
      readonly type: 'model';
      /** Run folder or model file. */
      readonly model: string;
      readonly device?: string | undefined;
      readonly threads?: number | undefined;
      readonly flips?: boolean | undefined;
      readonly keepLargest?: boolean | undefined;
    }
  | { readonly type: 'data'; readonly path: string; readonly patients?: number | string | undefined }
  | { readonly type: 'files' };

/** What it is asked then. */
export type Question =
  | {
      readonly type: 'predict';
      readonly scan: ScanRecipe;
      readonly targets: {
        readonly format: MaskFormat;
        readonly mask: string;
        readonly overlay?: string;
        readonly probabilities?: readonly string[];
      };
      /** What the UIDs of its mask are made of, where it is to have the same ones each time. */
      readonly seed?: string;
    }
  /** The n-th case of the data set. */
  | { readonly type: 'case'; readonly index: number }
  | { readonly type: 'file'; readonly path: string }
  /** A model that may be anybody's, on a data set. */
  | {
      readonly type: 'evaluate';
      readonly device: DeviceOptions;
      readonly options: Omit<EvaluateRunOptions, 'data' | 'onCase' | 'onSlice' | 'signal' | 'notes'> & {
        readonly data: string;
      };
    };

/** What came of an evaluation, and what a person should know of it. */
export interface Evaluated {
  readonly evaluation: RunEvaluation;
  readonly notes: readonly string[];
}

/** What is odd about a scan that was read. */
export interface ReadNotes {
  readonly frames?: number;
  readonly notes?: readonly string[];
}

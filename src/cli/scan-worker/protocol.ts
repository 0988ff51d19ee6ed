import type { MaskFormat, ScanRecipe } from '../../predict/scans/scan.ts';

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
    }
  /** The n-th case of the data set. */
  | { readonly type: 'case'; readonly index: number }
  | { readonly type: 'file'; readonly path: string };

/** What is odd about a scan that was read. */
export interface ReadNotes {
  readonly frames?: number;
  readonly notes?: readonly string[];
}

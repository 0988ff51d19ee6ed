import type { PatchclError } from '../../core/errors.ts';
import type { Dataset } from '../dataset.ts';

/**
 * What a layout reader found: the cases that can be used, and whatever does not fit together. Training refuses a data set
 * with problems, `inspect` lists them.
 */
export interface Found {
  readonly dataset: Dataset;
  readonly problems: readonly PatchclError[];
}

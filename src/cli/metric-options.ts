import { Option } from 'commander';
import type { MetricOptions } from '../metrics/case-metrics.ts';
import { positiveNumber, share, wholeNumber } from './arguments.ts';

/** What a person asks to be measured beyond what always is. */
export interface MetricChoice {
  readonly surfaceDice?: number;
  /** `true` without a share: any overlap. */
  readonly lesions?: number | true;
}

export function surfaceDiceOption(): Option {
  return new Option(
    '--surface-dice <tolerance>',
    'add the surface Dice: the share of both surfaces that lie within this distance of each other, in mm, or in pixels where files do not say how large one is',
  ).argParser(positiveNumber);
}

export function lesionsOption(): Option {
  return new Option(
    '--lesions [share]',
    'add sensitivity, precision and F1 per connected part; a part counts as found when at least this share of it, from 0 to 1, is in the other mask (default: any voxel)',
  ).argParser(share);
}

export function ignoreOption(): Option {
  return new Option(
    '--ignore <value>',
    'label value of voxels that nobody has annotated: they are not measured (default: what dataset.json says)',
  ).argParser(wholeNumber(0, 255));
}

export function metricsOf({ surfaceDice, lesions }: MetricChoice): MetricOptions {
  return { tolerance: surfaceDice, lesionOverlap: lesions === true ? 0 : lesions };
}

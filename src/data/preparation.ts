import { PatchclError } from '../core/errors.ts';
import { isOrientation, type Orientation } from '../imaging/orientation.ts';
import type { Fitting } from './crop.ts';
import type { Dataset } from './dataset.ts';
import type { Normalisation } from './normalise.ts';

/** How scans become network inputs: plain data, stored with the model so that prediction repeats it. */
export interface Preparation extends Normalisation, Fitting {
  /** Scans are brought to this orientation before they are cut into slices; without it they are cut as stored. */
  readonly orientation?: Orientation;
  /** Whether shrinking by more than 2 averages over the pixels that fall together, rather than picking some. Absent: no. */
  readonly antialias?: boolean;
  /** Neighbouring slices on each side that the network sees as further channels. Absent: none. */
  readonly context?: number;
}

/** Slices that the network sees at once: a slice and its neighbours. */
export function planesOf({ context = 0 }: Pick<Preparation, 'context'>): number {
  return 2 * context + 1;
}

/**
 * Fills in what is left out: no crop, no tiles, percentiles 0.5 and 99.5. SSL4MIS data is treated as its authors do, so that
 * numbers can be compared: intensities taken as they are, slices stretched, no antialiasing. All other is normalised by
 * percentile, keeps its shapes, and is antialiased.
 *
 * @throws PatchclError `bad-config` for values out of range.
 */
export function makePreparation(
  layout: Dataset['layout'],
  options: Pick<Preparation, 'size'> & Partial<Preparation>,
): Preparation {
  const { size, crop = 1, percentiles = [0.5, 99.5], orientation, window, tiles, context = 0 } = options;
  const published = layout === 'ssl4mis';
  const { normalise = published ? 'unit' : 'percentile', fit = published ? 'stretch' : 'pad' } = options;
  const { antialias = !published } = options;
  const check = (valid: boolean, subject: string, expected: string, found: unknown) => {
    if (!valid) throw new PatchclError('bad-config', `${expected} was expected, not ${found}`, { subject });
  };
  const [low, high] = percentiles;
  check(Number.isInteger(size) && size > 0, 'size', 'a positive whole number of pixels', size);
  check(crop > 0 && crop <= 1, 'crop', 'a fraction above 0 and at most 1', crop);
  check(low >= 0 && low < high && high <= 100, 'percentiles', 'a pair of rising numbers in [0, 100]', percentiles);
  if (normalise === 'window' || window !== undefined) {
    check(window !== undefined && window[0] < window[1], 'data.window', 'a pair of rising intensities', window);
  }
  if (orientation !== undefined)
    check(isOrientation(orientation), 'orientation', 'an orientation such as LPS', orientation);
  check(Number.isInteger(context) && context >= 0, 'data.context', 'a number of neighbouring slices', context);
  if (tiles !== undefined) {
    check(tiles.scale > 0, 'tiles.scale', 'a number above 0', tiles.scale);
    check(tiles.overlap >= 0 && tiles.overlap < 1, 'tiles.overlap', 'a fraction below 1', tiles.overlap);
  }
  const chosen = {
    ...(window && { window }),
    ...(orientation !== undefined && { orientation }),
    ...(tiles && { tiles }),
    ...(context > 0 && { context }),
  };
  return { size, crop, normalise, percentiles, fit, antialias, ...chosen };
}

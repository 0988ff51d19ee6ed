import type { StrongOptions } from '../strong.ts';
import type { WeakOptions } from '../weak.ts';

/** Every part of the geometry moves. */
export const WEAK: WeakOptions = { rotation: 0.35, rightAngles: true, flip: true, scale: 0.1, shift: 0.05 };

/** Every change of the intensities happens, to some of the images. */
export const STRONG: StrongOptions = {
  gamma: { probability: 0.5, max: 0.5 },
  contrast: { probability: 0.5, max: 0.4 },
  brightness: { probability: 0.5, max: 0.2 },
  channels: { probability: 0.5, max: 0.2 },
  blur: { probability: 0.3, max: 1 / 4 },
  noise: { probability: 0.5, max: 0.08 },
  cutout: { probability: 0.5, max: 0.3, count: 2, fill: 'mean' },
};

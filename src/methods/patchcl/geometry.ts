import { PatchclError } from '../../core/errors.ts';
import { totalStride } from '../../nn/unet.ts';
import type { ContrastSettings } from '../settings.ts';
import type { StepShape } from '../step-shape.ts';

/** How images are cut into overlapping square patches. */
export interface PatchGrid {
  /** Pixels per side of a patch. */
  readonly size: number;
  /** Pixels between patches: half a patch. */
  readonly stride: number;
  /** Patches per side of the image. */
  readonly perSide: number;
  /** Blocks of stride x stride pixels per side of the image; a patch is 2 x 2 of them. */
  readonly blocksPerSide: number;
}

/**
 * The patches of an image, every half patch: p is what is nearest to S / 4 of the sizes that tile the image and that the
 * encoder can halve down to a map of 2 x 2 pixels at least.
 *
 * @throws PatchclError `bad-config` when no such patches tile the image
 */
export function patchGrid(
  { size, network }: Pick<StepShape, 'size' | 'network'>,
  settings: ContrastSettings,
): PatchGrid {
  const unit = 2 * totalStride(network);
  const patch = settings.patchSize ?? nearestTiling(size, unit);
  const stride = patch / 2;
  if (patch % unit !== 0 || size % stride !== 0 || patch > size) {
    const problem = `patches of ${patch} pixels do not fit images of ${size} pixels and this network`;
    const hint = `Choose contrast.patchSize as a multiple of ${unit} whose half divides ${size}.`;
    throw new PatchclError('bad-config', problem, { subject: 'contrast.patchSize', hint });
  }
  const blocksPerSide = size / stride;
  return { size: patch, stride, perSide: blocksPerSide - 1, blocksPerSide };
}

/** The multiple of `unit` nearest to a quarter of the size whose half divides the size, the larger of two; else `unit`. */
function nearestTiling(size: number, unit: number): number {
  let nearest = unit;
  for (let patch = 2 * unit; patch <= size; patch += unit) {
    const isNearer = Math.abs(patch - size / 4) <= Math.abs(nearest - size / 4);
    if (isNearer && size % (patch / 2) === 0) nearest = patch;
  }
  return nearest;
}

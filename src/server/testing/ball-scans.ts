import { type Files, joinPath } from '../../core/files.ts';
import { Rng } from '../../core/rng.ts';
import { writeNifti } from '../../formats/index.ts';
import type { Geometry } from '../../imaging/volume.ts';

/** [depth, height, width] of the tiny scans. */
export const BALL_SHAPE = [6, 24, 20] as const;

/** Thick slices along k, stored with x to the left and y to the front: no canonical orientation. */
export const BALL_GEOMETRY: Geometry = {
  spacing: [3, 1, 1],
  unit: 'mm',
  affine: [-1, 0, 0, 30, 0, 1, 0, -20, 0, 0, 3, 5, 0, 0, 0, 1],
};

/** Bright balls with a core on noise, three classes: a scan and its mask. */
export function ballScan(n: number) {
  const rng = new Rng('ball', n);
  const [depth, height, width] = BALL_SHAPE;
  const [z0, y0, x0, radius] = [rng.uniform(2, 3.5), rng.uniform(9, 14), rng.uniform(8, 12), rng.uniform(5, 8)];
  const image = new Float32Array(depth * height * width);
  const mask = new Uint8Array(image.length);
  for (let i = 0; i < image.length; i++) {
    const [z, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const distance = Math.hypot(3 * (z - z0), y - y0, x - x0);
    mask[i] = distance > radius ? 0 : distance > radius / 2 ? 1 : 2;
    image[i] = Math.round(Math.max(0, 60 + 60 * (mask[i] as number) + 12 * rng.normal()));
  }
  return { image, mask };
}

/** Writes scans `ball1`, `ball2`, ... without masks, in the layout of a folder of images. */
export async function writeBalls(files: Files, folder: string, count: number): Promise<void> {
  const [depth, height, width] = BALL_SHAPE;
  await files.write(joinPath(folder, 'dataset.json'), '{"labels":{"0":"background","1":"ring","2":"core"}}');
  for (let n = 1; n <= count; n++) {
    const data = ballScan(n).image;
    const scan = writeNifti({ data, shape: [1, depth, height, width], geometry: BALL_GEOMETRY });
    await files.write(joinPath(folder, `images/ball${n}.nii.gz`), scan);
  }
}

/** Writes the masks of `ball1` to the `count`th beside them. */
export async function writeBallMasks(files: Files, folder: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const mask = writeNifti({ data: ballScan(n).mask, shape: BALL_SHAPE, geometry: BALL_GEOMETRY });
    await files.write(joinPath(folder, `masks/ball${n}.nii.gz`), mask);
  }
}

/** Settings for a training of a second or two. */
export const BALL_SETTINGS = {
  size: 32,
  network: { widths: [4, 8], stem: 'plain' },
  batch: { labelled: 4, unlabelled: 4 },
  validations: 2,
  optimiser: { learningRate: 0.01, rampSteps: 10 },
  ema: 0.9,
  threads: 1,
  contrast: { weight: 0.1, dimensions: 8, anchorsPerClass: 2, positivesPerAnchor: 2, keysPerClass: 32, leastKeys: 4 },
};

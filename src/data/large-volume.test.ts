import { expect, it } from 'vitest';
import { keepLargestComponents } from '../imaging/components.ts';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { measureChannels } from './plan/measure.ts';
import { makePreparation } from './preparation.ts';
import { preparedSlices } from './prepare.ts';

/** More than the 2^27 elements above which V8 makes no list: a CT of 522 slices. */
const SHAPE = [522, 512, 512] as const;
const VOXELS = SHAPE[0] * SHAPE[1] * SHAPE[2];
const PIXELS = SHAPE[1] * SHAPE[2];

it('a volume of 137 million voxels is measured, prepared and cleaned', { timeout: 120_000 }, () => {
  const data = new Float32Array(VOXELS);
  // Slice z has the value z; the last voxel is none.
  for (let z = 0; z < SHAPE[0]; z++) data.fill(z, z * PIXELS, (z + 1) * PIXELS);
  data[VOXELS - 1] = Number.NaN;
  const volume = { data, shape: [1, ...SHAPE] as const, geometry: PIXEL_GEOMETRY };

  const [measures] = measureChannels(volume);
  expect(measures).toMatchObject({ min: 0, max: 521, low: 2, median: 260, high: 519, notFinite: 1, whole: true });

  const preparation = makePreparation('folders', { size: 16 });
  const slices = preparedSlices(volume, preparation, 'large');
  for (const z of [0, 1, 2, 3]) {
    const { value } = slices.next();
    expect((value as Float32Array)[0]).toBeCloseTo(Math.max(0, (z - 2) / 517), 6);
  }

  const labels = new Uint8Array(data.buffer, 0, VOXELS).fill(0);
  labels[0] = 1;
  labels.fill(1, VOXELS - PIXELS);
  const cleaned = keepLargestComponents({ data: labels, shape: SHAPE, geometry: PIXEL_GEOMETRY });
  expect([cleaned.data[0], cleaned.data[VOXELS - 1]]).toEqual([0, 1]);
});

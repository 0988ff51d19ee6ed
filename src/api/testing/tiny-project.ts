import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../../data/dataset.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { tinyVolumes } from '../../train/testing/tiny-data.ts';
import type { TrainSettings } from '../train-settings.ts';

/** A network and a budget that are done in a second. */
export const TINY: TrainSettings = {
  method: 'supervised',
  size: 16,
  labelled: 2,
  network: { widths: [2, 2], stem: 'plain' },
  batch: { labelled: 2, unlabelled: 2 },
  budget: { steps: 4 },
  validations: 1,
  threads: 1,
};

/** A folder with a data set of tiny volumes, `data`. */
export async function tinyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patchcl-api-'));
  const files = nodeFiles();
  for (const [path, content] of Object.entries(tinyVolumes())) await files.write(join(folder, path), content);
  return folder;
}

/** Cases without files: a bright square each, annotated. */
export function squareCases(count: number): Case[] {
  return Array.from({ length: count }, (_, i) => {
    const inside = (j: number) => j % 16 > 3 + (i % 3) && j % 16 < 11 && j >= 16 * 4 && j < 16 * 11;
    const voxels = Array.from({ length: 256 }, (_value, j) => (inside(j) ? 1 : 0));
    return {
      id: `case${i}`,
      patient: `patient${i}`,
      image: async () => ({
        data: Float32Array.from(voxels, (value, j) => 100 * value + (j % 7)),
        shape: [1, 1, 16, 16],
        geometry: PIXEL_GEOMETRY,
      }),
      label: async () => ({ data: Uint8Array.from(voxels), shape: [1, 16, 16], geometry: PIXEL_GEOMETRY }),
    };
  });
}

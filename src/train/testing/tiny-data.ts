import { encode } from 'fast-png';
import { Rng } from '../../core/rng.ts';
import { writeNifti } from '../../formats/index.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';

const SIZE = 20;
const PATIENTS = 7;
const SLICES = 2;

/** A data set in the folders layout: discs with a core on noise, three classes, seven patients with two slices each. */
export function tinyData(): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = {
    'data/dataset.json': JSON.stringify({ labels: { '0': 'background', '1': 'ring', '2': 'core' } }),
  };
  for (let patient = 1; patient <= PATIENTS; patient++) {
    for (let slice = 1; slice <= SLICES; slice++) {
      const name = `patient${String(patient).padStart(3, '0')}_slice_${slice}.png`;
      const { image, mask } = disc(new Rng('tiny-data', patient, slice));
      files[`data/images/${name}`] = encode({ width: SIZE, height: SIZE, data: image, channels: 1 });
      files[`data/masks/${name}`] = encode({ width: SIZE, height: SIZE, data: mask, channels: 1 });
    }
  }
  return files;
}

/** The same discs as volumes of several slices: NIfTI files in the folders layout. */
export function tinyVolumes(slices = 3): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = {
    'data/dataset.json': JSON.stringify({ labels: { '0': 'background', '1': 'ring', '2': 'core' } }),
  };
  const pixels = SIZE * SIZE;
  for (let patient = 1; patient <= PATIENTS; patient++) {
    const [image, mask] = [new Float32Array(slices * pixels), new Uint8Array(slices * pixels)];
    for (let slice = 0; slice < slices; slice++) {
      const drawn = disc(new Rng('tiny-data', patient, slice));
      image.set(drawn.image, slice * pixels);
      mask.set(drawn.mask, slice * pixels);
    }
    const geometry = PIXEL_GEOMETRY;
    files[`data/images/p${patient}.nii`] = writeNifti({ data: image, shape: [1, slices, SIZE, SIZE], geometry });
    files[`data/masks/p${patient}.nii`] = writeNifti({ data: mask, shape: [slices, SIZE, SIZE], geometry });
  }
  return files;
}

function disc(rng: Rng) {
  const [row, column, radius] = [rng.uniform(7, 12), rng.uniform(7, 12), rng.uniform(4, 7)];
  const image = new Uint8Array(SIZE * SIZE);
  const mask = new Uint8Array(SIZE * SIZE);
  for (let i = 0; i < image.length; i++) {
    const distance = Math.hypot(Math.floor(i / SIZE) - row, (i % SIZE) - column);
    mask[i] = distance > radius ? 0 : distance > radius / 2 ? 1 : 2;
    image[i] = Math.min(255, Math.max(0, 60 + 60 * (mask[i] as number) + 15 * rng.normal()));
  }
  return { image, mask };
}

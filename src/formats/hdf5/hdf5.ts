import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { unfit } from '../damaged.ts';
import { classIndices } from '../labels.ts';
import { type Hdf5Dataset, readDataset } from './dataset.ts';

/**
 * Reads the scan of an SSL4MIS file: its data set `image`, [height, width] or [depth, height, width]. The data set `label` is
 * not touched. Such files carry no spacing, so the unit is pixels.
 *
 * @returns [1, depth, height, width].
 * @throws PatchclError `bad-file` when the file is damaged, cut off or has no such data set.
 * @see https://github.com/HiLab-git/SSL4MIS
 */
export async function readHdf5Image(bytes: Uint8Array, name: string): Promise<Volume> {
  const dataset = await readDataset(bytes, name, 'image');
  const shape = spatialShape(dataset, name, 'image');
  const data = dataset.data instanceof Float32Array ? dataset.data : toFloats(dataset.data);
  return { data, shape: [1, ...shape], geometry: PIXEL_GEOMETRY };
}

/**
 * Reads the segmentation of an SSL4MIS file: its data set `label`; the data set `image` is not touched.
 *
 * @returns [depth, height, width].
 * @throws PatchclError `bad-file` as `readHdf5Image`, and when values are not integers 0 to 255.
 */
export async function readHdf5Labels(bytes: Uint8Array, name: string): Promise<LabelVolume> {
  const dataset = await readDataset(bytes, name, 'label');
  const shape = spatialShape(dataset, name, 'label');
  const data = dataset.data instanceof Uint8Array ? dataset.data : classIndices(toFloats(dataset.data), name);
  return { data, shape, geometry: PIXEL_GEOMETRY };
}

function toFloats(values: Hdf5Dataset['data']): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < floats.length; i++) floats[i] = Number(values[i]);
  return floats;
}

function spatialShape({ shape }: Hdf5Dataset, name: string, dataset: string): [number, number, number] {
  if ((shape.length === 2 || shape.length === 3) && shape.every((extent) => extent > 0)) {
    return [1, ...shape].slice(-3) as [number, number, number];
  }
  const problem = `the HDF5 data set "${dataset}" has the shape [${shape.join(', ')}], expected 2 or 3 dimensions`;
  throw unfit(name, problem, 'Store it as [height, width] or [depth, height, width].');
}

import { unzlibSync } from 'fflate';
import { PatchclError } from '../../core/errors.ts';
import { type Geometry, type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { geometryOfSteps, isStep, type Point, TO_RAS } from '../affine.ts';
import type { LabelOptions, ReadOptions } from '../codec.ts';
import { damaged, unsupported } from '../damaged.ts';
import { MAX_DEFLATE_RATIO } from '../gzip.ts';
import { labelsOf, labelsOfClasses } from '../labels.ts';
import { decodeNumbers, MAX_VOXELS, parseNumbers } from '../numbers.ts';
import { type MetaImageHeader, readMetaHeader } from './header.ts';

/**
 * Reads a MetaImage (`.mha`, or `.mhd` with its voxels in another file): raw, zlib or text, every integer and float type.
 *
 * @param options.frame which volume of a 4-D file, default 0; `'all'` gives them as channels.
 * @returns [channels, depth, height, width]; interleaved channels come first by channel.
 * @throws PatchclError `bad-file` when the file is damaged or cut off, `unsupported` for what is not read, `bad-usage` when there
 *   is no such volume.
 */
export async function readMetaImage(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<Volume> {
  const header = readMetaHeader(bytes, name);
  const frames = header.sizes.slice(3).reduce((product, size) => product * size, 1);
  const volume = await readAll(bytes, header, name, options);
  if (frames === 1 || options.frame === 'all') return volume;
  const frame = options.frame ?? 0;
  if (frame < 0 || frame >= frames) {
    const hint = `Choose one from 0 to ${frames - 1}.`;
    throw new PatchclError('bad-usage', `there is no frame ${frame}`, { subject: name, hint });
  }
  const size = volume.data.length / frames;
  const [channels, ...extent] = volume.shape;
  const data = volume.data.slice(frame * size, (frame + 1) * size);
  const one: Volume = { ...volume, data, shape: [channels / frames, ...extent] };
  return options.frame === undefined ? { ...one, frames } : one;
}

/**
 * Reads a mask: class indices, or several volumes or channels that are one-hot classes.
 *
 * @throws PatchclError as `readMetaImage`, and `bad-file` when values are not integers 0 to 255.
 */
export async function readMetaImageLabels(
  bytes: Uint8Array,
  name: string,
  options: LabelOptions = {},
): Promise<LabelVolume> {
  const header = readMetaHeader(bytes, name);
  const volume = await readAll(bytes, header, name, options);
  const isColour = header.channels === 3 && header.sizes.length <= 3;
  return volume.shape[0] === 1 || isColour ? labelsOf(volume, name, options) : labelsOfClasses(volume, name);
}

/** Everything, frame by frame and in each channel by channel. */
async function readAll(
  bytes: Uint8Array,
  header: MetaImageHeader,
  name: string,
  { readBeside }: Pick<ReadOptions, 'readBeside'>,
): Promise<Volume> {
  const { sizes, channels, type, littleEndian, isText } = header;
  const [width = 1, height = 1, depth = 1, ...rest] = sizes;
  const frames = rest.reduce((product, size) => product * size, 1);
  const voxels = width * height * depth;
  const count = voxels * frames * channels;
  if (count > MAX_VOXELS) throw unsupported(name, `a MetaImage of ${count} numbers is too large`, 'Split it.');
  const stored = await storedBytes(bytes, header, name, readBeside);
  const voxelBytes = expanded(stored, header, count * type.bytes, name);
  const values = isText
    ? parseNumbers(new TextDecoder('latin1').decode(voxelBytes), count, name)
    : decodeNumbers(voxelBytes, type, count, littleEndian, name);
  const { geometry, notes } = geometryOf(header);
  return {
    data: channels === 1 ? values : byChannel(values, voxels, channels),
    shape: [frames * channels, depth, height, width],
    geometry,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

async function storedBytes(
  bytes: Uint8Array,
  { dataFile, end }: MetaImageHeader,
  name: string,
  readBeside: ReadOptions['readBeside'],
): Promise<Uint8Array> {
  if (/^local$/i.test(dataFile)) return bytes.subarray(end);
  const isOne = !/^LIST\b/i.test(dataFile) && !/%\d*d/.test(dataFile);
  if (isOne && readBeside !== undefined) return readBeside(dataFile);
  throw unsupported(name, 'its voxels are in other files', 'Save it as one .mha file.');
}

function expanded(stored: Uint8Array, header: MetaImageHeader, needed: number, name: string): Uint8Array {
  const { isCompressed, isText, skip } = header;
  if (!isCompressed) {
    if (isText && stored.length < needed / header.type.bytes) throw damaged(name, 'the file ends early');
    return stored.subarray(skip < 0 ? Math.max(0, stored.length - needed) : skip);
  }
  if (needed > stored.length * MAX_DEFLATE_RATIO) {
    throw damaged(name, `the file ends early: its header claims ${needed} bytes, more than it can hold`);
  }
  try {
    return unzlibSync(stored.subarray(Math.max(0, skip)), { out: new Uint8Array(needed) });
  } catch (cause) {
    throw damaged(name, 'its compressed voxels are damaged or cut off', cause);
  }
}

/** [frames, channels, voxels] from channels that lie side by side. */
function byChannel(values: Float32Array, voxels: number, channels: number): Float32Array {
  const data = new Float32Array(values.length);
  const frames = values.length / (voxels * channels);
  for (let frame = 0; frame < frames; frame++) {
    for (let c = 0; c < channels; c++) {
      const [to, from] = [(frame * channels + c) * voxels, frame * voxels * channels + c];
      for (let i = 0; i < voxels; i++) data[to + i] = values[from + i * channels] as number;
    }
  }
  return data;
}

function geometryOf({ sizes, spacing, directions, origin }: MetaImageHeader): {
  geometry: Geometry;
  notes: readonly string[];
} {
  const axes = sizes.length;
  const lengths = spacing?.slice(0, 3).map(Math.abs) ?? [];
  const isKnown = lengths.length >= Math.min(3, axes) && lengths.every(isStep);
  if (!isKnown) {
    const note = 'how large its voxels are is not stated, so distances are in pixels';
    return { geometry: PIXEL_GEOMETRY, notes: axes >= 3 ? [note] : [] };
  }
  const [x = 1, y = 1, z = 1] = lengths;
  if (axes < 3) return { geometry: { spacing: [z, y, x], unit: 'mm' }, notes: [] };
  // Of a 4-D file the matrix is 4 x 4; rows are the directions of axes.
  const row = (axis: number): Point => {
    const plain = [0, 1, 2].map((k) => (k === axis ? 1 : 0));
    const vector = directions === undefined ? plain : directions.slice(axis * axes, axis * axes + 3);
    return vector.map((value) => value * (lengths[axis] as number)) as unknown as Point;
  };
  const start = [0, 1, 2].map((axis) => origin[axis] ?? 0) as unknown as Point;
  const geometry = geometryOfSteps([row(0), row(1), row(2)], start, TO_RAS.LPS);
  if (geometry !== undefined) return { geometry, notes: [] };
  const note = 'its TransformMatrix or Offset makes no sense, so how it lies is not known';
  return { geometry: { spacing: [z, y, x], unit: 'mm' }, notes: [note] };
}

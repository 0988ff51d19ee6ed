import { PatchclError } from '../../core/errors.ts';
import { type Geometry, type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { geometryOfSteps, isStep, type Point, TO_RAS } from '../affine.ts';
import type { LabelOptions, ReadOptions } from '../codec.ts';
import { damaged, unsupported } from '../damaged.ts';
import { inflateRange, MAX_DEFLATE_RATIO } from '../gzip.ts';
import { labelsOf, labelsOfClasses } from '../labels.ts';
import { decodeNumbers, MAX_VOXELS, parseNumbers } from '../numbers.ts';
import { type NrrdHeader, readNrrdHeader } from './header.ts';
import { mergedSegments, segmentsOf } from './segments.ts';

/** Axes that hold colours or components of one voxel rather than volumes. */
const COMPONENTS = /^(rgb|rgba|3-|4-)?-?(color|vector)$|color$|^(complex|quaternion|covariant-vector|normal)/i;
const OTHER_AXES = /^(list|vector|time|point|stub|scalar|none|\?\?\?)|color$|vector$|^[2-9]d-|matrix/i;

/** A file's voxels, and what its axes are. */
interface NrrdFile {
  readonly header: NrrdHeader;
  readonly volume: Volume;
  /** Whether the channels are colours or components of one voxel. */
  readonly isOneVolume: boolean;
}

/**
 * Reads a NRRD file (`.nrrd`, or `.nhdr` with its voxels in another file): raw, gzip, hex or text, every integer and float type.
 *
 * @param options.frame which volume of a file of several, default 0; `'all'` gives them as channels.
 * @returns [channels, depth, height, width], the fastest axis of space as width; colours as three channels, alpha dropped.
 * @throws PatchclError `bad-file` when the file is damaged or cut off, `unsupported` for what is not read, `bad-usage` when there
 *   is no such volume.
 */
export async function readNrrd(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<Volume> {
  const { volume, isOneVolume } = await readFile(bytes, name, options);
  const [count, ...extent] = volume.shape;
  if (isOneVolume || count === 1 || options.frame === 'all') return volume;
  const frame = options.frame ?? 0;
  if (frame < 0 || frame >= count) {
    const hint = `Choose one from 0 to ${count - 1}.`;
    throw new PatchclError('bad-usage', `there is no frame ${frame}`, { subject: name, hint });
  }
  const size = volume.data.length / count;
  const one = { ...volume, data: volume.data.slice(frame * size, (frame + 1) * size), shape: [1, ...extent] as const };
  return options.frame === undefined ? { ...one, frames: count } : one;
}

/**
 * Reads a mask: class indices, several volumes that are one-hot classes, or the segments of a `.seg.nrrd` of 3D Slicer.
 *
 * @throws PatchclError as `readNrrd`, and `bad-file` when values are not integers 0 to 255.
 */
export async function readNrrdLabels(
  bytes: Uint8Array,
  name: string,
  options: LabelOptions = {},
): Promise<LabelVolume> {
  const { header, volume, isOneVolume } = await readFile(bytes, name, options);
  if (volume.shape[0] === 1 || isOneVolume) return labelsOf(volume, name, options);
  const segments = segmentsOf(header.values);
  return segments.length > 0 ? mergedSegments(volume, segments, name) : labelsOfClasses(volume, name);
}

/**
 * What the segments of a `.seg.nrrd` of 3D Slicer are called, and which value each has in what `readNrrdLabels` gives.
 *
 * @param start the first bytes of the file, its header at least
 * @returns empty for a file without segments
 * @throws PatchclError `bad-file` for a damaged header
 */
export function nrrdSegmentNames(start: Uint8Array, name: string): { readonly name: string; readonly value: number }[] {
  const segments = segmentsOf(readNrrdHeader(start, name).values);
  // Of several layers the classes count through the segments.
  const isLayered = segments.some(({ layer }) => layer > 0);
  return segments.map((segment, i) => ({ name: segment.name, value: isLayered ? i + 1 : segment.value }));
}

async function readFile(
  bytes: Uint8Array,
  name: string,
  { readBeside }: Pick<ReadOptions, 'readBeside'>,
): Promise<NrrdFile> {
  const header = readNrrdHeader(bytes, name);
  const count = header.sizes.reduce((product, size) => product * size, 1);
  if (count > MAX_VOXELS) throw unsupported(name, `a NRRD of ${count} numbers is too large`, 'Split it.');
  const { space, other } = axesOf(header, name);
  const found = await valuesOf(bytes, header, count, name, readBeside);
  const kind = other === undefined ? '' : (header.kinds[other] ?? '');
  const isColour = COMPONENTS.test(kind) && (header.sizes[other ?? 0] as number) <= 4;
  const { data, shape } = arranged(found.values, header.sizes, space, other, isColour);
  const { geometry, notes: odd } = geometryOf(header, space);
  const notes = [...found.notes, ...odd];
  const volume: Volume = { data, shape, geometry, ...(notes.length === 0 ? {} : { notes }) };
  return { header, volume, isOneVolume: isColour };
}

/** Which axes lie in space, and which one does not. */
function axesOf(
  { sizes, directions, kinds }: NrrdHeader,
  name: string,
): { space: number[]; other: number | undefined } {
  const axes = [...sizes.keys()];
  const isOther = (axis: number) =>
    directions === undefined ? OTHER_AXES.test(kinds[axis] ?? '') : directions[axis] === undefined;
  const space = axes.filter((axis) => !isOther(axis));
  const others = axes.filter(isOther);
  if (others.length <= 1 && (space.length === 2 || space.length === 3)) return { space, other: others[0] };
  const problem = `a NRRD of ${space.length} axes in space and ${others.length} others is not read`;
  throw unsupported(name, problem, 'Save it as one volume, and say in "kinds" which axis is not in space.');
}

async function valuesOf(
  bytes: Uint8Array,
  header: NrrdHeader,
  count: number,
  name: string,
  readBeside: ReadOptions['readBeside'],
): Promise<{ values: Float32Array; notes: readonly string[] }> {
  const { type, encoding, littleEndian, dataFile, skip, end } = header;
  const stored = dataFile === undefined ? bytes.subarray(end) : await besideBytes(dataFile, name, readBeside);
  const needed = count * type.bytes;
  const behindLines = afterLines(stored, skip.lines);
  if (encoding === 'gzip') {
    if (needed > behindLines.length * MAX_DEFLATE_RATIO) {
      throw damaged(name, `the file ends early: its header claims ${needed} bytes, more than it can hold`);
    }
    const start = Math.max(0, skip.bytes);
    const { bytes: inflated, notes } = await inflateRange(behindLines, name, [start, start + needed], true);
    return { values: decodeNumbers(inflated, type, count, littleEndian, name), notes };
  }
  const start = skip.bytes < 0 ? behindLines.length - needed : skip.bytes;
  const voxels = behindLines.subarray(Math.max(0, start));
  if (encoding === 'raw') return { values: decodeNumbers(voxels, type, count, littleEndian, name), notes: [] };
  if (voxels.length < count) throw damaged(name, 'the file ends early: its header claims more than it can hold');
  const text = new TextDecoder('latin1').decode(voxels);
  if (encoding === 'text') return { values: parseNumbers(text, count, name), notes: [] };
  const pairs = text.replace(/\s+/g, '');
  const packed = new Uint8Array(Math.min(needed, pairs.length >> 1));
  for (let i = 0; i < packed.length; i++) packed[i] = Number.parseInt(pairs.slice(2 * i, 2 * i + 2), 16);
  return { values: decodeNumbers(packed, type, count, littleEndian, name), notes: [] };
}

async function besideBytes(file: string, name: string, readBeside: ReadOptions['readBeside']): Promise<Uint8Array> {
  const isOne = !/^LIST\b/i.test(file) && !/%\d*d/.test(file);
  if (isOne && readBeside !== undefined) return readBeside(file);
  throw unsupported(name, 'its voxels are in other files', 'Save it as one .nrrd file.');
}

function afterLines(bytes: Uint8Array, lines: number): Uint8Array {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const feed = bytes.indexOf(0x0a, at);
    if (feed < 0) return bytes.subarray(bytes.length);
    at = feed + 1;
  }
  return bytes.subarray(at);
}

/** Voxels channel by channel, the axes in space as [depth, height, width]. */
function arranged(
  values: Float32Array,
  sizes: readonly number[],
  space: readonly number[],
  other: number | undefined,
  isColour: boolean,
): Pick<Volume, 'data' | 'shape'> {
  const steps = sizes.map((_, axis) => sizes.slice(0, axis).reduce((product, size) => product * size, 1));
  const [width, height, depth] = [0, 1, 2].map((i) => (space[i] === undefined ? 1 : sizes[space[i]])) as number[] as [
    number,
    number,
    number,
  ];
  const [right, down, deep] = [0, 1, 2].map((i) => steps[space[i] ?? -1] ?? 0) as [number, number, number];
  const stored = other === undefined ? 1 : (sizes[other] as number);
  // Fourth components of colours are alpha.
  const channels = isColour ? Math.min(3, stored) : stored;
  const between = other === undefined ? 0 : (steps[other] as number);
  const shape = [channels, depth, height, width] as const;
  if (right === 1 && channels === stored && between === (other === undefined ? 0 : width * height * depth)) {
    return { data: values, shape };
  }
  const data = new Float32Array(channels * depth * height * width);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        const from = c * between + z * deep + y * down;
        for (let x = 0; x < width; x++) data[at++] = values[from + x * right] as number;
      }
    }
  }
  return { data, shape };
}

function geometryOf(
  { space: world, directions, origin, spacings, unit, units }: NrrdHeader,
  space: readonly number[],
): { geometry: Geometry; notes: readonly string[] } {
  const vectors = space.map((axis) => directions?.[axis]);
  if (world !== undefined && vectors.length === 3 && vectors.every((vector) => vector?.length === 3)) {
    const scaled = vectors.map((vector) => vector?.map((value) => value * unit)) as unknown as [Point, Point, Point];
    const start = (origin?.length === 3 ? origin.map((value) => value * unit) : [0, 0, 0]) as unknown as Point;
    const geometry = geometryOfSteps(scaled, start, TO_RAS[world]);
    if (geometry !== undefined) return { geometry, notes: [] };
  }
  const lengths = space.map((axis) => {
    const vector = directions?.[axis];
    if (vector !== undefined) return Math.hypot(...vector) * unit;
    return Math.abs(spacings[axis] ?? Number.NaN) * (units[axis] ?? 1);
  });
  if (!lengths.every(isStep)) {
    const note = 'how large its voxels are is not stated, so distances are in pixels';
    return { geometry: PIXEL_GEOMETRY, notes: space.length === 3 ? [note] : [] };
  }
  const [x = 1, y = 1, z = 1] = lengths;
  const why = world === undefined ? 'space is not one of the body' : 'space directions or origin make no sense';
  const notes = directions === undefined ? [] : [`its ${why}, so how it lies is not known`];
  return { geometry: { spacing: [z, y, x], unit: 'mm' }, notes };
}

import { PatchclError } from '../../core/errors.ts';
import { besideOf, type Files } from '../../core/files.ts';
import { normaliseBinaryLabels, readLabels, readVolume } from '../../formats/index.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { Case, Dataset, LabelReading } from '../dataset.ts';

/** Where a case lies. */
export interface CaseFiles {
  readonly id: string;
  readonly patient: string;
  /** One file, or one for each channel in their order. */
  readonly imagePaths: readonly [string, ...string[]];
  /** The mask; several are united, or are one class each where `labelClasses` says of which. */
  readonly labelPaths?: readonly string[];
  /** Label value of what is not 0 in each of `labelPaths`. */
  readonly labelClasses?: readonly number[];
  /** Whether the volumes of a 4-D file are channels (sequences) rather than moments of which the first is taken. */
  readonly framesAreChannels?: boolean;
  /** How many channels the data set says there are. */
  readonly channels?: number;
}

/** A case whose scan and masks are files of their own. Binary masks may be drawn in {0, 255}. */
export function fileCase(files: Files, found: CaseFiles, colours: Dataset['colours'] = []): Case {
  const { id, patient, imagePaths, labelPaths = [], labelClasses, framesAreChannels, channels } = found;
  const options = framesAreChannels ? ({ frame: 'all' } as const) : {};
  const readOne = async (path: string) =>
    readVolume(await files.read(path), path, { ...options, readBeside: besideOf(files, path) });
  const image = async () => {
    const volumes: Volume[] = [];
    for (const path of imagePaths) volumes.push(await readOne(path));
    const volume = joinChannels(volumes, imagePaths);
    if (channels === undefined || volume.shape[0] === channels) return volume;
    const problem = `it has ${volume.shape[0]} channel(s), dataset.json names ${channels}`;
    throw new PatchclError('bad-data', problem, { subject: imagePaths[0], hint: 'Correct "channel_names".' });
  };
  const common = { id, patient, imagePath: imagePaths[0], image };
  const [labelPath] = labelPaths;
  if (labelPath === undefined) return common;
  const byColour = new Map(colours.map(({ colour: [r, g, b], value }) => [(r << 16) | (g << 8) | b, value]));
  const asked = colours.length === 0 ? {} : { colours: byColour };
  const label = async ({ ignore }: LabelReading = {}) => {
    const readMask = async (path: string) => {
      const beside = { readBeside: besideOf(files, path) };
      const labels = await readLabels(await files.read(path), path, { ...asked, ...beside });
      return ignore === 255 ? labels : normaliseBinaryLabels(labels);
    };
    const first = await readMask(labelPath);
    if (labelPaths.length === 1 && labelClasses === undefined) return first;
    const united = { ...first, data: new Uint8Array(first.data.length) };
    for (const [i, path] of labelPaths.entries()) {
      unite(united, i === 0 ? first : await readMask(path), path, labelClasses?.[i]);
    }
    return united;
  };
  return { ...common, labelPath, label };
}

/** Lays a mask over others of one scan: where it is not 0 it counts, as `value` or as it is. */
function unite(all: LabelVolume, { data, shape }: LabelVolume, subject: string, value?: number): void {
  if (shape.some((length, axis) => length !== all.shape[axis])) {
    const problem = `this mask has ${shape.join(' x ')} voxels, another one of the same scan has ${all.shape.join(' x ')}`;
    throw new PatchclError('bad-data', problem, { subject, hint: 'Save all masks of a scan in one size.' });
  }
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) all.data[i] = value ?? (data[i] as number);
  }
}

/**
 * Several scans of one patient on one grid as the channels of one.
 *
 * @param paths names of the volumes for messages
 * @throws PatchclError `bad-data` when they differ in size
 */
export function joinChannels(volumes: readonly Volume[], paths: readonly string[]): Volume {
  const [first] = volumes;
  if (first === undefined) throw new PatchclError('shape', 'a scan of no channels');
  if (volumes.length === 1) return first;
  const extent = first.shape.slice(1);
  const data = new Float32Array(volumes.reduce((total, volume) => total + volume.data.length, 0));
  let at = 0;
  for (const [index, volume] of volumes.entries()) {
    if (extent.some((length, axis) => length !== volume.shape[axis + 1])) {
      const problem = `this channel has ${volume.shape.slice(1).join(' x ')} voxels, ${paths[0]} has ${extent.join(' x ')}`;
      const subject = paths[index] ?? String(index);
      throw new PatchclError('bad-data', problem, { subject, hint: 'Resample all channels to one grid.' });
    }
    data.set(volume.data, at);
    at += volume.data.length;
  }
  const channels = volumes.reduce((total, { shape }) => total + shape[0], 0);
  const frames = volumes.find((volume) => volume.frames !== undefined)?.frames;
  const notes = [...new Set(volumes.flatMap((volume) => volume.notes ?? []))];
  return {
    data,
    shape: [channels, first.shape[1], first.shape[2], first.shape[3]],
    geometry: first.geometry,
    ...(frames === undefined ? {} : { frames }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { normaliseBinaryLabels, readLabels, readVolume } from '../../formats/index.ts';
import type { Volume } from '../../imaging/volume.ts';
import type { Case } from '../dataset.ts';

/** Where a case lies. */
export interface CaseFiles {
  readonly id: string;
  readonly patient: string;
  /** One file, or one for each channel in their order. */
  readonly imagePaths: readonly [string, ...string[]];
  readonly labelPath?: string;
  /** Whether the volumes of a 4-D file are channels (sequences) rather than moments of which the first is taken. */
  readonly framesAreChannels?: boolean;
}

/** A case whose scan and mask are files of their own. Binary masks may be drawn in {0, 255}. */
export function fileCase(files: Files, { id, patient, imagePaths, labelPath, framesAreChannels }: CaseFiles): Case {
  const options = framesAreChannels ? ({ frame: 'all' } as const) : {};
  const readOne = async (path: string) => readVolume(await files.read(path), path, options);
  const image = async () => {
    const volumes: Volume[] = [];
    for (const path of imagePaths) volumes.push(await readOne(path));
    return joinChannels(volumes, imagePaths);
  };
  const common = { id, patient, imagePath: imagePaths[0], image };
  if (labelPath === undefined) return common;
  const label = async () => normaliseBinaryLabels(await readLabels(await files.read(labelPath), labelPath));
  return { ...common, labelPath, label };
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

import { PatchclError } from '../../core/errors.ts';
import { canRead, readLabels as labelsIn, readVolume as volumeIn, writeNifti } from '../../formats/index.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { findScans } from '../../predict/scans/find-scans.ts';

/**
 * Reads a scan of any known format, or the DICOM series in a folder.
 *
 * @returns [channels, depth, height, width], intensities as stored (DICOM: rescaled)
 * @throws PatchclError `bad-file` for what cannot be read, `unsupported` for an unknown format, `bad-usage` for several scans
 * @example
 * const { data, shape, geometry } = await readVolume('scan.nii.gz');
 */
export async function readVolume(path: string): Promise<Volume> {
  const files = nodeFiles();
  if ((await files.kind(path)) === 'file' && canRead(path)) return volumeIn(await files.read(path), path);
  const [scan, ...others] = await findScans(files, [path]);
  if (scan !== undefined && others.length === 0) return (await scan.read(1)).volume;
  throw new PatchclError('bad-usage', `there are ${others.length + 1} scans in this folder`, {
    subject: path,
    hint: 'Name one of them.',
  });
}

/**
 * Reads a segmentation of any known format, values as stored.
 *
 * @returns [depth, height, width]
 * @throws PatchclError as `readVolume`, and `bad-file` when values are not integers 0 to 255
 */
export async function readLabels(path: string): Promise<LabelVolume> {
  return labelsIn(await nodeFiles().read(path), path);
}

/**
 * Writes a scan or a segmentation as NIfTI, with its geometry.
 *
 * @param path ends with `.nii.gz` or `.nii`
 * @throws PatchclError `bad-usage` for another ending, `unwritable` when the disk refuses
 */
export async function writeVolume(path: string, volume: Volume | LabelVolume): Promise<void> {
  const [ending] = /\.nii(\.gz)?$/i.exec(path) ?? [];
  if (ending === undefined) {
    const hint = 'End the name with .nii.gz; for pictures and DICOM SEG see patchcl/formats.';
    throw new PatchclError('bad-usage', 'volumes are written as NIfTI', { subject: path, hint });
  }
  await nodeFiles().write(path, writeNifti(volume, { gzip: ending.toLowerCase() !== '.nii' }));
}

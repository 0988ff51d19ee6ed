import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { turned } from '../../data/layouts/studio.ts';
import { restoreOrientation } from '../../imaging/orientation.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import type { Segmenter } from '../../predict/segmenter.ts';

/**
 * Segments the one scan that a folder holds: a file, or the files of a DICOM series.
 *
 * @param orientation in which the studio segments the scans of its project, and so this one
 * @returns a mask that lies on the scan as it is stored
 * @throws PatchclError where there is none, or several
 */
export async function segmentFiles(
  files: Files,
  folder: string,
  segmenter: Segmenter,
  orientation: string | undefined,
): Promise<LabelVolume> {
  const paths = (await files.list(folder)).map(({ name }) => `${folder}/${name}`);
  const [scan, ...others] = await findScans(files, paths);
  if (scan === undefined || others.length > 0) {
    const problem = `one scan was expected, ${others.length + 1} came`;
    throw new PatchclError('bad-data', problem, { hint: 'Send the files of one scan.' });
  }
  const { volume } = await scan.read(segmenter.info.channels);
  const mask = await segmenter.segment(turned(volume, orientation), scan.id);
  return restoreOrientation(mask, volume.geometry);
}

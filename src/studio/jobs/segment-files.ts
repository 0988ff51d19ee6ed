import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import type { Segmenter } from '../../predict/segmenter.ts';

/** Segments the one scan that a folder holds: a file, or the files of a DICOM series. @throws PatchclError where there is none, or several */
export async function segmentFiles(files: Files, folder: string, segmenter: Segmenter): Promise<LabelVolume> {
  const paths = (await files.list(folder)).map(({ name }) => `${folder}/${name}`);
  const [scan, ...others] = await findScans(files, paths);
  if (scan === undefined || others.length > 0) {
    const problem = `one scan was expected, ${others.length + 1} came`;
    throw new PatchclError('bad-data', problem, { hint: 'Send the files of one scan.' });
  }
  const { volume } = await scan.read(segmenter.info.channels);
  return segmenter.segment(volume, scan.id);
}

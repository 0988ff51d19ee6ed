import { baseName } from '../core/files.ts';
import { isDicomName } from '../data/layouts/dicom-files.ts';
import { isVolumeFile } from '../formats/index.ts';
import type { StudioMaskFormat } from './api/index.ts';

/** Formats in which a mask of a scan can be written, that of the scan's own kind first. A picture holds one slice. */
export function maskFormats(imagePath: string | undefined, depth: number): StudioMaskFormat[] {
  const name = baseName(imagePath ?? '').toLowerCase();
  const picture: StudioMaskFormat[] = depth === 1 ? ['png'] : [];
  if (isVolumeFile(name)) return ['nifti', ...picture];
  if (/\.tiff?$/.test(name)) return ['tiff', ...picture, 'nifti'];
  if (isDicomName(name)) return ['dicom-seg', 'nifti'];
  return [...picture, 'nifti'];
}

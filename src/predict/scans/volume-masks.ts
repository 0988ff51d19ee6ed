import { writeMetaImage, writeNrrd } from '../../formats/index.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import type { MaskFormat } from './scan.ts';

/** Formats, beside NIfTI, that a mask of any volume can be written in. */
export const VOLUME_MASKS = { nrrd: '.nrrd', 'seg-nrrd': '.seg.nrrd', metaimage: '.mha' } as const;

/** A mask in one of {@link VOLUME_MASKS}; undefined for other formats. @param classes names by label value, background first */
export function encodeVolumeMask(
  labels: LabelVolume,
  format: MaskFormat,
  classes: readonly string[],
): Uint8Array | undefined {
  if (format === 'metaimage') return writeMetaImage(labels);
  if (format === 'nrrd') return writeNrrd(labels);
  return format === 'seg-nrrd' ? writeNrrd(labels, { classes }) : undefined;
}

import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files } from '../../core/files.ts';
import { isVolumeFile, niftiHead, readVolume, writeLabelPng, writeNifti } from '../../formats/index.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import type { MaskFormat, Scan } from './scan.ts';

/**
 * A scan that is one file. Masks of NIfTI scans take over their header; those of pictures are pictures, those of other
 * volumes NIfTI.
 */
export function fileScan(files: Files, path: string, id: string): Scan {
  const name = baseName(path).toLowerCase();
  const isNifti = name.endsWith('.nii') || name.endsWith('.nii.gz');
  const gzip = !name.endsWith('.nii');
  const nifti = gzip ? '.nii.gz' : '.nii';
  return {
    id,
    path,
    files: [path],
    extensions: isVolumeFile(name) ? { nifti, png: '.png' } : { png: '.png', nifti },
    async read() {
      const bytes = await files.read(path);
      const volume = await readVolume(bytes, path);
      const options = { gzip, ...(isNifti ? { like: niftiHead(bytes, path) } : {}) };
      return {
        volume,
        async encodeMask(labels: LabelVolume, format: MaskFormat) {
          return format === 'png' ? asPng(labels, path) : writeNifti(labels, options);
        },
        encodeProbabilities: (probabilities) => writeNifti(probabilities, options),
      };
    },
  };
}

function asPng(labels: LabelVolume, subject: string): Uint8Array {
  const depth = labels.shape[0];
  if (depth === 1) return writeLabelPng(labels);
  const hint = 'Leave out --format png: the mask is then a NIfTI file.';
  throw new PatchclError('unsupported', `a PNG holds one slice, the scan has ${depth}`, { subject, hint });
}

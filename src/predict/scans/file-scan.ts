import { PatchclError } from '../../core/errors.ts';
import { baseName, besideOf, type Files } from '../../core/files.ts';
import { joinChannels } from '../../data/layouts/file-case.ts';
import {
  isVolumeFile,
  NIFTI_START,
  niftiExtent,
  niftiHead,
  readVolume,
  writeLabelPng,
  writeLabelTiff,
  writeNifti,
} from '../../formats/index.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import type { MaskFormat, Scan } from './scan.ts';
import { encodeVolumeMask, VOLUME_MASKS } from './volume-masks.ts';

/**
 * A scan that is one file, or one file per channel. Masks of NIfTI scans take over their header; those of pictures are
 * pictures, TIFF for TIFF, which may hold several slices, and else PNG; those of NRRD and MetaImage scans are of their kind, those
 * of other volumes NIfTI.
 *
 * @param paths of the channels in their order
 */
export function fileScan(files: Files, paths: readonly [string, ...string[]], id: string): Scan {
  const [first] = paths;
  const name = baseName(first).toLowerCase();
  const isNifti = name.endsWith('.nii') || name.endsWith('.nii.gz');
  const gzip = !name.endsWith('.nii');
  const nifti = gzip ? '.nii.gz' : '.nii';
  const tiff = /\.tiff?$/.exec(name)?.[0];
  const own = /\.(nrrd|nhdr)$/.test(name)
    ? { nrrd: VOLUME_MASKS.nrrd }
    : /\.(mha|mhd)$/.test(name)
      ? // Voxels within the header's file are as right in an .mhd, and a mask has the name of its scan.
        { metaimage: name.slice(-4) }
      : {};
  return {
    id,
    path: first,
    files: paths,
    extensions: {
      ...(tiff === undefined ? {} : { tiff }),
      ...(isVolumeFile(name) ? { ...own, nifti, png: '.png', ...VOLUME_MASKS, ...own } : { png: '.png', nifti }),
    },
    recipe: { kind: 'files', paths, id },
    async extent() {
      if (!isNifti) return undefined;
      const start = await files.readStart(first, NIFTI_START).catch(() => undefined);
      const found = start && niftiExtent(start, first);
      return found && [paths.length, ...found.extent];
    },
    async read(channels) {
      const frames = channels === paths.length ? {} : ({ frame: 'all' } as const);
      const bytes = await files.read(first);
      const read = (content: Uint8Array, path: string) =>
        readVolume(content, path, { ...frames, readBeside: besideOf(files, path) });
      const volumes = [await read(bytes, first)];
      for (const path of paths.slice(1)) volumes.push(await read(await files.read(path), path));
      const options = { gzip, ...(isNifti ? { like: niftiHead(bytes, first) } : {}) };
      return {
        volume: joinChannels(volumes, paths),
        async encodeMask(labels: LabelVolume, format: MaskFormat, classes: readonly string[]) {
          if (format === 'tiff') return writeLabelTiff(labels);
          if (format === 'png') return asPng(labels, first);
          return encodeVolumeMask(labels, format, classes) ?? writeNifti(labels, options);
        },
        encodeProbabilities: (probabilities) => writeNifti(probabilities, options),
      };
    },
  };
}

function asPng(labels: LabelVolume, subject: string): Uint8Array {
  const depth = labels.shape[0];
  if (depth === 1) return writeLabelPng(labels);
  const hint = 'Choose --format nifti.';
  throw new PatchclError('unsupported', `a PNG holds one slice, the scan has ${depth}`, { subject, hint });
}

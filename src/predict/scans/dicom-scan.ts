import type { Files } from '../../core/files.ts';
import { type FoundStack, listDicom } from '../../data/layouts/dicom-files.ts';
import { readStack, type UidRole, writeDicomSeg, writeNifti, writeStructureSet } from '../../formats/index.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import { fileScan } from './file-scan.ts';
import type { MaskFormat, Scan } from './scan.ts';
import { encodeVolumeMask, VOLUME_MASKS } from './volume-masks.ts';

/** What a DICOM object says about its making. */
export interface DicomStamp {
  /** Makes a UID that is nowhere else, or the same whenever the same is made. */
  readonly uid: (role: UidRole) => string;
  readonly now: () => Date;
  /** Version of this software. */
  readonly version: string;
  /** Of the series. */
  readonly description?: string;
}

export interface DicomScanOptions {
  /** Without it, masks are NIfTI only. */
  readonly stamp?: DicomStamp;
  /** Called for what is left out, with the reason. */
  readonly onNote?: (note: string) => void;
}

/**
 * The DICOM series among some files, one scan each, whose mask is a DICOM SEG object that refers to it; a DICOM file that
 * cannot be read is a scan whose reading says why. Other files are passed over.
 *
 * @param root folder that ids are relative to
 */
export async function dicomScans(
  files: Files,
  paths: readonly string[],
  root: string,
  { stamp, onNote }: DicomScanOptions,
): Promise<readonly Scan[]> {
  const { stacks, problems, notes } = await listDicom(files, paths, root);
  for (const note of notes) onNote?.(note);
  const broken = problems.flatMap(({ subject }) => (subject === undefined ? [] : [brokenScan(files, subject, root)]));
  return [...stacks.map((found) => dicomScan(files, found, stamp)), ...broken];
}

function brokenScan(files: Files, path: string, root: string): Scan {
  const below = path.startsWith(root) ? path.slice(root.length).replace(/^\/+/, '') : path;
  return fileScan(files, [path], below.replace(/\.[^./]+$/, ''));
}

/** A series. @param stamp without it, masks are NIfTI only */
export function dicomScan(files: Files, found: FoundStack, stamp: DicomStamp | undefined): Scan {
  const { stack, name, path } = found;
  const paths = [...new Set(stack.slices.map(({ image }) => image.name))];
  const nifti = '.nii.gz';
  return {
    id: name,
    path,
    files: paths,
    extensions:
      stamp === undefined
        ? { nifti }
        : { 'dicom-seg': '.dcm', nifti, ...VOLUME_MASKS, 'dicom-labelmap': '.dcm', rtstruct: '.dcm' },
    recipe: { kind: 'dicom', found },
    async extent() {
      const image = stack.slices[0]?.image;
      return image && [image.isColour ? 3 : 1, stack.slices.length, image.rows, image.columns];
    },
    async read() {
      const volume = await readStack(stack, (file) => files.read(file));
      return {
        volume,
        async encodeMask(labels: LabelVolume, format: MaskFormat, classes: readonly string[]) {
          if (stamp === undefined || !isDicomMask(format)) {
            return encodeVolumeMask(labels, format, classes) ?? writeNifti(labels);
          }
          const source = await files.read(paths[0] as string);
          const { now, ...made } = stamp;
          const options = { stack, source, classes, ...made, now: now() };
          if (format === 'rtstruct') return writeStructureSet(labels, options);
          return writeDicomSeg(labels, { ...options, type: format === 'dicom-labelmap' ? 'labelmap' : 'binary' });
        },
        encodeProbabilities: (probabilities) => writeNifti(probabilities),
      };
    },
  };
}

const isDicomMask = (format: MaskFormat) => ['dicom-seg', 'dicom-labelmap', 'rtstruct'].includes(format);

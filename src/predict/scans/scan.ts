import type { FoundStack } from '../../data/layouts/dicom-files.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';

/** Formats a mask can be written in. Which of them a scan offers stands in its {@link Scan.extensions}. */
export const MASK_FORMATS = [
  'nifti',
  'png',
  'tiff',
  'dicom-seg',
  'nrrd',
  'seg-nrrd',
  'metaimage',
  'dicom-labelmap',
  'rtstruct',
] as const;
/** The formats in which a mask can be written. */
export type MaskFormat = (typeof MASK_FORMATS)[number];

/** Plain data from which another process makes the same scan without looking through folders again. */
export type ScanRecipe =
  | { readonly kind: 'files'; readonly paths: readonly [string, ...string[]]; readonly id: string }
  | { readonly kind: 'dicom'; readonly found: FoundStack };

/** A scan to be segmented: one file, or several that belong together. Nothing of its voxels is read before `read`. */
export interface Scan {
  /**
   * Names the mask, without extension: the path below the given folder, `site1/patient07`. Found again in every listing of
   * the same files, so that work can be divided by it.
   */
  readonly id: string;
  /** The file, or the folder of the files, for messages. */
  readonly path: string;
  /** Every file of the scan, none of which a mask may replace. */
  readonly files: readonly string[];
  /** Extensions, with the dot, of the mask formats that make sense for it; the first is the one of the scan's own kind. */
  readonly extensions: Readonly<Partial<Record<MaskFormat, string>>>;
  /** What another process makes the same scan of. */
  readonly recipe: ScanRecipe;
  /** [channels, depth, height, width] as its header says, of a format whose header is read at once; nothing else is read. */
  extent?(): Promise<readonly number[] | undefined>;
  /**
   * @param channels how many the model looks at: of a file with volumes over a fourth axis the first is read when it is one,
   *   else all of them as channels
   * @throws PatchclError naming the file that cannot be read
   */
  read(channels: number): Promise<LoadedScan>;
}

/** The files of one folder that may be scans, or parts of scans. */
export interface ScanFolder {
  readonly path: string;
  /** What ids of its scans begin with: '' or `site1/`. */
  readonly prefix: string;
  /** Names of files, sorted; hidden files and masks left out. */
  readonly names: readonly string[];
}

/** A scan in memory. */
export interface LoadedScan {
  readonly volume: Volume;
  /**
   * A mask as a file that lies exactly on the scan.
   *
   * @param labels of the volume's size
   * @param classes names by label value, background first
   * @throws PatchclError `unsupported` when the scan has no such mask
   */
  encodeMask(labels: LabelVolume, format: MaskFormat, classes: readonly string[]): Promise<Uint8Array>;
  /**
   * Class probabilities as NIfTI: float32, one frame per class, lying exactly on the scan.
   *
   * @param probabilities [classes, depth, height, width], of the volume's size
   */
  encodeProbabilities(probabilities: Volume): Uint8Array;
}

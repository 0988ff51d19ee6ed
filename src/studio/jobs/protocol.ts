import type { ErrorCode } from '../../core/errors.ts';
import type { Measures, PatchViewData, Proposal } from '../api/index.ts';

/** What is found out about a scan when it is read. */
export interface ScanFacts {
  readonly measures: Measures;
  /** What it looks like, to tell scans that are alike. */
  readonly look: readonly number[];
  /** What a person should know about how scan and mask were read. */
  readonly notes: readonly string[];
  /** The label values of the mask that the data set has of it, rising; none where it has none. */
  readonly values: readonly number[];
}

/** How a mask is written for other programs. */
export interface MaskFileKind {
  readonly extension: '.nrrd' | '.nii' | '.nii.gz';
  /** Whether the voxels of a NRRD are compressed; NIfTI says so by its name. */
  readonly gzip: boolean;
}

/** How DICOM names a series. */
export interface SeriesName {
  readonly study: string;
  readonly series: string;
}

/** Work that takes long, or reads what strangers have written, each with what it is given and what it gives. Voxels go through files. */
export interface Jobs {
  /** Measures a scan, and writes `thumbnail.png` and, where the data set has a mask of it, `given.raw` (uint8 voxels). */
  readonly read: { given: { case: string; folder: string }; gives: ScanFacts };
  /** Writes the scan as NIfTI in the studio's orientation, or as it is stored. */
  readonly volume: {
    given: { case: string; target: string; stored?: boolean };
    gives: { header: number; bytes: 2 | 4 };
  };
  readonly preview: { given: { case: string; target: string }; gives: null };
  /** Reads a mask of a case, and writes its voxels. `foreign`: their values need not be classes, and must lie on the scan. */
  readonly importMask: {
    given: { case: string; file: string; name: string; target: string; foreign?: boolean };
    gives: { /** Slices that hold something. */ foreground: number[]; depth: number };
  };
  /** Makes a file that lies on the scan of voxels in the studio's orientation. */
  readonly exportMask: {
    given: { case: string; voxels: string; target: string; format: string | null };
    gives: { name: string };
  };
  /** Makes a NRRD or NIfTI file of uint8 in the orientation in which the scan is stored, of voxels in the studio's. */
  readonly layMask: { given: { case: string; voxels: string; target: string } & MaskFileKind; gives: null };
  /** Of every case that is a DICOM series: what it is called. */
  readonly series: { given: null; gives: Record<string, SeriesName> };
  /** Segments a scan that is no case, and writes the mask as a file; classes of the model become these values. */
  readonly segmentFiles: {
    given: { folder: string; model: string; key: string; values: readonly number[]; target: string } & MaskFileKind;
    gives: null;
  };
  /** Writes `mask.raw`, `probabilities.raw`, `entropy.raw` and `proposal.json`. */
  readonly propose: {
    given: {
      case: string;
      model: string;
      /** Changes when the weights do. */
      key: string;
      run: string;
      step: number;
      folder: string;
      /** Label value of the project for each class of the model. */
      values: readonly number[];
    };
    gives: Proposal;
  };
  readonly patches: { given: { run: string; folder: string; data: string; batch: number }; gives: PatchViewData };
  /** Model and report of a run that was ended early. */
  readonly finish: { given: { folder: string; data: string }; gives: null };
  /** Makes a model of patchcl of an ONNX file. `cases`: a scan of every kind that the project has; it must fit one of them. */
  readonly adopt: {
    given: { file: string; name: string; target: string; cases: readonly string[] };
    gives: { classes: string[]; method: string; preset: string };
  };
  /** Lists scans anew, with the classes of now. */
  readonly refresh: { given: null; gives: null };
}
export type JobName = keyof Jobs;

/** From the server to the worker; the first message is the project's folder. */
export type ToWorker =
  | { readonly type: 'open'; readonly folder: string }
  | { readonly type: 'job'; readonly name: JobName; readonly given: unknown };

/** The answers come in the order of the jobs, one at a time. */
export type FromWorker =
  | { readonly type: 'done'; readonly gives: unknown }
  | { readonly type: 'failed'; readonly code: ErrorCode | 'bug'; readonly message: string };

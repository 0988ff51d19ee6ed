import type { Size } from '../imaging/resize.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';

/** How a mask is read. */
export interface LabelReading {
  /** The value of voxels that nobody has annotated. A mask of it and 0 is then no mask drawn in black and white. */
  readonly ignore?: number;
}

/** One scan of a data set. Nothing is read before `image` or `label` is called; each call reads anew. */
export interface Case {
  /** Unique in the data set, e.g. `patient028_frame01`. */
  readonly id: string;
  /** All cases of one patient stay on the same side of every split. */
  readonly patient: string;
  /** The scan, intensities as stored. */
  readonly image: () => Promise<Volume>;
  /** The reference segmentation; absent when the case is not annotated, or when its annotation must not be seen. */
  readonly label?: (reading?: LabelReading) => Promise<LabelVolume>;
  /** Whether voxels of `label` may be `IGNORED`, nobody having annotated them. */
  readonly mayBeIgnored?: boolean;
  /**
   * Indices along the stored depth of the slices that are annotated, where not all of them are: what `label` says of the others
   * means nothing. Absent: all.
   */
  readonly labelledSlices?: readonly number[];
  /**
   * Of a case that is one slice of a volume whose slices are cases of their own: the slice so many places further, its mask out of
   * reach; undefined where the volume ends. Absent: the case holds all its slices.
   */
  readonly neighbour?: (offset: number) => Pick<Case, 'id' | 'image' | 'imagePath'> | undefined;
  /** Where the scan and its segmentation come from, for messages. */
  readonly imagePath?: string;
  readonly labelPath?: string;
  /** What is odd about the scan, such as a missing slice: sentences without the final stop. Training goes on all the same. */
  readonly notes?: readonly string[];
}

/** How the files of a data set may lie; `layouts/` reads each. */
export const LAYOUTS = [
  'studio',
  'ssl4mis',
  'folders',
  'side-by-side',
  'decathlon',
  'nnunet',
  'acdc',
  'dicom',
  'lits',
  'ct-org',
  'kits',
  'segthor',
  'brats',
  'totalsegmentator',
  'dsb2018',
  'slicer',
  'bids',
  // No folder: a program has handed over the cases.
  'own',
] as const;

/** How the patients of a data set were told apart; sentences without the final stop. */
export interface PatientDecision {
  /** What was decided, and why. */
  readonly rule: string;
  /** Why it may be wrong; absent where it is certain. */
  readonly doubt?: string;
}

/** A colour of colour-coded masks. */
export interface LabelColour {
  /** Red, green and blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
  /** The label value it stands for. */
  readonly value: number;
}

/** What a layout reader found in a folder. */
export interface Dataset {
  /** Which layout was recognised. */
  readonly layout: (typeof LAYOUTS)[number];
  readonly root: string;
  /** Class names by label value where the data set states them; 0 is background. */
  readonly classes?: readonly string[];
  /** The label values that the data set names, rising, where it leaves out some below the highest. */
  readonly labelValues?: readonly number[];
  /** What each image channel shows where the data set states it: `CT`, `T1`, ... */
  readonly channels?: readonly string[];
  /** Label value of voxels that nobody has annotated, where the data set states one: it is no class. */
  readonly ignoreLabel?: number;
  /** Which label value each colour stands for, where masks are colour pictures and the data set says so. */
  readonly colours?: readonly LabelColour[];
  readonly cases: readonly Case[];
  /** How patients were told apart. */
  readonly patients?: PatientDecision;
  /**
   * What was decided about the files that a person should know, or which were left out: sentences without the final stop. Every
   * command and the page show them; training goes on all the same.
   */
  readonly notes?: readonly string[];
  /**
   * Case ids of each part where the data set defines its own split (in the order of its lists). Without cases in `val`,
   * validation patients are drawn from `train`.
   */
  readonly parts?: Readonly<Record<'train' | 'val' | 'test', readonly string[]>>;
}

/** Which part of the work a case is for. The masks of unlabelled cases are out of reach: they have no `label`. */
export interface Split {
  readonly labelled: readonly Case[];
  readonly unlabelled: readonly Case[];
  readonly val: readonly Case[];
  readonly test: readonly Case[];
}

/** A 2D training image: of the training size, or larger or smaller, when tiles are cut from it. */
export interface Slice {
  /** `<case id>#<slice index>` */
  readonly id: string;
  readonly patient: string;
  /** [height, width]; absent when both are the training size. */
  readonly size?: Size;
  /** [channels, height, width], in [0, 1] */
  readonly image: Float32Array;
  /**
   * Where the network sees neighbouring slices too: the images of all that it sees, this one in the middle, as `image` each.
   * Shared between slices.
   */
  readonly stack?: readonly Float32Array[];
  /** [height, width], class indices, `IGNORED` where it is not annotated; absent for unlabelled slices, whose masks are never read. */
  readonly label?: Uint8Array;
}

/** Training images side by side, with their masks where all of them have one. */
export interface Batch {
  /** [N, C, S, S] */
  readonly images: Float32Array;
  /** [N, S, S], class indices, `IGNORED` where pixels are not annotated */
  readonly labels?: Int32Array;
  /** [N, C, S, S] */
  readonly shape: readonly [number, number, number, number];
  /** Slices of which the channels are, one behind the other; absent: one. */
  readonly planes?: number;
}

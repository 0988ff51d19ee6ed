import type { Chart } from './line-chart.ts';

/** Everything a report shows: plain values, so that it can be made from a saved run as well as right after training. */
export interface ReportInput {
  readonly title: string;
  /** A line under the title, e.g. which run in which folder. */
  readonly subtitle?: string;
  /** When the report was made, as text. */
  readonly created?: string;
  readonly training: TrainingFacts;
  /** Names of all classes, background first. */
  readonly classes: readonly string[];
  /** The value that stands in masks for each class, where that is not its place in the list. */
  readonly values?: readonly number[] | undefined;
  /** The resolved configuration, as YAML. */
  readonly config?: string;
  /** Loss parts over steps, learning rate, validation Dice over minutes, ... */
  readonly charts?: readonly Chart[];
  readonly results?: Results;
  /** Worst and best cases, drawn with `overlayPicture`. */
  readonly examples?: readonly ExamplePicture[];
  readonly patches?: PatchSection;
  readonly comparison?: Comparison;
}

/** What was trained on what. */
export interface TrainingFacts {
  readonly method: string;
  readonly preset?: string;
  /** The split: labelled, unlabelled, validation, test. */
  readonly parts: readonly { readonly name: string; readonly patients: number; readonly images: number }[];
  /** [height, width] in pixels */
  readonly imageSize: readonly [number, number];
  readonly seed: number;
  readonly steps: number;
  readonly minutes: number;
  /** What the run was allowed: `10 minutes`, `30,000 steps`. */
  readonly budget?: string;
  readonly device: string;
  /** Versions by program: patchcl, Node, ONNX Runtime. */
  readonly versions: Readonly<Record<string, string>>;
  /** Anything else worth a line. */
  readonly more?: Readonly<Record<string, string | number>>;
}

export const METRIC_COLUMNS = [
  { key: 'dice', title: 'Dice', digits: 3, isDistance: false },
  { key: 'jaccard', title: 'Jaccard', digits: 3, isDistance: false },
  { key: 'hd95', title: 'HD95', digits: 2, isDistance: true },
  { key: 'asd', title: 'ASD', digits: 2, isDistance: true },
] as const;

export type MetricKey = (typeof METRIC_COLUMNS)[number]['key'];

/** Metrics that go into a second table, where they were measured. */
export const MORE_METRIC_COLUMNS = [
  { key: 'sensitivity', title: 'sensitivity', digits: 3 },
  { key: 'precision', title: 'precision', digits: 3 },
  { key: 'volumeDifference', title: 'volume difference', digits: 3 },
  { key: 'surfaceDice', title: 'surface Dice', digits: 3 },
  { key: 'lesionSensitivity', title: 'lesion sensitivity', digits: 3 },
  { key: 'lesionPrecision', title: 'lesion precision', digits: 3 },
  { key: 'lesionF1', title: 'lesion F1', digits: 3 },
] as const;

export type MoreMetricKey = (typeof MORE_METRIC_COLUMNS)[number]['key'];

/** A metric over cases; null where it is not defined. */
export interface Statistic {
  readonly mean: number | null;
  readonly sd?: number | null;
  readonly median?: number | null;
  readonly min?: number | null;
  readonly max?: number | null;
  /** 95 % bootstrap interval of the mean. */
  readonly interval?: readonly [number, number] | null;
}

/** The metrics of one class over the cases. */
export interface ResultsRow {
  readonly name: string;
  readonly metrics: Readonly<Record<MetricKey, Statistic>> & Readonly<Partial<Record<MoreMetricKey, Statistic>>>;
}

/** A class that no mask has: nothing can be said of it. */
export interface AbsentClass {
  readonly name: string;
  /** Cases whose prediction has it all the same. */
  readonly predicted: number;
}

export interface Results {
  /** Which part they were measured on: `test`, `validation`. */
  readonly part: string;
  /** Unit of the distances. */
  readonly unit: 'mm' | 'px';
  /** Per foreground class that a mask has, then their mean. */
  readonly classes: readonly ResultsRow[];
  /** Per case, in the order to be shown; the arrays are over all foreground classes, null for absent ones. */
  readonly cases: readonly ({ readonly id: string; readonly unit?: 'mm' | 'px'; readonly isPartial?: true } & Readonly<
    Record<MetricKey, readonly (number | null)[]>
  >)[];
  /** Foreground classes without a row. */
  readonly absent?: readonly AbsentClass[];
  /** Of the surface Dice, in `unit`. */
  readonly tolerance?: number;
}

export interface ExamplePicture {
  readonly kind: 'worst' | 'best' | 'other';
  /** `patient028_frame01, slice 4` */
  readonly caption: string;
  readonly dice?: number | null;
  readonly png: Uint8Array;
}

export interface PatchSection {
  /** Drawn with `patchPicture`: one picture per class, or one for all. */
  readonly pictures: readonly { readonly caption: string; readonly png: Uint8Array }[];
  /** Lowest and highest entropy of the colour scale. */
  readonly entropyRange: readonly [number, number];
  /** What the picture shows: the image, the step. */
  readonly note?: string;
}

/** Several methods on the same split. */
export interface Comparison {
  /** What was the same for all: labels, steps, seeds. */
  readonly note?: string;
  readonly unit: 'mm' | 'px';
  readonly methods: readonly {
    readonly name: string;
    /** Labelled patients it used. */
    readonly labelled?: number;
    readonly steps?: number;
    readonly minutes?: number;
    /** Mean over the foreground classes. */
    readonly metrics: Readonly<Partial<Record<MetricKey, Statistic>>>;
    /** Mean Dice of each foreground class. */
    readonly classDice?: readonly (number | null)[];
  }[];
}

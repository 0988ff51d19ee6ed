/** The listing of a data set, and what is right to make of it. */
export interface Fixture {
  readonly title: string;
  readonly layout: string;
  readonly files: readonly string[];
  /** `id | patient | first image | masks`, of each case. */
  readonly cases: readonly string[];
  /** What `predict` takes for scans. */
  readonly scans?: readonly string[];
  readonly json?: object;
  readonly val?: readonly string[];
}

/** The paths that are made of each item. */
export const each = <T>(items: readonly T[], paths: (item: T) => readonly string[]) => items.flatMap(paths);

import { presentClasses, type StudioSettings } from '../data/studio-labels/settings.ts';
import { IGNORED } from '../imaging/volume.ts';
import type { StoredRun } from '../studio/training/stored-run.ts';

/**
 * A class as other programs see it. They count from 1 without gaps, and 3D Slicer names the segments of a mask by their places in a
 * list; the label values of a project have gaps where classes were removed.
 */
export interface Segment {
  readonly name: string;
  /** Label value in the project. */
  readonly value: number;
}

type Classes = Pick<StudioSettings, 'classes' | 'removed'>;

/** The classes of a project, rising by their values; the one at place k has the value k + 1 elsewhere. */
export function segmentsOf(settings: Classes): Segment[] {
  return presentClasses(settings)
    .filter((value) => value > 0)
    .map((value) => ({ value, name: settings.classes[value] as string }));
}

/** Those that a model knows. */
export function segmentsOfModel(
  settings: Classes,
  { classes, values }: Pick<StoredRun, 'classes' | 'values'>,
): Segment[] {
  const known = new Set(values ?? classes.keys());
  return segmentsOf(settings).filter(({ value }) => known.has(value));
}

/** Values elsewhere by names. */
export function namedValues(segments: readonly Segment[]): Record<string, number> {
  return Object.fromEntries(segments.map(({ name }, i) => [name, i + 1]));
}

/** A mask of the project as others see it; classes that are no segment are background, what nobody has annotated stays 255. */
export function withOtherValues(mask: Uint8Array, segments: readonly Segment[]): Uint8Array {
  const values = new Uint8Array(256);
  values[IGNORED] = IGNORED;
  for (const [i, { value }] of segments.entries()) values[value] = i + 1;
  return mask.map((value) => values[value] as number);
}

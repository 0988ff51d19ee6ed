import type { Case } from '../data/dataset.ts';
import { isLabel, type Measures, type StudioCase } from './api/index.ts';
import type { CaseLabels } from './labels/case-labels.ts';
import { maskFormats } from './mask-formats.ts';

/** A case with all that is known about it. */
export interface ProjectCase {
  readonly item: Case;
  readonly origin: StudioCase['origin'];
  readonly labels: CaseLabels;
  measures?: Measures;
  /** What the scan looks like, once it has been read. */
  look?: readonly number[];
  /** What is odd about how it was read. */
  notes?: readonly string[];
  problem?: string;
}

/** A case as the page sees it. */
export function describeCase({ item, origin, labels, measures, notes = [], problem }: ProjectCase): StudioCase {
  const isGiven = item.label !== undefined;
  const depth = measures?.shape[0] ?? 0;
  const { revision, undoable, redoable, at } = bound(labels);
  return {
    id: item.id,
    patient: item.patient,
    origin,
    state: problem !== undefined ? 'broken' : measures === undefined ? 'unread' : 'ready',
    ...(problem !== undefined && { problem }),
    notes: [...new Set([...(item.notes ?? []), ...notes])],
    ...(measures && { measures }),
    slices: labels.states(depth, isGiven),
    revision,
    versions: revision === 0 ? [] : Array.from({ length: depth }, (_, z) => at(z).version),
    formats: measures === undefined ? [] : maskFormats(item.imagePath, depth),
    ...(undoable && { undo: { action: undoable.id, name: undoable.name } }),
    ...(redoable && { redo: { action: redoable.id, name: redoable.name } }),
  };
}

function bound({ versions }: CaseLabels) {
  const { revision, undoable, redoable } = versions;
  return { revision, undoable, redoable, at: (slice: number) => versions.at(slice) };
}

/** Whether training may learn from a case: some slice of it has a label. */
export function isLabelledCase({ item, labels }: ProjectCase): boolean {
  return item.label !== undefined || labels.hasLabels;
}

/** Whether a case can judge a model: some slice of it has a label that is not what a model proposed. */
export function canJudge({ item, labels }: ProjectCase): boolean {
  if (item.label !== undefined) return true;
  return labels.versions.slices.some((slice) => {
    const { kind, mask } = labels.versions.at(slice);
    return mask !== undefined && kind !== 'accepted';
  });
}

/** States of the slices of a case that are labels. */
export function labelStates(entry: ProjectCase): StudioCase['slices'] {
  return describeCase(entry).slices.filter(isLabel);
}

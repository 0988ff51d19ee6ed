import type { ProjectCase } from '../../project-case.ts';
import type { StudioFiles } from '../../studio-files.ts';
import { CaseLabels } from '../case-labels.ts';
import { type EditOutcome, type LabelEdit, LabelStore } from '../label-store.ts';

export const DEPTH = 60;
/** [height, width] */
export const SIZE = [48, 40] as const;
export const PLANE = SIZE[0] * SIZE[1];

/** Masks of slices, of one class. */
export function filled(slices: number, value: number): Uint8Array {
  return new Uint8Array(slices * PLANE).fill(value);
}

/** The labels of one scan with two classes, read from disk anew. */
export interface OneCase {
  readonly store: LabelStore;
  readonly entry: ProjectCase;
  edit(edit: LabelEdit): Promise<EditOutcome>;
  /** Fills a slice. */
  draw(slice: number, value: number): Promise<EditOutcome>;
  read(slice: number, revision?: number): Promise<Uint8Array>;
}

export async function openCase(files: StudioFiles, id = 'case', segmentBytes?: number): Promise<OneCase> {
  const labels = await CaseLabels.open(files, 'project', id, segmentBytes);
  const item = { id, patient: id, image: () => Promise.reject(new Error('not looked at')) };
  const measures = {
    shape: [DEPTH, ...SIZE] as [number, number, number],
    channels: 1,
    spacing: [1, 1, 1] as [number, number, number],
    unit: 'mm' as const,
    window: [0, 1] as [number, number],
  };
  const entry: ProjectCase = { item, origin: 'data', labels, measures };
  const settings = { version: 2 as const, data: 'scans', classes: ['background', 'one', 'two'], validation: [] };
  const store = new LabelStore({ settings }, files, { measures: async () => measures, given: () => '' });
  return {
    store,
    entry,
    edit: (edit) => store.edit(entry, edit),
    draw: (slice, value) =>
      store.edit(entry, { name: 'brush', slices: [slice], kind: 'drawn', masks: filled(1, value) }),
    read: (slice, revision) => store.read(entry, { first: slice, count: 1 }, revision),
  };
}

import type { LabelKind } from '../../data/studio-labels/journal.ts';
import type { StudioBackend } from '../backend.ts';
import type { EditOutcome, LabelEdit } from '../labels/label-store.ts';
import type { ProjectCase } from '../project-case.ts';
import { type HandlersFor, voxels } from './handler-types.ts';

/** Labels, slice by slice. */
export function labelHandlers(
  studio: StudioBackend,
): HandlersFor<
  'mask' | 'editLabels' | 'saveMask' | 'acceptProposal' | 'removeMask' | 'reject' | 'undo' | 'redo' | 'history'
> {
  const { labels, proposals } = studio;

  const edit = async (entry: ProjectCase, asked: LabelEdit) => told(entry, await labels.edit(entry, asked));
  const told = (entry: ProjectCase, outcome: EditOutcome) => ({
    ...studio.changed(entry),
    written: [...outcome.written],
    kept: [...outcome.kept],
    merged: [...outcome.merged],
  });

  return {
    mask: async ({ case: id, first, count, revision }) =>
      voxels(await labels.read(await studio.ready(id), { first, count }, revision)),
    editLabels: async ({ case: id, name, slices, state, run, base, bases, corrected, stale, keep, body }) => {
      const entry = await studio.ready(id);
      const kind: LabelKind = state === 'unlabelled' ? 'none' : state;
      const hasMask = kind !== 'none' && kind !== 'rejected';
      const size = (await labels.size(entry, { first: 0, count: 1 })) * slices.length;
      const masks = await body.bytes(hasMask ? size : 0);
      const origins = slices.map((slice) => ({ kind: corrected?.includes(slice) ? 'corrected' : kind, run }) as const);
      const asked = { name, slices, kind, run, base, bases, stale, keep: keep === 'true' };
      return edit(entry, { ...asked, ...(hasMask && { masks, origins }) });
    },
    saveMask: async ({ case: id, first, count, provenance, run, base, stale, keep, body }) => {
      const entry = await studio.ready(id);
      const masks = await body.bytes(await labels.size(entry, { first, count }));
      const slices = sliceNumbers(first, count);
      return edit(entry, { name: 'save', slices, kind: provenance, run, masks, base, stale, keep: keep === 'true' });
    },
    acceptProposal: async ({ case: id, slices, run, step, base, keep }) => {
      const entry = await studio.ready(id);
      const masks = await proposals.slices(id, { run, step }, slices, await labels.size(entry, { first: 0, count: 1 }));
      return edit(entry, { name: 'accept', slices, kind: 'accepted', run, masks, base, keep: keep === 'true' });
    },
    removeMask: async ({ case: id, first, count }) => {
      const entry = await studio.ready(id);
      await labels.size(entry, { first, count });
      return edit(entry, { name: 'clear', slices: sliceNumbers(first, count), kind: 'none' });
    },
    reject: async ({ case: id, first, count, run }) => {
      const entry = await studio.ready(id);
      await labels.size(entry, { first, count });
      return edit(entry, { name: 'reject', slices: sliceNumbers(first, count), kind: 'rejected', run });
    },
    undo: async ({ case: id, action }) => {
      const entry = await studio.ready(id);
      await labels.undo(entry, action);
      return studio.changed(entry);
    },
    redo: async ({ case: id, action }) => {
      const entry = await studio.ready(id);
      await labels.redo(entry, action);
      return studio.changed(entry);
    },
    history: async ({ case: id }) => ({ actions: labels.history(await studio.ready(id)) }),
  };
}

function sliceNumbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

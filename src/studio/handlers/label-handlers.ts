import type { StudioBackend } from '../backend.ts';
import { type HandlersFor, voxels } from './handler-types.ts';

/** Labels, slice by slice. */
export function labelHandlers(studio: StudioBackend): HandlersFor<'mask' | 'saveMask' | 'removeMask' | 'reject'> {
  const { labels } = studio;
  return {
    mask: async ({ case: id, first, count }) => voxels(await labels.read(await studio.ready(id), { first, count })),
    saveMask: async ({ case: id, first, count, provenance, run, body }) => {
      const entry = await studio.ready(id);
      const range = { first, count };
      const masks = await body.bytes(await labels.size(entry, range));
      await labels.save(entry, range, masks, { kind: provenance, run });
      return studio.changed(entry);
    },
    removeMask: async ({ case: id, first, count }) => {
      const entry = await studio.ready(id);
      await labels.remove(entry, { first, count });
      return studio.changed(entry);
    },
    reject: async ({ case: id, first, count, run }) => {
      const entry = await studio.ready(id);
      await labels.reject(entry, { first, count }, run);
      return studio.changed(entry);
    },
  };
}

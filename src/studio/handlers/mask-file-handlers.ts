import type { StudioBackend } from '../backend.ts';
import type { HandlersFor } from './handler-types.ts';
import { takeUpload } from './take-upload.ts';

/** Masks as files of other programs. */
export function maskFileHandlers(studio: StudioBackend): HandlersFor<'importMask' | 'exportMask'> {
  const { project, cache, labels, proposals, reader } = studio;
  return {
    importMask: async ({ case: id, name, slices, keep, body }) => {
      const entry = await studio.ready(id);
      return takeUpload(studio, body, (file) =>
        studio.withTemporary(async (target) => {
          const read = await reader.run('importMask', { case: id, file, name, target }, { subject: name });
          const masks = await project.files.read(target);
          const chosen = slices === 'foreground' ? read.foreground : Array.from({ length: read.depth }, (_, z) => z);
          const outcome = await labels.edit(entry, {
            name: `import ${name}`.slice(0, 60),
            slices: chosen,
            kind: 'imported',
            masks: planesOf(masks, chosen, read.depth),
            keep: keep === 'true',
          });
          return { ...studio.changed(entry), written: [...outcome.written], kept: [...outcome.kept] };
        }),
      );
    },
    exportMask: async ({ case: id, of, run, format }) => {
      const entry = await studio.ready(id);
      const range = { first: 0, count: (await cache.measures(entry)).shape[0] };
      const masks = of === 'labels' ? await labels.read(entry, range) : await proposals.mask(id, run);
      return studio.withTemporary((source) =>
        studio.withTemporary(async (target) => {
          await project.files.write(source, masks);
          const given = { case: id, voxels: source, target, format: format ?? null };
          const { name } = await reader.run('exportMask', given, { subject: id });
          return { content: await project.files.read(target), type: 'application/octet-stream', name };
        }),
      );
    },
  };
}

/** Some slices of a mask, one behind the other. */
function planesOf(masks: Uint8Array, slices: readonly number[], depth: number): Uint8Array {
  const plane = masks.length / depth;
  const taken = new Uint8Array(slices.length * plane);
  for (const [i, z] of slices.entries()) taken.set(masks.subarray(z * plane, (z + 1) * plane), i * plane);
  return taken;
}

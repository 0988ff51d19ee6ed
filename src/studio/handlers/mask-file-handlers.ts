import { isLabel } from '../api/index.ts';
import type { StudioBackend } from '../backend.ts';
import { describeCase, type ProjectCase } from '../project-case.ts';
import { Refusal } from '../refusal.ts';
import type { HandlersFor } from './handler-types.ts';
import { takeUpload } from './take-upload.ts';

type Rest = 'background' | 'ignore' | 'proposal';

/** Value of pixels that nobody has labelled, as the field writes it. */
const NOT_LABELLED = 255;

/** Masks as files of other programs. */
export function maskFileHandlers(studio: StudioBackend): HandlersFor<'importMask' | 'exportMask'> {
  const { project, labels, proposals, reader } = studio;

  /** Labels of a whole scan, and what slices without one hold. @throws Refusal 409 when there is no label at all */
  const labelled = async (entry: ProjectCase, rest: Rest, run: string | undefined): Promise<Uint8Array> => {
    const { id } = entry.item;
    const { slices } = describeCase(entry);
    if (!slices.some(isLabel)) throw new Refusal(409, 'it has no label to export', { subject: id });
    const masks = await labels.read(entry, { first: 0, count: slices.length });
    if (rest === 'background') return masks;
    const plane = masks.length / slices.length;
    const proposed = rest === 'proposal' ? await proposals.mask(id, run) : undefined;
    for (const [z, state] of slices.entries()) {
      if (isLabel(state)) continue;
      const [start, end] = [z * plane, (z + 1) * plane];
      if (proposed === undefined) masks.fill(NOT_LABELLED, start, end);
      else masks.set(proposed.subarray(start, end), start);
    }
    return masks;
  };

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
          return { ...studio.changed(entry), written: [...outcome.written], kept: [...outcome.kept], merged: [] };
        }),
      );
    },
    exportMask: async ({ case: id, of, rest, run, format }) => {
      const entry = await studio.ready(id);
      const masks = of === 'labels' ? await labelled(entry, rest, run) : await proposals.mask(id, run);
      return studio.withTemporary((source) =>
        studio.withTemporary(async (target) => {
          // What nobody has annotated is no segment of a DICOM SEG.
          const isSeg = format === 'dicom-seg';
          await project.files.write(source, isSeg ? masks.map((value) => (value === NOT_LABELLED ? 0 : value)) : masks);
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

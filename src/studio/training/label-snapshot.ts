import { type Files, joinPath } from '../../core/files.ts';
import { labelPath, STUDIO_FILES } from '../../data/studio-labels/settings.ts';
import { encodeSliceLabel } from '../../data/studio-labels/slice-label.ts';
import type { ProjectCase } from '../project-case.ts';
import type { StudioProject } from '../studio-project.ts';

/**
 * Copies the labels of now to the folder of a run, so that what it learns from does not change while it trains, nor with a
 * resume. Of each slice the last version alone.
 */
export async function snapshotLabels(project: StudioProject, target: string): Promise<void> {
  const { files, folder, cases } = project;
  for (const entry of cases) await copyLabels(files, entry, target);
  await files.write(joinPath(target, STUDIO_FILES.settings), await files.read(joinPath(folder, STUDIO_FILES.settings)));
}

async function copyLabels(files: Files, { item, labels }: ProjectCase, target: string): Promise<void> {
  const { versions } = labels;
  for (const slice of versions.slices) {
    const { kind, run, size } = versions.at(slice);
    const mask = await labels.mask(slice);
    if (kind === 'none' || mask === undefined || size === undefined) continue;
    const label = {
      size: [...size] as [number, number],
      kind,
      ...(run !== undefined && { run }),
      saved: new Date().toISOString(),
      mask,
    };
    await files.write(labelPath(target, item.id, slice), encodeSliceLabel(label));
  }
}

import { type Files, joinPath } from '../../core/files.ts';
import { STUDIO_FILES } from '../../data/layouts/studio.ts';

/** Copies the labels of now to the folder of a run, so that what it learns from does not change while it trains, nor with a resume. */
export async function snapshotLabels(files: Files, project: string, target: string): Promise<void> {
  const copy = async (folder: string) => {
    for (const { name, kind } of await files.list(joinPath(project, folder))) {
      const path = joinPath(folder, name);
      if (kind === 'folder') await copy(path);
      else if (name.endsWith('.label')) {
        await files.write(joinPath(target, path), await files.read(joinPath(project, path)));
      }
    }
  };
  await copy(STUDIO_FILES.labels);
  await files.write(
    joinPath(target, STUDIO_FILES.settings),
    await files.read(joinPath(project, STUDIO_FILES.settings)),
  );
}

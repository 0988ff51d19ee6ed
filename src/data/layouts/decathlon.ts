import type { Files } from '../../core/files.ts';
import type { Found } from './found.ts';
import { foldersIn } from './image-files.ts';
import { openTrainingFolders } from './training-folders.ts';

/**
 * The layout of the Medical Segmentation Decathlon (http://medicaldecathlon.com): one file per case in `imagesTr/`, its mask
 * under the same name in `labelsTr/`. The volumes of 4-D files are channels.
 *
 * @returns undefined when there is no `imagesTr/`
 * @throws PatchclError as `openTrainingFolders`.
 */
export async function openDecathlon(files: Files, root: string): Promise<Found | undefined> {
  if (!(await foldersIn(files, root)).includes('imagesTr')) return undefined;
  return openTrainingFolders(files, root, {
    layout: 'decathlon',
    framesAreChannels: true,
    group: (paths) => ({ images: new Map([...paths].map(([id, path]) => [id, [path]])), problems: [] }),
  });
}

import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { foldersIn, imageFiles } from './image-files.ts';
import { pairBeside, pairByName } from './pairing.ts';

/** What the folder of the images and that of their masks may be called. */
export const IMAGE_FOLDERS: readonly string[] = ['images', 'image', 'imgs', 'scans', 'volumes'];
export const MASK_FOLDERS: readonly string[] = [
  ...['masks', 'mask', 'labels', 'label', 'segmentations', 'segmentation', 'seg', 'gt', 'annotations'],
];

/** Those of all layouts. */
export const ALL_MASK_FOLDERS: readonly string[] = [...MASK_FOLDERS, 'labelsTr', 'labelsTs'];

/**
 * A folder of images and one of masks, matched by name without extension; an image without mask is not annotated. Without a
 * folder of masks they may lie beside the images, as `x_mask.png`. Class names come from an optional `dataset.json`.
 *
 * @returns undefined when the folder holds no folder of images
 * @throws PatchclError `bad-data` without images or with several folders of masks, `bad-file` for a broken `dataset.json`.
 */
export async function openFolders(files: Files, root: string): Promise<Found | undefined> {
  const folders = await foldersIn(files, root);
  const images = IMAGE_FOLDERS.find((name) => folders.includes(name));
  if (images === undefined) return undefined;
  const imageFolder = joinPath(root, images);
  const [masks, second] = MASK_FOLDERS.filter((name) => folders.includes(name));
  if (second !== undefined) {
    throw new PatchclError('bad-data', `both ${masks}/ and ${second}/ are there, masks were expected in one of them`, {
      subject: root,
      hint: 'Rename the folder that does not hold the masks.',
    });
  }
  const scans = await imageFiles(files, imageFolder);
  if (scans.byStem.size === 0 && scans.problems.length === 0) {
    throw new PatchclError('bad-data', 'there is no image in this folder', {
      subject: imageFolder,
      hint: 'Put the scans here, as .png, .nii or .nii.gz.',
    });
  }
  const drawn = masks === undefined ? undefined : await imageFiles(files, joinPath(root, masks));
  const { pairs, problems } = drawn === undefined ? pairBeside(scans.byStem) : pairByName(scans.byStem, drawn.byStem);
  const cases = pairs.map(({ name, imagePath, labelPath }) =>
    fileCase(files, {
      id: name,
      patient: name,
      imagePaths: [imagePath],
      ...(labelPath === undefined ? {} : { labelPath }),
    }),
  );
  return {
    dataset: { layout: 'folders', root, cases, ...(await readDatasetJson(files, root)) },
    problems: [...scans.problems, ...(drawn?.problems ?? []), ...problems],
  };
}

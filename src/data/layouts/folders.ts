import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, stem } from '../../core/files.ts';
import { canRead, normaliseBinaryLabels, readLabels, readVolume } from '../../formats/index.ts';
import type { Case, Dataset } from '../dataset.ts';
import { patientOf } from '../patients.ts';
import { readClassNames } from './dataset-json.ts';

/** Folder names: images, and what their masks' folder may be called. `imagesTr` is the Medical Segmentation Decathlon's. */
const PAIRS: readonly (readonly [images: string, masks: readonly string[]])[] = [
  ['images', ['masks', 'labels']],
  ['imagesTr', ['labelsTr']],
];

/** What file managers leave behind. */
const CLUTTER = /^(\..*|thumbs\.db|desktop\.ini)$/i;

/**
 * A folder of images and one of masks, matched by name without extension; an image without mask is not annotated. Binary
 * masks may be drawn in {0, 255}. Class names come from an optional `dataset.json`.
 *
 * @returns undefined when the folder holds no folder of images
 * @throws PatchclError `bad-data` or `bad-file` naming the file that does not fit.
 */
export async function openFolders(files: Files, root: string): Promise<Dataset | undefined> {
  const folders = new Set((await files.list(root)).filter(({ kind }) => kind === 'folder').map(({ name }) => name));
  const pair = PAIRS.find(([images]) => folders.has(images));
  if (pair === undefined) return undefined;
  const imageFolder = joinPath(root, pair[0]);
  const maskFolders = pair[1].filter((name) => folders.has(name)).map((name) => joinPath(root, name));
  if (maskFolders.length > 1) {
    throw new PatchclError(
      'bad-data',
      `both ${pair[1].join('/ and ')}/ are there, masks were expected in one of them`,
      {
        subject: root,
        hint: 'Rename the folder that does not hold the masks.',
      },
    );
  }
  const images = await filesByStem(files, imageFolder);
  if (images.size === 0) {
    throw new PatchclError('bad-data', 'there is no image in this folder', {
      subject: imageFolder,
      hint: 'Put the scans here, as .png, .nii or .nii.gz.',
    });
  }
  const masks = maskFolders[0] === undefined ? new Map<string, string>() : await filesByStem(files, maskFolders[0]);
  for (const [id, path] of masks) {
    if (images.has(id)) continue;
    throw new PatchclError('bad-data', `this mask has no image, ${joinPath(imageFolder, id)}.* was expected`, {
      subject: path,
      hint: 'Give image and mask the same name, or remove the mask.',
    });
  }
  const classes = await readClassNames(files, root);
  const cases = [...images].map(([id, path]) => makeCase(files, id, path, masks.get(id)));
  return { layout: 'folders', root, cases, ...(classes === undefined ? {} : { classes }) };
}

function makeCase(files: Files, id: string, imagePath: string, labelPath: string | undefined): Case {
  const image = async () => readVolume(await files.read(imagePath), imagePath);
  const common = { id, patient: patientOf(id), imagePath, image };
  if (labelPath === undefined) return common;
  const label = async () => normaliseBinaryLabels(await readLabels(await files.read(labelPath), labelPath));
  return { ...common, labelPath, label };
}

/** Paths by name without extension, sorted. */
async function filesByStem(files: Files, folder: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const { name, kind } of await files.list(folder)) {
    if (CLUTTER.test(name)) continue;
    const path = joinPath(folder, name);
    if (kind === 'folder') {
      throw new PatchclError('bad-data', 'this is a folder, images were expected side by side', {
        subject: path,
        hint: 'Move its files one level up.',
      });
    }
    if (!canRead(name)) {
      throw new PatchclError('bad-data', 'this is not a kind of image that is read here', {
        subject: path,
        hint: 'Convert it to .png, .nii or .nii.gz, or move it elsewhere.',
      });
    }
    const other = paths.get(stem(name));
    if (other !== undefined) {
      throw new PatchclError('bad-data', `this has the same name as ${other}, so their masks cannot be told apart`, {
        subject: path,
        hint: 'Rename or remove one of the two.',
      });
    }
    paths.set(stem(name), path);
  }
  return paths;
}

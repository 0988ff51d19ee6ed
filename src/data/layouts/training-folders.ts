import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import type { Case, Dataset } from '../dataset.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { imageFiles } from './image-files.ts';

/** How the images of one of the layouts with `imagesTr/` make cases. */
export interface ImageNaming {
  readonly layout: Dataset['layout'];
  readonly framesAreChannels: boolean;
  /** Image paths of each case, channels in order, from the paths by name without extension. */
  readonly group: (paths: ReadonlyMap<string, string>) => {
    readonly images: ReadonlyMap<string, readonly [string, ...string[]]>;
    readonly problems: readonly PatchclError[];
  };
}

/**
 * What the Medical Segmentation Decathlon and nnU-Net have in common: `imagesTr/` and `labelsTr/` for training, `imagesTs/`
 * without labels, `dataset.json` beside them. Scans of `imagesTs/` are unlabelled ones; where `labelsTs/` has their masks
 * they are for the final test.
 *
 * @throws PatchclError `bad-data` without images, `bad-file` or `unsupported` for a `dataset.json` that cannot be used.
 */
export async function openTrainingFolders(files: Files, root: string, naming: ImageNaming): Promise<Found> {
  const training = await part(files, root, 'Tr', naming);
  if (training.cases.length === 0 && training.problems.length === 0) {
    throw new PatchclError('bad-data', 'there is no image in this folder', {
      subject: joinPath(root, 'imagesTr'),
      hint: 'Put the scans here, as .nii or .nii.gz.',
    });
  }
  const taken = new Set(training.cases.map(({ id }) => id));
  const held = await part(files, root, 'Ts', naming);
  const twice = held.cases.filter(({ id }) => taken.has(id)).map((item) => sameName(item));
  const others = held.cases.filter(({ id }) => !taken.has(id));
  const test = others.filter((item) => item.label !== undefined);
  const train = [...training.cases, ...others.filter((item) => item.label === undefined)];
  const ids = (cases: readonly Case[]) => cases.map(({ id }) => id);
  const dataset: Dataset = {
    layout: naming.layout,
    root,
    ...(await readDatasetJson(files, root)),
    cases: [...train, ...test],
    ...(test.length === 0 ? {} : { parts: { train: ids(train), val: [], test: ids(test) } }),
  };
  return { dataset, problems: [...training.problems, ...held.problems, ...twice] };
}

async function part(files: Files, root: string, ending: 'Tr' | 'Ts', naming: ImageNaming) {
  const found = await imageFiles(files, joinPath(root, `images${ending}`));
  const masks = await imageFiles(files, joinPath(root, `labels${ending}`));
  const { images, problems } = naming.group(found.byStem);
  const orphans = [...masks.byStem].filter(([id]) => !images.has(id)).map(([, path]) => orphan(path));
  const cases = [...images].map(([id, imagePaths]) => {
    const labelPath = masks.byStem.get(id);
    const { framesAreChannels } = naming;
    const mask = labelPath === undefined ? {} : { labelPath };
    return fileCase(files, { id, patient: id, imagePaths, framesAreChannels, ...mask });
  });
  return { cases, problems: [...found.problems, ...masks.problems, ...problems, ...orphans] };
}

function orphan(subject: string): PatchclError {
  const hint = 'Give image and mask the same name, or remove the mask.';
  return new PatchclError('bad-data', 'this mask has no image', { subject, hint });
}

function sameName({ imagePath, id }: Case): PatchclError {
  return new PatchclError('bad-data', `imagesTr has a case called ${id} too`, {
    subject: imagePath ?? id,
    hint: 'Rename or remove one of the two.',
  });
}

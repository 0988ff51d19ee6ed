import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { isVolumeFile } from '../../formats/index.ts';
import type { Case, Dataset } from '../dataset.ts';
import { groupChannels, hasChannelNumber } from './channels.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { foldersIn, imageFiles } from './image-files.ts';
import { pairByName } from './pairing.ts';
import { partsOf } from './parts.ts';
import { unitedNotes } from './several-masks.ts';

/** How the images of one of the layouts with `imagesTr/` make cases. */
interface ImageNaming {
  readonly layout: Dataset['layout'];
  readonly framesAreChannels: boolean;
  /** How many channels each case has, where that is stated. */
  readonly channels?: number;
  /** Image paths of each case, channels in order, from the paths by name without extension. */
  readonly group: (paths: ReadonlyMap<string, string>) => ReturnType<typeof groupChannels>;
}

/**
 * The Medical Segmentation Decathlon (http://medicaldecathlon.com) and raw data of nnU-Net (https://github.com/MIC-DKFZ/nnUNet):
 * `imagesTr/` and `labelsTr/` for training, `imagesTs/` without labels, `dataset.json` beside them. In nnU-Net's
 * `NAME_0000.nii.gz`, `NAME_0001.nii.gz`, ... are the channels of one case, and one colour picture `NAME_0000.png` holds them all; in
 * the Decathlon the volumes of 4-D files are channels. Scans of `imagesTs/` are unlabelled ones; where `labelsTs/` has their masks
 * they are for the final test, those of `imagesVa/` for validation.
 *
 * @returns undefined when there is no `imagesTr/`
 * @throws PatchclError `bad-data` without images, `bad-file` for a `dataset.json` that cannot be used.
 */
export async function openTrainingFolders(files: Files, root: string): Promise<Found | undefined> {
  const folders = await foldersIn(files, root);
  const named = (name: string) => folders.find((folder) => folder.toLowerCase() === name.toLowerCase());
  const training = named('imagesTr');
  if (training === undefined) return undefined;
  const stated = await readDatasetJson(files, root);
  const { byStem } = await imageFiles(files, joinPath(root, training));
  const masks = await imageFiles(files, joinPath(root, named('labelsTr') ?? 'labelsTr'));
  const naming = namingOf(byStem, masks.byStem, stated.channels?.length);
  const read = async (ending: 'Tr' | 'Va' | 'Ts') => {
    const [images, labels] = [named(`images${ending}`), named(`labels${ending}`)];
    return part(files, naming, {
      images: joinPath(root, images ?? `images${ending}`),
      labels: joinPath(root, labels ?? `labels${ending}`),
      colours: stated.colours,
    });
  };
  const [tr, va, ts] = [await read('Tr'), await read('Va'), await read('Ts')];
  if (tr.cases.length === 0 && tr.problems.length === 0) {
    const hint = 'Put the scans here, as .nii or .nii.gz.';
    throw new PatchclError('bad-data', 'there is no image in this folder', { subject: joinPath(root, training), hint });
  }
  const taken = new Set<string>();
  const twice: PatchclError[] = [];
  const found = (
    [
      ['train', tr],
      ['val', va],
      ['test', ts],
    ] as const
  ).flatMap(([name, { cases }]) =>
    cases.flatMap((item) => {
      if (taken.has(item.id)) {
        twice.push(sameName(item));
        return [];
      }
      taken.add(item.id);
      return [{ item, part: name }];
    }),
  );
  const notes = [...(stated.notes ?? []), ...[tr, va, ts].flatMap((one) => one.notes)];
  const dataset: Dataset = {
    layout: naming.layout,
    root,
    ...stated,
    ...partsOf(found),
    ...(notes.length === 0 ? {} : { notes }),
  };
  return { dataset, problems: [...tr.problems, ...va.problems, ...ts.problems, ...twice] };
}

function namingOf(
  byStem: ReadonlyMap<string, string>,
  masks: ReadonlyMap<string, string>,
  channels: number | undefined,
): ImageNaming {
  // Cases may be numbered with four digits as channels are: amos_0001. Their masks then have the same number.
  const isNumbered = [...byStem.keys()].some((name) => name.endsWith('_0000') && hasChannelNumber(name));
  const isOfCases = [...masks.keys()].some((name) => byStem.has(name));
  if (!isNumbered || isOfCases) {
    const group: ImageNaming['group'] = (paths) => ({
      images: new Map([...paths].map(([id, path]) => [id, [path]])),
      problems: [],
    });
    return { layout: 'decathlon', framesAreChannels: true, group };
  }
  const isPicture = [...byStem].every(([name, path]) => name.endsWith('_0000') && !isVolumeFile(path));
  const count = isPicture ? 1 : channels;
  return {
    layout: 'nnunet',
    framesAreChannels: false,
    ...(isPicture && channels !== undefined && { channels }),
    group: (paths) => groupChannels(paths, count),
  };
}

async function part(
  files: Files,
  { group, framesAreChannels, channels }: ImageNaming,
  place: { readonly images: string; readonly labels: string; readonly colours: Dataset['colours'] },
) {
  const found = await imageFiles(files, place.images);
  const masks = await imageFiles(files, place.labels);
  const { images, problems } = group(found.byStem);
  const first = new Map([...images].map(([id, [path]]) => [id, path]));
  const matched = pairByName(first, masks.byStem);
  const cases = matched.pairs.map(({ name: id, labelPaths }) => {
    const imagePaths = images.get(id) as readonly [string, ...string[]];
    const scan = { id, patient: id, imagePaths, labelPaths, framesAreChannels, ...(channels && { channels }) };
    return fileCase(files, scan, place.colours);
  });
  return {
    cases,
    problems: [...found.problems, ...masks.problems, ...problems, ...matched.problems],
    notes: unitedNotes(matched.pairs),
  };
}

function sameName({ imagePath, id }: Case): PatchclError {
  return new PatchclError('bad-data', `another folder of images has a case called ${id} too`, {
    subject: imagePath ?? id,
    hint: 'Rename or remove one of the two.',
  });
}

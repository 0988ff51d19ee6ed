import { type Files, joinPath } from '../../core/files.ts';
import { append } from '../../core/lists.ts';
import type { Case } from '../dataset.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import { IMAGE_FOLDERS, MASK_FOLDERS } from './folders.ts';
import type { Found } from './found.ts';
import { foldersIn, imageFiles } from './image-files.ts';
import { type Pair, pairBeside } from './pairing.ts';

/**
 * Images with their masks beside them, told apart by endings: `x.nii.gz` and `x_seg.nii.gz` (`_mask`, `_label`, `_gt`), all
 * in one folder or in one folder per patient.
 *
 * @returns undefined when there are no images, or none in a folder per patient that has a mask
 * @throws PatchclError `bad-file` for a broken `dataset.json`.
 */
export async function openSideBySide(files: Files, root: string): Promise<Found | undefined> {
  const here = await imageFiles(files, root);
  const found = here.byStem.size > 0 ? flat(files, here.byStem) : await perPatient(files, root);
  if (found === undefined) return undefined;
  const { cases, problems } = found;
  return { dataset: { layout: 'side-by-side', root, cases, ...(await readDatasetJson(files, root)) }, problems };
}

/** Folders and other files beside the scans are none of our business here. */
function flat(files: Files, paths: ReadonlyMap<string, string>) {
  const { pairs, problems } = pairBeside(paths);
  return { cases: pairs.map((pair) => toCase(files, pair, pair.name, pair.name)), problems };
}

async function perPatient(files: Files, root: string) {
  const isOther = (name: string) => [...IMAGE_FOLDERS, ...MASK_FOLDERS].includes(name);
  const cases: Case[] = [];
  const problems: Found['problems'][number][] = [];
  for (const folder of (await foldersIn(files, root)).filter((name) => !isOther(name))) {
    const { byStem, problems: strange } = await imageFiles(files, joinPath(root, folder));
    const paired = pairBeside(byStem);
    for (const pair of paired.pairs) {
      const id = paired.pairs.length === 1 || pair.name === folder ? folder : `${folder}_${pair.name}`;
      cases.push(toCase(files, pair, id, id));
    }
    append(problems, [...strange, ...paired.problems]);
  }
  return cases.some((item) => item.label !== undefined) ? { cases, problems } : undefined;
}

function toCase(files: Files, { imagePath, labelPath }: Pair, id: string, patient: string): Case {
  return fileCase(files, { id, patient, imagePaths: [imagePath], ...(labelPath === undefined ? {} : { labelPath }) });
}

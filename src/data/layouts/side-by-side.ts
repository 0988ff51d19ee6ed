import type { Files } from '../../core/files.ts';
import type { Case } from '../dataset.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { byStem } from './image-files.ts';
import { type Pair, type Pairs, pairBeside, pairByName } from './pairing.ts';
import { isMaskFolder } from './roles.ts';
import { finalMasks, unitedNotes } from './several-masks.ts';
import type { FolderTree, TreeFile } from './tree.ts';

/**
 * Images with their masks beside them, told apart by names: `x.nii.gz` and `x_seg.nii.gz` (`_mask`, `_label`, `_gt`), or in a folder
 * of masks beside them: `labels/x.nii.gz`. All in one folder, or in folders per patient.
 *
 * @returns undefined when there are no images, or only in folders and none of them has a mask
 * @throws PatchclError `bad-file` for a broken `dataset.json`.
 */
export async function openSideBySide(files: Files, tree: FolderTree): Promise<Found | undefined> {
  const groups = groupsOf(tree);
  const here = groups.get('');
  const inFolders = [...groups].filter(([folder]) => folder !== '');
  const flat = here === undefined ? undefined : paired(here, false);
  const isFlat =
    flat !== undefined &&
    flat.pairs.length > 0 &&
    (hasMask(flat) || !inFolders.some(([, g]) => hasMask(paired(g, true))));
  const all = isFlat
    ? [['', flat] as const]
    : inFolders.map(([folder, group]) => [folder, paired(group, true)] as const);
  if (!isFlat && !all.some(([, found]) => hasMask(found))) return undefined;
  const stated = await readDatasetJson(files, tree.root);
  const cases = all.flatMap(([folder, { pairs }]) => pairs.map((pair) => toCase(pair, idOf(folder, pair, pairs))));
  const notes = [...(stated.notes ?? []), ...unitedNotes(all.flatMap(([, { pairs }]) => pairs))];
  const dataset = {
    layout: 'side-by-side',
    root: tree.root,
    ...stated,
    cases,
    ...(notes.length > 0 && { notes }),
  } as const;
  return { dataset, problems: all.flatMap(([, { problems }]) => problems) };

  function toCase({ imagePath, labelPaths }: Pair, id: string): Case {
    return fileCase(files, { id, patient: id, imagePaths: [imagePath], labelPaths }, stated.colours);
  }
}

const hasMask = ({ pairs }: Pairs) => pairs.some(({ labelPaths }) => labelPaths.length > 0);

function idOf(folder: string, { name }: Pair, pairs: readonly Pair[]): string {
  const below = folder.replaceAll('/', '_');
  if (folder === '') return name;
  return pairs.length === 1 || name === folder.split('/').at(-1) ? below : `${below}_${name}`;
}

interface Group {
  readonly scans: TreeFile[];
  /** Of the folder of masks beside them. */
  readonly masks: { readonly file: TreeFile; readonly rest: readonly string[] }[];
}

/** Files by the folder of the scans; those of folders of masks count to the folder above. */
function groupsOf({ files }: FolderTree): Map<string, Group> {
  const groups = new Map<string, Group>();
  const groupOf = (folder: string) => {
    const group = groups.get(folder) ?? { scans: [], masks: [] };
    groups.set(folder, group);
    return group;
  };
  for (const file of files) {
    const at = file.folders.findIndex(isMaskFolder);
    if (at < 0) groupOf(file.folders.join('/')).scans.push(file);
    else groupOf(file.folders.slice(0, at).join('/')).masks.push({ file, rest: file.folders.slice(at + 1) });
  }
  return groups;
}

/** @param isStrict whether other kinds of files are problems, as in a folder of a patient */
function paired({ scans, masks }: Group, isStrict: boolean): Pairs {
  const own = byStem(scans);
  const beside = pairBeside(own.byStem);
  const strange = isStrict ? own.problems : own.problems.filter(({ problem }) => problem.includes('same name'));
  const apart = byStem(
    finalMasks(masks)
      .filter(({ rest }) => rest.length === 0)
      .map(({ file }) => file),
  );
  if (apart.byStem.size === 0) return { pairs: beside.pairs, problems: [...strange, ...beside.problems] };
  const free = new Map(
    beside.pairs.filter(({ labelPaths }) => labelPaths.length === 0).map((p) => [p.name, p.imagePath]),
  );
  const more = pairByName(free, apart.byStem);
  const found = new Map(more.pairs.map((pair) => [pair.name, pair]));
  const pairs = beside.pairs.map((pair) => found.get(pair.name) ?? pair);
  return { pairs, problems: [...strange, ...beside.problems, ...apart.problems, ...more.problems] };
}

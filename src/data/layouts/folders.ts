import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { append, smallestOf } from '../../core/lists.ts';
import type { Dataset } from '../dataset.ts';
import { groupChannels, hasChannelNumber } from './channels.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { hasDicomEnding } from './dicom-files.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { byStem } from './image-files.ts';
import { type Pair, pairBeside, pairByName } from './pairing.ts';
import { partsOf } from './parts.ts';
import { folderRole, IMAGE_FOLDERS, type Part } from './roles.ts';
import { finalMasks, unitedNotes } from './several-masks.ts';
import type { FolderTree, TreeFile } from './tree.ts';

/** A file in a folder of images or masks. */
interface RoleFile {
  readonly file: TreeFile;
  /** The folder that says so, from the root. */
  readonly owner: string;
  readonly part?: Part;
  /** The other folders of its path, of which an image and its mask have the same. */
  readonly rest: readonly string[];
}

/**
 * A folder of images and one of masks, matched by name without extension; an image without mask is not annotated. Both may have the
 * same folders in them, may lie in folders for training, validation and test or have these in them, or may lie in a folder per
 * patient. Without a folder of masks they may lie beside the images, as `x_mask.png`.
 *
 * @returns undefined when there is no folder of images
 * @throws PatchclError `bad-data` without images or with several folders of masks, `bad-file` for a broken `dataset.json`.
 */
export async function openFolders(files: Files, tree: FolderTree): Promise<Found | undefined> {
  const depth = depthOf(tree);
  if (depth === undefined) {
    const empty = tree.topFolders.find((name) => IMAGE_FOLDERS.includes(name.toLowerCase()));
    if (empty === undefined) return undefined;
    throw noImage(joinPath(tree.root, empty));
  }
  const [images, masks] = [ofBestFolders(filesOf(tree, depth, 'image')), ofBestFolders(allMasks(tree, depth))];
  checkOneFolder(tree.root, masks);
  const stated = await readDatasetJson(files, tree.root);
  const { pairs, problems } = pairGroups(images, masks);
  if (pairs.length === 0 && problems.length === 0) throw noImage(joinPath(tree.root, images[0]?.owner ?? ''));
  const taken = new Map<string, number>();
  for (const { id } of pairs) taken.set(id, (taken.get(id) ?? 0) + 1);
  const made = pairs.map(({ id, pair, part, imagePaths }) => {
    const own = (taken.get(id) ?? 0) > 1 && part !== undefined ? `${part}_${id}` : id;
    const { labelPaths } = pair;
    return {
      item: fileCase(files, { id: own, patient: own, imagePaths, labelPaths }, stated.colours),
      part,
    };
  });
  const { cases, parts } = partsOf(made);
  const left = leftFolders(allMasks(tree, depth), masks);
  const notes = [...(stated.notes ?? []), ...unitedNotes(pairs.map(({ pair }) => pair)), ...left];
  const dataset: Dataset = {
    layout: 'folders',
    root: tree.root,
    ...stated,
    cases,
    ...(parts === undefined ? {} : { parts }),
    ...(notes.length === 0 ? {} : { notes }),
  };
  return { dataset, problems };
}

function noImage(subject: string): PatchclError {
  const hint = 'Put the scans here, as .png, .nii or .nii.gz.';
  return new PatchclError('bad-data', 'there is no image in this folder', { subject, hint });
}

/** How deep the folders of images lie: the least depth at which there are any, where the name says nothing else if possible. */
function depthOf({ files }: FolderTree): number | undefined {
  const depths = ([0, 1] as const).map((others) => {
    const found = files.map(({ folders }) =>
      folders.findIndex((name, depth) => {
        const role = folderRole(name);
        const isImages = role?.role === 'image' && role.others === others;
        return isImages && !folders.slice(0, depth).some((above) => folderRole(above)?.role === 'mask');
      }),
    );
    return smallestOf(found.filter((depth) => depth >= 0));
  });
  return depths.find((depth) => Number.isFinite(depth));
}

const allMasks = (tree: FolderTree, depth: number) => finalMasks(filesOf(tree, depth, 'mask'));

/** The files in folders of masks beside folders of images. */
export function maskFiles(tree: FolderTree): string[] {
  const depth = depthOf(tree);
  return depth === undefined ? [] : filesOf(tree, depth, 'mask').map(({ file }) => file.path);
}

/** How many files of images there are, where all are DICOM and no mask has the name of one; else 0. */
export function slicesWithoutMasks(tree: FolderTree): number {
  const depth = depthOf(tree);
  if (depth === undefined) return 0;
  const isDicom = ({ file }: RoleFile) => hasDicomEnding(file.fileName);
  const [images, masks] = [filesOf(tree, depth, 'image'), filesOf(tree, depth, 'mask')];
  const names = new Set(images.map(({ file }) => file.name));
  const isApart = masks.every((mask) => isDicom(mask) && !names.has(mask.file.name));
  return isApart && images.every(isDicom) ? images.length : 0;
}

/** What is said of folders of masks that are not taken. */
function leftFolders(all: readonly RoleFile[], taken: readonly RoleFile[]): string[] {
  const owners = new Set(taken.map(({ owner }) => owner));
  const left = new Set(all.map(({ owner }) => owner).filter((owner) => !owners.has(owner)));
  return [...left]
    .slice(0, 1)
    .map((owner) => `masks are taken from ${[...owners][0]}/, those in ${owner}/ are left alone`);
}

function filesOf({ files }: FolderTree, depth: number, role: 'image' | 'mask'): RoleFile[] {
  return files.flatMap((file): RoleFile[] => {
    const { folders } = file;
    if (folderRole(folders[depth] ?? '')?.role !== role) return [];
    const roles = folders.map((name) => folderRole(name));
    const part = roles.map((found) => found?.part).find(Boolean);
    const isPart = (i: number) => roles[i]?.part !== undefined && roles[i]?.role === undefined;
    const rest = folders.filter((_, i) => i !== depth && !isPart(i));
    return [{ file, owner: folders.slice(0, depth + 1).join('/'), rest, ...(part && { part }) }];
  });
}

/** Of `masks` and `masks_old` the first; of `images` and `scans` the first. */
function ofBestFolders(found: readonly RoleFile[]): RoleFile[] {
  const others = (owner: string) => folderRole(owner.split('/').at(-1) ?? '')?.others ?? 1;
  const least = smallestOf(found.map(({ owner }) => others(owner)));
  const best = found.filter(({ owner }) => others(owner) === least);
  const order = (owner: string) => IMAGE_FOLDERS.indexOf(owner.split('/').at(-1)?.toLowerCase() ?? '');
  const isPlain = best.filter(({ owner }) => order(owner) >= 0);
  const first = smallestOf(isPlain.map(({ owner }) => order(owner)));
  return best.filter(({ owner }) => order(owner) < 0 || order(owner) === first);
}

/** Masks of one part lie in one folder: another one may be of another annotator, or of other things. */
function checkOneFolder(root: string, masks: readonly RoleFile[]): void {
  const first = new Map<string, string>();
  for (const { owner, part } of masks) {
    const place = [...owner.split('/').slice(0, -1), part ?? ''].join('/');
    const other = first.get(place) ?? owner;
    first.set(place, other);
    if (other === owner) continue;
    const problem = `both ${owner}/ and ${other}/ are there, masks were expected in one of them`;
    const hint = 'Rename the folder that does not hold the masks.';
    throw new PatchclError('bad-data', problem, { subject: root, hint });
  }
}

interface PlacedPair {
  readonly id: string;
  readonly pair: Pair;
  /** Of the channels, in order. */
  readonly imagePaths: readonly [string, ...string[]];
  readonly part?: Part;
}

/** Matches what lies in the same folders of both sides; masks may be without the parts that images are in. */
function pairGroups(images: readonly RoleFile[], masks: readonly RoleFile[]) {
  const hasParts = masks.some(({ part }) => part !== undefined);
  const imageGroups = grouped(images, hasParts);
  const maskGroups = grouped(masks, hasParts);
  const pairs: PlacedPair[] = [];
  const problems: PatchclError[] = [];
  for (const [place, group] of imageGroups) {
    const scans = byStem(group.map(({ file }) => file));
    const own = maskGroups.get(place) ?? [];
    const drawn = byStem(own.map(({ file }) => file));
    const channels = channelsOfMasks(scans.byStem, drawn.byStem);
    const first = channels === undefined ? scans.byStem : new Map([...channels].map(([id, [path]]) => [id, path]));
    const found = masks.length === 0 ? pairBeside(first) : pairByName(first, drawn.byStem);
    append(problems, [...scans.problems, ...drawn.problems, ...found.problems]);
    const byPath = new Map(group.map((item) => [item.file.path, item]));
    for (const pair of found.pairs) {
      const { rest = [], part } = byPath.get(pair.imagePath) ?? {};
      const imagePaths = channels?.get(pair.name) ?? ([pair.imagePath] as const);
      pairs.push({ id: [...rest, pair.name].join('_'), pair, imagePaths, ...(part && { part }) });
    }
  }
  for (const [place, group] of maskGroups) {
    if (imageGroups.has(place)) continue;
    const { byStem: drawn, problems: strange } = byStem(group.map(({ file }) => file));
    append(problems, [...strange, ...pairByName(new Map(), drawn).problems]);
  }
  return { pairs, problems };
}

/** `x_0000` and `x_0001` with one mask `x` are channels; undefined where there is nothing like this. */
function channelsOfMasks(images: ReadonlyMap<string, string>, masks: ReadonlyMap<string, string>) {
  const names = [...images.keys()];
  if (!names.every(hasChannelNumber) || names.some((name) => masks.has(name))) return undefined;
  const found = groupChannels(images);
  const isOne =
    found.problems.length === 0 && [...found.images].some(([id, paths]) => paths.length > 1 && masks.has(id));
  return isOne ? found.images : undefined;
}

function grouped(found: readonly RoleFile[], withParts: boolean): Map<string, RoleFile[]> {
  const groups = new Map<string, RoleFile[]>();
  for (const item of found) {
    const place = [withParts ? (item.part ?? '') : '', ...item.rest].join('/').toLowerCase();
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [item]);
    else group.push(item);
  }
  return groups;
}

import { canRead } from '../../formats/index.ts';
import { folderRole } from './roles.ts';
import { KNOWN_LAYOUTS, type KnownLayout } from './table.ts';
import type { FolderTree } from './tree.ts';

/** What a folder in which no mask was found is nearly, and what is missing: sentences without the final stop. */
export function nearlyNotes(tree: FolderTree): string[] {
  const known = KNOWN_LAYOUTS.map((layout) => nearly(tree, layout)).find((note) => note !== undefined);
  const notes = [...(known === undefined ? [] : [known]), ...sameNames(tree)];
  return notes.length > 0 ? notes : lonelyMasks(tree);
}

/** Whether files are those of a layout in part: what is there and what is not; undefined when they are not at all. */
function nearly(tree: FolderTree, layout: KnownLayout): string | undefined {
  const readable = tree.files.filter(({ fileName }) => canRead(fileName));
  const fits = (patterns: readonly RegExp[]) =>
    readable.filter(({ folders, name }) => patterns.some((pattern) => pattern.test([...folders, name].join('/'))));
  const [masks, scans] = [fits(layout.masks), fits(layout.scans)];
  const isBoth = scans.length > 0 && masks.length > 0;
  if (scans.length + masks.length === 0) return undefined;
  const missing = isBoth ? 'masks and scans of the same case' : scans.length > 0 ? 'masks' : 'scans';
  const first = (scans[0] ?? masks[0])?.fileName;
  return `this is nearly the layout of ${layout.title} (${layout.files.replaceAll('`', '')}): ${first} is there, but no ${missing}`;
}

/** With more folders these are rather those of patients, whose files may all be called alike. */
const MOST_FOLDERS = 4;

/** A folder whose files are called as those of another one may hold their masks. */
function sameNames({ files }: FolderTree): string[] {
  const names = new Map<string, Set<string>>();
  for (const { fileName, folders, name } of files) {
    const folder = folders.join('/');
    if (canRead(fileName)) names.set(folder, (names.get(folder) ?? new Set()).add(name));
  }
  const all = [...names.keys()].sort();
  if (all.length > MOST_FOLDERS) return [];
  const roleOf = (folder: string) => folderRole(folder.split('/').at(-1) ?? '')?.role;
  const areAlike = (a: string, b: string) => {
    const [own, other] = [names.get(a) ?? new Set(), names.get(b) ?? new Set()];
    return [...own].filter((name) => other.has(name)).length * 2 > Math.min(own.size, other.size);
  };
  const pairs = all.flatMap((a, i) => all.slice(i + 1).map((b) => [a, b] as const));
  const [scans, masks] = pairs.find(([a, b]) => areAlike(a, b) && !(roleOf(a) && roleOf(b))) ?? [];
  if (scans === undefined || masks === undefined) return [];
  const [place, other] = [scans, masks].map((folder) => (folder === '' ? 'the folder itself' : `${folder}/`));
  const known = [scans, masks].find((folder) => roleOf(folder) === 'mask');
  if (known !== undefined) {
    const images = known === scans ? other : place;
    return [
      `files in ${images} are called as the masks of ${known}/; if they are the scans, call their folder images/`,
    ];
  }
  return [`files in ${other} are called as those in ${place}; if they are masks, call their folder masks/`];
}

function lonelyMasks({ topFolders }: FolderTree): string[] {
  const masks = topFolders.find((name) => folderRole(name)?.role === 'mask');
  const hasImages = topFolders.some((name) => folderRole(name)?.role === 'image');
  return masks === undefined || hasImages ? [] : [`there is ${masks}/, but no folder images/ beside it`];
}

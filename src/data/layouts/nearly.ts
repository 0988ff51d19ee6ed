import { canRead } from '../../formats/index.ts';
import { folderRole } from './roles.ts';
import { KNOWN_LAYOUTS, type KnownLayout } from './table.ts';
import type { FolderTree, TreeFile } from './tree.ts';

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

/** A folder whose files are called as those of another one may hold their masks. */
function sameNames({ files }: FolderTree): string[] {
  const groups = new Map<string, TreeFile[]>();
  for (const file of files.filter(({ fileName }) => canRead(fileName))) {
    const folder = file.folders.join('/');
    groups.set(folder, [...(groups.get(folder) ?? []), file]);
  }
  for (const [folder, scans] of groups) {
    const names = new Set(scans.map(({ name }) => name));
    for (const [other, found] of groups) {
      const same = found.filter(({ name }) => names.has(name)).length;
      if (other === folder || other === '' || folder > other || same * 2 <= Math.min(found.length, scans.length))
        continue;
      const place = folder === '' ? 'the files beside it' : `those of ${folder}/`;
      return [`the files of ${other}/ are called as ${place}; if they are masks, call the folder masks/`];
    }
  }
  return [];
}

function lonelyMasks({ topFolders }: FolderTree): string[] {
  const masks = topFolders.find((name) => folderRole(name)?.role === 'mask');
  const hasImages = topFolders.some((name) => folderRole(name)?.role === 'image');
  return masks === undefined || hasImages ? [] : [`there is ${masks}/, but no folder images/ beside it`];
}

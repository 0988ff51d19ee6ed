import { baseName, type Files } from '../../core/files.ts';
import { maskFiles } from '../../data/layouts/folders.ts';
import { matchPaths } from '../../data/layouts/known-paths.ts';
import { pathBelow } from '../../data/layouts/path-below.ts';
import { KNOWN_LAYOUTS } from '../../data/layouts/table.ts';
import { listTree } from '../../data/layouts/tree.ts';
import { fileScan } from './file-scan.ts';
import type { Scan } from './scan.ts';

/** What a folder holds that is laid out as a known collection. */
export interface KnownScans {
  /** Scans of several files, a channel each. */
  readonly scans: readonly Scan[];
  /** Masks, and what else lies beside scans there. */
  readonly notScans: readonly string[];
}

/** Scans of several files and masks that do not show by their names alone but by the layout of all files. */
export async function knownScans(files: Files, root: string): Promise<KnownScans> {
  const tree = await listTree(files, root);
  for (const layout of KNOWN_LAYOUTS) {
    const { scans, notScans } = matchPaths(tree, layout);
    const joined = scans.filter(({ paths }) => paths.length > 1);
    if (joined.length === 0 && !scans.some(({ masks }) => masks.length > 0)) continue;
    const idOf = (first: string, key: string) => {
      const below = pathBelow(root, first);
      return below.slice(0, below.length - baseName(below).length) + key;
    };
    return { scans: joined.map(({ paths, id }) => fileScan(files, paths, idOf(paths[0], id))), notScans };
  }
  return { scans: [], notScans: maskFiles(tree) };
}

import { type Files, joinPath, stem } from '../../core/files.ts';
import { isClutter } from './clutter.ts';

/** A file somewhere below the folder of a data set. */
export interface TreeFile {
  readonly path: string;
  /** As stored. */
  readonly fileName: string;
  /** Name without extension, in Unicode's composed form: macOS takes letters and accents apart. */
  readonly name: string;
  /** Folders from that of the data set down to the file, composed as well. */
  readonly folders: readonly string[];
}

/** Everything below a folder, hidden files and what file managers leave behind left out. */
export interface FolderTree {
  readonly root: string;
  /** In the order of the listings. */
  readonly files: readonly TreeFile[];
  /** Names of the folders right below. */
  readonly topFolders: readonly string[];
}

/** Deeper down no data set lies; a link to a folder above would never end. */
const DEEPEST = 10;

/** Lists a folder to its bottom; no file is read. */
export async function listTree(files: Files, root: string): Promise<FolderTree> {
  const found: TreeFile[] = [];
  const walk = async (path: string, folders: readonly string[]) => {
    for (const { name: fileName, kind } of await files.list(path)) {
      if (isClutter(fileName)) continue;
      const below = joinPath(path, fileName);
      if (kind === 'file') found.push({ path: below, fileName, name: stem(fileName).normalize('NFC'), folders });
      else if (folders.length < DEEPEST) await walk(below, [...folders, fileName.normalize('NFC')]);
    }
  };
  await walk(root, []);
  const entries = await files.list(root);
  const topFolders = entries.filter(({ kind, name }) => kind === 'folder' && !isClutter(name)).map(({ name }) => name);
  return { root, files: found, topFolders };
}

import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, stem } from '../../core/files.ts';
import { canRead } from '../../formats/index.ts';
import { isClutter } from './clutter.ts';
import type { TreeFile } from './tree.ts';

/** Files that go with images and are none. */
const NOTES = /\.(txt|md|json|csv|tsv|xml|ya?ml|cfg|log|pdf|html?|raw|zraw|bvals?|bvecs?)$/i;

/** The image files of a folder. */
export interface ImageFiles {
  /** Paths by name without extension, sorted. */
  readonly byStem: ReadonlyMap<string, string>;
  /** Files and folders that are neither image nor note, and names that are taken twice. */
  readonly problems: readonly PatchclError[];
}

/** Names of the folders in a folder, clutter left out. */
export async function foldersIn(files: Files, path: string): Promise<string[]> {
  const entries = await files.list(path);
  return entries.filter(({ kind, name }) => kind === 'folder' && !isClutter(name)).map(({ name }) => name);
}

/** The image files of a folder; no file is read. */
export async function imageFiles(files: Files, folder: string): Promise<ImageFiles> {
  const entries = (await files.list(folder)).filter(({ name }) => !isClutter(name));
  const own = entries.filter(({ kind }) => kind === 'file');
  const folders = entries
    .filter(({ kind }) => kind === 'folder')
    .map(({ name }) => {
      const hint = 'Move its files one level up.';
      return problem(joinPath(folder, name), 'this is a folder, images were expected side by side', hint);
    });
  const found = byStem(
    own.map(({ name }) => ({ path: joinPath(folder, name), fileName: name, name: stem(name).normalize('NFC') })),
  );
  return { byStem: found.byStem, problems: [...folders, ...found.problems] };
}

/** The images among some files by name, and what is wrong with the others. */
export function byStem(files: readonly Pick<TreeFile, 'path' | 'fileName' | 'name'>[]): ImageFiles {
  const found = new Map<string, string>();
  const problems: PatchclError[] = [];
  for (const { path, fileName, name } of files) {
    if (NOTES.test(fileName)) continue;
    const other = found.get(name);
    if (!canRead(fileName)) {
      const hint = 'Convert it to .png, .nii or .nii.gz, or move it elsewhere.';
      problems.push(problem(path, 'this is not a kind of image that is read here', hint));
    } else if (other !== undefined) {
      const what = `this has the same name as ${other}, so their masks cannot be told apart`;
      problems.push(problem(path, what, 'Rename or remove one of the two.'));
    } else found.set(name, path);
  }
  return { byStem: found, problems };
}

const problem = (subject: string, what: string, hint: string) => new PatchclError('bad-data', what, { subject, hint });

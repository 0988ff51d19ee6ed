import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, stem } from '../../core/files.ts';
import { canRead } from '../../formats/index.ts';

/** What file managers and archive programs leave behind, `._scan.nii.gz` among it. */
const CLUTTER = /^(\..*|thumbs\.db|desktop\.ini|__MACOSX)$/i;

export const isClutter = (name: string) => CLUTTER.test(name);

/** Files that go with images and are none. */
const NOTES = /\.(txt|md|json|csv|tsv|xml|ya?ml|cfg|log|pdf|html?)$/i;

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

/** Lists the image files of a folder; no file is read. */
export async function imageFiles(files: Files, folder: string): Promise<ImageFiles> {
  const byStem = new Map<string, string>();
  const problems: PatchclError[] = [];
  const report = (subject: string, problem: string, hint: string) =>
    problems.push(new PatchclError('bad-data', problem, { subject, hint }));
  for (const { name, kind } of await files.list(folder)) {
    if (isClutter(name) || (kind === 'file' && NOTES.test(name))) continue;
    const path = joinPath(folder, name);
    const other = byStem.get(stem(name));
    if (kind === 'folder') {
      report(path, 'this is a folder, images were expected side by side', 'Move its files one level up.');
    } else if (!canRead(name)) {
      const hint = 'Convert it to .png, .nii or .nii.gz, or move it elsewhere.';
      report(path, 'this is not a kind of image that is read here', hint);
    } else if (other !== undefined) {
      const problem = `this has the same name as ${other}, so their masks cannot be told apart`;
      report(path, problem, 'Rename or remove one of the two.');
    } else byStem.set(stem(name), path);
  }
  return { byStem, problems };
}

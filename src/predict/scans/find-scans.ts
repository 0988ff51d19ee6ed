import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, joinPath, stem } from '../../core/files.ts';
import { canRead } from '../../formats/index.ts';
import { channelScans } from './channel-scans.ts';
import { fileScan } from './file-scan.ts';
import type { Scan, ScanFolder } from './scan.ts';

/** Finds the scans of one kind in a folder. A file belongs to the first finder that claims it. */
type ScanFinder = (files: Files, folder: ScanFolder) => Promise<readonly Scan[]>;

/** A kind of scan that is not simply a file is one more entry here. */
const FINDERS: readonly ScanFinder[] = [channelScans, fileScans];

/** Folders that hold segmentations: they are no scans, and prediction must not look at them. */
const MASK_FOLDERS: ReadonlySet<string> = new Set(['masks', 'labels', 'labelsTr', 'labelsTs']);

/** A file named like another one beside it with one of these added is the mask of that one. */
const MASK_SUFFIX = /_(gt|seg|mask|label)$/;

export interface FindScansOptions {
  /** Folders that are not searched, such as that of the masks to be written. */
  readonly except?: (folder: string) => boolean;
}

/**
 * The scans that files and folders hold, sorted by id; folders are searched to the bottom. Masks beside scans and in folders
 * named `masks`, `labels`, `labelsTr` or `labelsTs` are passed over, and so are hidden files.
 *
 * @throws PatchclError when an input does not exist or holds no scan
 */
export async function findScans(
  files: Files,
  inputs: readonly string[],
  options: FindScansOptions = {},
): Promise<readonly Scan[]> {
  const scans: Scan[] = [];
  for (const input of inputs) scans.push(...(await scansOf(files, input, options)));
  return scans.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

async function scansOf(files: Files, input: string, options: FindScansOptions): Promise<readonly Scan[]> {
  const kind = await files.kind(input);
  if (kind === 'file') return [fileScan(files, [input], stem(input))];
  if (kind === undefined) {
    throw new PatchclError('bad-file', 'there is no such file or folder', { subject: input, hint: 'Check the path.' });
  }
  const scans = await scansBelow(files, input, '', options);
  if (scans.length > 0) return scans;
  throw new PatchclError('bad-data', 'there is no scan in this folder', {
    subject: input,
    hint: 'Put .nii, .nii.gz, .h5 or .png files here.',
  });
}

async function scansBelow(files: Files, path: string, prefix: string, options: FindScansOptions): Promise<Scan[]> {
  const entries = (await files.list(path)).filter(({ name }) => !name.startsWith('.'));
  const names = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const scans = await scansIn(files, { path, prefix, names: withoutMasks(names) });
  for (const { name, kind } of entries) {
    const below = joinPath(path, name);
    if (kind === 'file' || MASK_FOLDERS.has(name) || options.except?.(below)) continue;
    scans.push(...(await scansBelow(files, below, `${prefix}${name}/`, options)));
  }
  return scans;
}

async function scansIn(files: Files, folder: ScanFolder): Promise<Scan[]> {
  const scans: Scan[] = [];
  let { names } = folder;
  for (const find of FINDERS) {
    const found = await find(files, { ...folder, names });
    const claimed = new Set(found.flatMap((scan) => scan.files.map(baseName)));
    names = names.filter((name) => !claimed.has(name));
    scans.push(...found);
  }
  return scans;
}

async function fileScans(files: Files, { path, prefix, names }: ScanFolder): Promise<readonly Scan[]> {
  return names.filter(canRead).map((name) => fileScan(files, [joinPath(path, name)], prefix + stem(name)));
}

function withoutMasks(names: readonly string[]): readonly string[] {
  const stems = new Set(names.map(stem));
  return names.filter((name) => !MASK_SUFFIX.test(stem(name)) || !stems.has(stem(name).replace(MASK_SUFFIX, '')));
}

import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, joinPath, stem } from '../../core/files.ts';
import { append } from '../../core/lists.ts';
import { commonFolder, dicomCandidates, isDicomName } from '../../data/layouts/dicom-files.ts';
import { masksAmong } from '../../data/layouts/pairing.ts';
import { isMaskFolder } from '../../data/layouts/roles.ts';
import { channelScans } from './channel-scans.ts';
import { type DicomStamp, dicomScans } from './dicom-scan.ts';
import { fileScan } from './file-scan.ts';
import { knownScans } from './known-scans.ts';
import type { Scan, ScanFolder } from './scan.ts';

/** Finds the scans of one kind in a folder. A file belongs to the first finder that claims it. */
type ScanFinder = (files: Files, folder: ScanFolder) => Promise<readonly Scan[]>;

/** Kinds of scans that lie in one folder; slices of a DICOM series may lie in several. */
const FINDERS: readonly ScanFinder[] = [channelScans, fileScans];

/** What prediction writes beside the mask of a scan. */
const PRODUCT_ENDING = /_(probabilities|probability_\d+|overlay)$/;

export interface FindScansOptions {
  /** Folders that are not searched, such as that of the masks to be written. */
  readonly except?: (folder: string) => boolean;
  /** What DICOM SEG masks say about their making; without it, masks of DICOM scans are NIfTI. */
  readonly stamp?: DicomStamp;
  /** Called for what is left out, with the reason. What is odd about a scan itself is in the `notes` of its volume. */
  readonly onNote?: (note: string) => void;
}

/**
 * The scans that files and folders hold, sorted by id; folders are searched to the bottom. DICOM files are put together to
 * series by what they hold. Passed over are masks beside scans and in folders that data sets keep masks in, unless such a
 * folder is an input itself; probabilities and overlays beside masks or scans; and hidden files. A scan that is given twice counts
 * once.
 *
 * @throws PatchclError when an input does not exist or holds no scan
 */
export async function findScans(
  files: Files,
  inputs: readonly string[],
  options: FindScansOptions = {},
): Promise<readonly Scan[]> {
  const single: string[] = [];
  const scans: Scan[] = [];
  const found = new Set<string>();
  /** What is given twice, by itself and with its folder perhaps, counts once. */
  const add = (more: readonly Scan[]) => {
    const others = more.filter((scan) => !scan.files.some((path) => found.has(files.absolute(path))));
    for (const scan of others) for (const path of scan.files) found.add(files.absolute(path));
    append(scans, others);
  };
  for (const [, input] of new Map(inputs.map((path) => [files.absolute(path), path]))) {
    if ((await kindOf(files, input)) === 'file') single.push(input);
    else add(await scansInFolder(files, input, options));
  }
  add(await scansOfFiles(files, single, options));
  return scans.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

async function kindOf(files: Files, input: string) {
  const kind = await files.kind(input);
  if (kind !== undefined) return kind;
  throw new PatchclError('bad-file', 'there is no such file or folder', { subject: input, hint: 'Check the path.' });
}

/** Slices of one DICOM series may be given file by file. */
async function scansOfFiles(files: Files, paths: readonly string[], options: FindScansOptions): Promise<Scan[]> {
  const candidates = paths.filter((path) => isDicomName(baseName(path)));
  const dicom = candidates.length === 0 ? [] : await dicomScans(files, candidates, commonFolder(candidates), options);
  const claimed = new Set(dicom.flatMap((scan) => scan.files));
  return [...dicom, ...paths.filter((path) => !claimed.has(path)).map((path) => fileScan(files, [path], stem(path)))];
}

async function scansInFolder(files: Files, input: string, options: FindScansOptions): Promise<readonly Scan[]> {
  const skip = (folder: string) => isMaskFolder(baseName(folder)) || options.except?.(folder) === true;
  const leftOut: string[] = [];
  const onNote = (note: string) => {
    leftOut.push(note);
    options.onNote?.(note);
  };
  const dicom = await dicomScans(files, await dicomCandidates(files, input, skip), input, { ...options, onNote });
  const known = await knownScans(files, input);
  const claimed = new Set([...known.notScans, ...known.scans.flatMap((scan) => scan.files)]);
  const others = await scansBelow(files, { path: input, prefix: '', skip, claimed });
  const scans = [...dicom, ...known.scans, ...others];
  if (scans.length > 0) return scans;
  const [note] = leftOut;
  throw new PatchclError('bad-data', 'there is no scan in this folder', {
    subject: input,
    hint: note === undefined ? 'Put NIfTI, NRRD, MetaImage, HDF5 or picture files or DICOM series here.' : `${note}.`,
  });
}

interface Search {
  readonly path: string;
  /** What ids begin with. */
  readonly prefix: string;
  readonly skip: (folder: string) => boolean;
  /** Files that are no scans, or scans already. */
  readonly claimed: ReadonlySet<string>;
}

/** All scans but those of DICOM and of several files in known layouts. */
async function scansBelow(files: Files, { path, prefix, skip, claimed }: Search): Promise<Scan[]> {
  const entries = (await files.list(path)).filter(({ name }) => !name.startsWith('.'));
  const names = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const stems = names.map(stem);
  const masks = masksAmong(stems);
  const isScan = (name: string) =>
    !isDicomName(name) && !masks.has(stem(name)) && !isProduct(stem(name), stems) && !claimed.has(joinPath(path, name));
  const scans = await scansIn(files, { path, prefix, names: names.filter(isScan) });
  for (const { name, kind } of entries) {
    const below = joinPath(path, name);
    if (kind !== 'folder' || skip(below)) continue;
    append(scans, await scansBelow(files, { path: below, prefix: `${prefix}${name}/`, skip, claimed }));
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
    append(scans, found);
  }
  return scans;
}

async function fileScans(files: Files, { path, prefix, names }: ScanFolder): Promise<readonly Scan[]> {
  return names.map((name) => fileScan(files, [joinPath(path, name)], prefix + stem(name)));
}

function isProduct(name: string, names: readonly string[]): boolean {
  return PRODUCT_ENDING.test(name) && names.includes(name.replace(PRODUCT_ENDING, ''));
}

import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, joinPath, stem } from '../../core/files.ts';
import { append } from '../../core/lists.ts';
import {
  canRead,
  type DicomStack,
  dicomStacks,
  type ImageHeader,
  isSecondaryCapture,
  readDicomHeader,
  type SegHeader,
} from '../../formats/index.ts';
import { mapConcurrently } from '../concurrency.ts';
import { isClutter } from './clutter.ts';

/** A volume in a folder of DICOM files. */
export interface FoundStack {
  readonly stack: DicomStack;
  /** Path below the folder that was searched, unique: of its folder, and in a folder of several also the name of its file or the number of its series. */
  readonly name: string;
  /** Its folder, or its file when it is one, for messages. */
  readonly path: string;
  /** By PatientID, else by study. */
  readonly patient: string;
}

export interface DicomFiles {
  readonly stacks: readonly FoundStack[];
  readonly segmentations: readonly SegHeader[];
  /** DICOM files whose headers cannot be read. */
  readonly problems: readonly PatchclError[];
  /** Which files are left out because they are no scans: sentences without the final stop. */
  readonly notes: readonly string[];
}

/** Whether a file is called as DICOM is. */
export const hasDicomEnding = (name: string) => /\.(dcm|dicom|ima)(\.gz)?$/i.test(name);

/** Whether a file may be DICOM, which often has no extension; files of other known formats need not be opened. */
export const isDicomName = (name: string) => hasDicomEnding(name) || !canRead(name);

/**
 * Sorts DICOM files into volumes and segmentations, whatever their names. Only the start of each file is read; files that are
 * not DICOM are passed over. What is no scan is left out with a note: overview pictures, screenshots and report pages,
 * radiotherapy objects, reports.
 *
 * @param paths as `dicomCandidates` gives them
 * @param root the folder they were found in
 */
export async function listDicom(files: Files, paths: readonly string[], root: string): Promise<DicomFiles> {
  const headers = await mapConcurrently(paths, 8, async (path) => {
    try {
      return await readDicomHeader((length) => files.readStart(path, length), path);
    } catch (error) {
      if (!(error instanceof PatchclError)) throw error;
      return { kind: 'broken', error } as const;
    }
  });
  const problems = headers.flatMap((header) => (header.kind === 'broken' ? [header.error] : []));
  const images = headers.flatMap((header) => (header.kind === 'image' ? [header.image] : []));
  const segmentations = headers.flatMap((header) => (header.kind === 'segmentation' ? [header.segmentation] : []));
  const others = headers.flatMap((header, i) =>
    header.kind === 'other' && header.what !== undefined ? [{ path: paths[i] as string, what: header.what }] : [],
  );
  const { scans, leftOut } = scansAmong(images);
  return {
    stacks: nameStacks(dicomStacks(scans), root),
    segmentations,
    problems,
    notes: leftOutNotes([...others, ...leftOut]),
  };
}

interface LeftOut {
  readonly path: string;
  readonly what: string;
}

/** Screenshots and converted pictures are scans only where there is nothing else, as in sets that were converted to DICOM. */
function scansAmong(images: readonly ImageHeader[]): { scans: ImageHeader[]; leftOut: LeftOut[] } {
  const isScan = ({ noScan, sopClass }: ImageHeader) => noScan === undefined && !isSecondaryCapture(sopClass);
  const hasScans = images.some(isScan);
  const scans = images.filter((image) => (hasScans ? isScan(image) : image.noScan === undefined));
  const kept = new Set(scans);
  const leftOut = images.flatMap((image): LeftOut[] => {
    if (kept.has(image)) return [];
    return [{ path: image.name, what: image.noScan ?? 'a secondary capture (a screenshot or report page)' }];
  });
  return { scans, leftOut };
}

/** A sentence for each kind of what is left out. */
function leftOutNotes(leftOut: readonly LeftOut[]): string[] {
  const byKind = new Map<string, string[]>();
  for (const { path, what } of leftOut) {
    const paths = byKind.get(what);
    if (paths === undefined) byKind.set(what, [path]);
    else paths.push(path);
  }
  return [...byKind].map(([what, paths]) => {
    const more =
      paths.length === 1 ? '' : `, as ${paths.length === 2 ? 'is' : 'are'} ${paths.length - 1} more of its kind`;
    return `${paths[0]}: it is ${what} and is left out${more}`;
  });
}

/**
 * The files in a folder and all folders in it that may be DICOM.
 *
 * @param skip folders that are not searched
 */
export async function dicomCandidates(
  files: Files,
  folder: string,
  skip: (folder: string) => boolean = () => false,
): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await files.list(folder)) {
    const path = joinPath(folder, name);
    if (isClutter(name)) continue;
    if (kind === 'folder') {
      if (!skip(path)) append(paths, await dicomCandidates(files, path, skip));
    } else if (isDicomName(name)) paths.push(path);
  }
  return paths;
}

function nameStacks(stacks: readonly DicomStack[], root: string): FoundStack[] {
  const folders = stacks.map((stack) => commonFolder(stack.slices.map(({ image }) => image.name)));
  const taken = new Set<string>();
  return stacks.map((stack, i) => {
    const folder = folders[i] as string;
    const below = folder.slice(root.length).replace(/^\/+/, '');
    const isAlone = folders.filter((other) => other === folder || other.startsWith(`${folder}/`)).length === 1;
    const image = stack.slices[0]?.image as ImageHeader;
    const isOneFile = stack.slices.every((slice) => slice.image.name === image.name);
    const own = isOneFile ? stem(image.name) : `series${image.seriesNumber ?? 0}`;
    const wanted = isAlone && below !== '' ? below : [below, own].filter((part) => part !== '').join('/');
    const name = unique(wanted, taken);
    const patient = image.patient ?? (image.study || name);
    return { stack, name, path: isOneFile ? image.name : folder, patient };
  });
}

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let k = 2; taken.has(name); k++) name = `${wanted}_${k}`;
  taken.add(name);
  return name;
}

/** The deepest folder that all of some files lie in. */
export function commonFolder(paths: readonly string[]): string {
  const folderOf = (path: string) => path.slice(0, Math.max(0, path.length - baseName(path).length - 1));
  return paths.map(folderOf).reduce((common, folder) => {
    let shared = common;
    while (shared !== '' && folder !== shared && !folder.startsWith(`${shared}/`)) shared = folderOf(shared);
    return shared;
  });
}

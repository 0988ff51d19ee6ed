import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import type { Case } from '../../data/dataset.ts';
import { dicomCandidates, type FoundStack, listDicom } from '../../data/layouts/dicom-files.ts';
import { turned } from '../../data/layouts/studio.ts';
import { isOnImage, readCase } from '../../data/read-case.ts';
import type { StudioSettings } from '../../data/studio-labels/settings.ts';
import {
  isVolumeFile,
  normaliseBinaryLabels,
  readDicomHeader,
  readLabels,
  readSegOn,
  uidOfUuid,
  writeNifti,
  writeNrrd,
} from '../../formats/index.ts';
import { restoreOrientation } from '../../imaging/orientation.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import { MASK_FORMATS, type MaskFormat, type Scan } from '../../predict/scans/scan.ts';
import type { MaskFileKind, SeriesName } from './protocol.ts';

/** A case whose mask comes or goes. */
export interface MaskPlace {
  readonly files: Files;
  readonly settings: StudioSettings;
  readonly item: Case;
  /** Of patchcl, for DICOM SEG. */
  readonly version: string;
}

/**
 * Reads a mask of another program onto the voxels of a case, in the studio's orientation.
 *
 * @param options.foreign values need not be classes, and the mask must lie on the scan; `.bin` is bare voxels as the scan is
 *   stored, `.dcm` a DICOM SEG whose values are the numbers of its segments
 * @throws PatchclError naming what does not fit
 */
export async function importMask(
  place: MaskPlace,
  bytes: Uint8Array,
  name: string,
  { foreign = false }: { readonly foreign?: boolean } = {},
): Promise<{ labels: LabelVolume; foreground: number[] }> {
  const { item, settings } = place;
  const image = await item.image();
  const read = async () => {
    if (foreign) return readForeign(place, bytes, image, name);
    return (await readSeg(place, bytes, name)) ?? normaliseBinaryLabels(await readLabels(bytes, name));
  };
  const drawn: Case = { ...item, image: async () => image, label: read, labelPath: name };
  const { label } = await readCase(drawn, foreign ? MOST_VALUES : settings.classes.length);
  const labels = turned(label as LabelVolume, settings.orientation);
  const [depth, height, width] = labels.shape;
  const foreground: number[] = [];
  for (let z = 0; z < depth; z++) {
    if (labels.data.subarray(z * height * width, (z + 1) * height * width).some((value) => value > 0))
      foreground.push(z);
  }
  return { labels, foreground };
}

/** A DICOM SEG of a DICOM series, whose frames may be few: placed slice by slice. Segments are classes by name, else by number. */
async function readSeg(place: MaskPlace, bytes: Uint8Array, name: string): Promise<LabelVolume | undefined> {
  const header = await readDicomHeader(async (length) => bytes.subarray(0, length), name).catch((error: unknown) => {
    if (error instanceof PatchclError) return undefined;
    throw error;
  });
  if (header?.kind !== 'segmentation') return undefined;
  const found = await stackOf(place);
  if (found === undefined) return undefined;
  const names = place.settings.classes.map((text) => text.toLowerCase());
  const classOf = new Map(
    header.segmentation.segments.map(({ number, label }) => {
      const named = names.indexOf(label.toLowerCase());
      return [number, named > 0 ? named : number] as const;
    }),
  );
  return readSegOn(found.stack, bytes, name, (segment) => classOf.get(segment) ?? segment);
}

async function readForeign(place: MaskPlace, bytes: Uint8Array, image: Volume, name: string): Promise<LabelVolume> {
  if (name.endsWith('.bin')) return bareVoxels(bytes, image, name);
  if (name.endsWith('.dcm')) return readNumberedSeg(place, bytes, name);
  const found = await readLabels(bytes, name);
  checkPlace(found, image, name);
  return found;
}

/** A DICOM SEG whose segments keep their numbers. @throws PatchclError for other objects, and for a scan that is no DICOM series */
async function readNumberedSeg(place: MaskPlace, bytes: Uint8Array, name: string): Promise<LabelVolume> {
  const header = await readDicomHeader(async (length) => bytes.subarray(0, length), name);
  if (header.kind !== 'segmentation') {
    throw new PatchclError('bad-file', 'this is a DICOM object, but no segmentation', { subject: name });
  }
  const found = await stackOf(place);
  if (found !== undefined) return readSegOn(found.stack, bytes, name, (segment) => segment);
  const hint = 'Send NIfTI or NRRD.';
  throw new PatchclError('bad-data', 'a DICOM SEG lies on a DICOM series, which this scan is not', {
    subject: name,
    hint,
  });
}

/** Values that a byte holds. */
const MOST_VALUES = 256;

/** A mask of the same size that lies elsewhere is that of another scan. @throws PatchclError `bad-data` */
function checkPlace(mask: LabelVolume, image: Volume, subject: string): void {
  if (isOnImage(mask, image) !== false) return;
  const hint = 'Save it in the geometry of the scan.';
  throw new PatchclError('bad-data', 'this mask does not lie on the scan', { subject, hint });
}

/** Voxels without a header, the first axis of the stored scan fastest: a byte each, or two with the low one first. */
function bareVoxels(bytes: Uint8Array, { shape, geometry }: Volume, subject: string): LabelVolume {
  const [, depth, height, width] = shape;
  const count = depth * height * width;
  const common = { shape: [depth, height, width], geometry } as const;
  if (bytes.length === count) return { data: bytes, ...common };
  if (bytes.length === 2 * count) {
    const wide = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const values = Uint16Array.from({ length: count }, (_, i) => wide.getUint16(2 * i, true));
    const data = Uint8Array.from(values);
    if (values.every((value, i) => value === data[i])) return { data, ...common };
    throw new PatchclError('bad-data', 'it has label values above 255', { subject });
  }
  const problem = `${count} voxels of one or two bytes were expected, ${bytes.length} bytes came`;
  throw new PatchclError('bad-data', problem, { subject });
}

/** @param voxels uint8 in the studio's orientation. @returns a file that lies on the scan as it is stored */
export async function layMask(
  { item, settings }: MaskPlace,
  voxels: Uint8Array,
  kind: MaskFileKind,
): Promise<Uint8Array> {
  const image = await item.image();
  const { shape, geometry } = turned(image, settings.orientation);
  const labels: LabelVolume = { data: voxels, shape: [shape[1], shape[2], shape[3]], geometry };
  return maskFile(settings.orientation === undefined ? labels : restoreOrientation(labels, image.geometry), kind);
}

export function maskFile(labels: LabelVolume, { extension, gzip }: MaskFileKind): Uint8Array {
  return extension === '.nrrd' ? writeNrrd(labels, { gzip }) : writeNifti(labels, { gzip: extension === '.nii.gz' });
}

/** What the DICOM series among the cases are called, by their ids. */
export async function seriesOfCases(
  files: Files,
  settings: StudioSettings,
  cases: readonly Case[],
): Promise<Record<string, SeriesName>> {
  const named: Record<string, SeriesName> = {};
  const listed = new Map<string, Promise<readonly FoundStack[]>>();
  for (const item of cases) {
    if (isVolumeFile(item.imagePath ?? '')) continue;
    const root = rootOf({ settings, item });
    const stacks = listed.get(root) ?? stacksIn(files, root);
    listed.set(root, stacks);
    const image = stackNamed(await stacks, item)?.stack.slices[0]?.image;
    if (image !== undefined) named[item.id] = { study: image.study, series: image.series };
  }
  return named;
}

/** The folder a case was found in. */
function rootOf({ settings, item }: Pick<MaskPlace, 'settings' | 'item'>): string {
  const { uploads } = settings;
  const isUploaded = uploads !== undefined && item.imagePath?.startsWith(`${uploads}/`) === true;
  if (!isUploaded) return settings.data;
  const [group] = (item.imagePath as string).slice(uploads.length + 1).split('/');
  return joinPath(uploads, group as string);
}

async function stackOf(place: MaskPlace): Promise<FoundStack | undefined> {
  return stackNamed(await stacksIn(place.files, rootOf(place)), place.item);
}

async function stacksIn(files: Files, root: string): Promise<readonly FoundStack[]> {
  if ((await files.kind(root)) !== 'folder') return [];
  return (await listDicom(files, await dicomCandidates(files, root), root)).stacks;
}

/** Of names that end alike, the longest is the case's own. */
function stackNamed(stacks: readonly FoundStack[], item: Case): FoundStack | undefined {
  const named = stacks
    .filter(({ name }) => item.id.endsWith(name.replaceAll('/', '_')))
    .sort((a, b) => b.name.length - a.name.length);
  return named[0] ?? stacks.find(({ path }) => path === item.imagePath);
}

/** @param voxels uint8 in the studio's orientation. @param format default: that of the scan's own kind */
export async function exportMask(
  place: MaskPlace,
  voxels: Uint8Array,
  format: string | null,
): Promise<{ bytes: Uint8Array; name: string }> {
  const { item, settings } = place;
  const scan = await scanOf(place);
  const chosen = format ?? (Object.keys(scan.extensions)[0] as MaskFormat);
  const extension = scan.extensions[chosen as MaskFormat];
  if (extension === undefined) {
    const possible = MASK_FORMATS.filter((name) => scan.extensions[name] !== undefined).join(' or ');
    const problem = `it cannot have a mask in the format ${chosen}`;
    throw new PatchclError('bad-usage', problem, { subject: item.id, hint: `Choose ${possible}.` });
  }
  const image = await item.image();
  const { shape, geometry } = turned(image, settings.orientation);
  const labels: LabelVolume = { data: voxels, shape: [shape[1], shape[2], shape[3]], geometry };
  const loaded = await scan.read(image.shape[0]);
  const stored = settings.orientation === undefined ? labels : restoreOrientation(labels, image.geometry);
  const bytes = await loaded.encodeMask(stored, chosen as MaskFormat, settings.classes);
  return { bytes, name: `${item.id}_mask${extension}` };
}

/** The case as something that masks are written for. */
async function scanOf(place: MaskPlace): Promise<Scan> {
  const { files, item, version } = place;
  const stamp = { uid: () => uidOfUuid(crypto.randomUUID()), now: () => new Date(), version };
  const path = item.imagePath as string;
  const isDicom = (await stackOf(place)) !== undefined;
  const scans = await findScans(files, [isDicom ? rootOf(place) : path], { stamp });
  const own =
    scans.find(({ id }) => item.id.endsWith(id.replaceAll('/', '_'))) ?? scans.find((scan) => scan.path === path);
  if (own !== undefined) return own;
  throw new PatchclError('bad-file', 'its file is gone', {
    subject: path,
    hint: 'Put it back, or leave the case out.',
  });
}

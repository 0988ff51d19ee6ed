import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import type { Case } from '../../data/dataset.ts';
import { dicomCandidates, type FoundStack, listDicom } from '../../data/layouts/dicom-files.ts';
import { turned } from '../../data/layouts/studio.ts';
import { readCase } from '../../data/read-case.ts';
import type { StudioSettings } from '../../data/studio-labels/settings.ts';
import { normaliseBinaryLabels, readDicomHeader, readLabels, readSegOn, uidOfUuid } from '../../formats/index.ts';
import { restoreOrientation } from '../../imaging/orientation.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import { MASK_FORMATS, type MaskFormat, type Scan } from '../../predict/scans/scan.ts';

/** A case whose mask comes or goes. */
export interface MaskPlace {
  readonly files: Files;
  readonly settings: StudioSettings;
  readonly item: Case;
  /** Of patchcl, for DICOM SEG. */
  readonly version: string;
}

/** Reads a mask of another program onto the voxels of a case, in the studio's orientation. @throws PatchclError naming what does not fit */
export async function importMask(
  place: MaskPlace,
  bytes: Uint8Array,
  name: string,
): Promise<{ labels: LabelVolume; foreground: number[] }> {
  const { item, settings } = place;
  const read = async () => (await readSeg(place, bytes, name)) ?? normaliseBinaryLabels(await readLabels(bytes, name));
  const drawn: Case = { ...item, label: read, labelPath: name };
  const { label } = await readCase(drawn, settings.classes.length);
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

/** The folder a case was found in. */
function rootOf({ settings, item }: MaskPlace): string {
  const { uploads } = settings;
  const isUploaded = uploads !== undefined && item.imagePath?.startsWith(`${uploads}/`) === true;
  if (!isUploaded) return settings.data;
  const [group] = (item.imagePath as string).slice(uploads.length + 1).split('/');
  return joinPath(uploads, group as string);
}

async function stackOf(place: MaskPlace): Promise<FoundStack | undefined> {
  const { files, item } = place;
  const root = rootOf(place);
  if ((await files.kind(root)) !== 'folder') return undefined;
  const { stacks } = await listDicom(files, await dicomCandidates(files, root), root);
  const named = stacks.find(({ name }) => item.id.endsWith(name.replaceAll('/', '_')));
  return named ?? stacks.find(({ path }) => path === item.imagePath);
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

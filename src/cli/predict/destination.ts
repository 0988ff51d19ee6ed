import { createHash } from 'node:crypto';
import { isArchive } from '../../core/archive-address.ts';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { isStored, type StoredObject, storeInstance } from '../../dicomweb/store.ts';
import { cachePlace } from '../../node/archive/cache-place.ts';
import { newView } from '../../node/archive/data-view.ts';
import { openArchive } from '../../node/archive/open-archive.ts';
import { derivedUid } from '../../node/derived-uid.ts';
import { MASK_FORMATS, type MaskFormat, type Scan } from '../../predict/scans/scan.ts';
import type { SegmenterOptions } from '../../predict/segmenter.ts';

/** Where masks go. */
export interface Destination {
  /** What it is called. */
  readonly name: string;
  /** The folder that they are written to first. */
  readonly folder: string;
  readonly isArchive: boolean;
  /** What the UIDs of a scan's mask are made of; undefined where each is to be a new one. */
  seedOf(scan: Scan): string | undefined;
  /** Whether the mask of a scan is there and not to be made again. @throws PatchclError when an archive cannot be asked */
  has(scan: Scan, mask: string): Promise<boolean>;
  /** Takes a mask that was written to the folder. @throws PatchclError when an archive does not take it */
  deliver(scan: Scan, mask: string): Promise<void>;
}

/** A folder. */
export function folderDestination(files: Files, folder: string, skipExisting: boolean): Destination {
  return {
    name: folder,
    folder,
    isArchive: false,
    seedOf: () => undefined,
    has: async (_, mask) => skipExisting && (await files.kind(mask)) === 'file',
    deliver: async () => undefined,
  };
}

export interface ArchiveDestinationOptions extends SegmenterOptions {
  readonly format?: MaskFormat;
  /** Another archive of the same command. */
  readonly from?: string;
}

/**
 * An archive. The UIDs of a mask are made of the model, its settings and the images, so that it is known again: whatever breaks off,
 * the same command sends what is missing, and nothing twice. Nothing that is there is replaced.
 *
 * @param model bytes of the model
 * @throws PatchclError for an address or credentials that do not fit
 */
export function archiveDestination(
  files: Files,
  address: string,
  model: Uint8Array,
  { format, from, flips, keepLargest }: ArchiveDestinationOptions,
): Destination {
  refuseFormat(format);
  const { client } = openArchive(address, from !== undefined && isArchive(from) ? [from] : []);
  const settings = JSON.stringify({ flips, keepLargest, format: format ?? 'dicom-seg' });
  const made = createHash('sha256').update(model).update(settings).digest('hex');
  const seedOf = (scan: Scan) => `${made}\n${imagesOf(scan).join('\n')}`;
  return {
    name: client.base,
    folder: newView(cachePlace().folder),
    isArchive: true,
    seedOf,
    has: (scan) => isStored(client, objectOf(scan, seedOf(scan))),
    async deliver(scan, mask) {
      await storeInstance(client, objectOf(scan, seedOf(scan)), await files.read(mask));
      await files.remove(mask);
    },
  };
}

/** The images of a scan and their frames, in the order of its slices. @throws PatchclError `bad-usage` for a scan that is none of DICOM */
function imagesOf({ recipe, path }: Scan): string[] {
  if (recipe.kind === 'dicom') {
    return recipe.found.stack.slices.map(({ image, frame }) => `${image.sopInstance} ${frame.index}`);
  }
  const hint = 'Write its mask to a folder, with --out.';
  throw new PatchclError('bad-usage', 'only masks of DICOM series can be sent to an archive', { subject: path, hint });
}

function objectOf({ recipe, path }: Scan, seed: string): StoredObject {
  const study = recipe.kind === 'dicom' ? (recipe.found.stack.slices[0]?.image.study ?? '') : '';
  if (study !== '') return { study, series: derivedUid(seed, 'series'), instance: derivedUid(seed, 'instance') };
  const hint = 'Write its mask to a folder, with --out.';
  throw new PatchclError('bad-data', 'the series does not say which study it is of', { subject: path, hint });
}

function refuseFormat(format: MaskFormat | undefined): void {
  const possible: readonly MaskFormat[] = MASK_FORMATS.filter((name) => /^dicom-|^rtstruct$/.test(name));
  if (format === undefined || possible.includes(format)) return;
  const hint = `Choose --format ${possible.join(' or ')}.`;
  throw new PatchclError('bad-usage', `an archive takes no mask in the format ${format}`, { hint });
}

import { PatchclError } from '../core/errors.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Codec, Format, LabelOptions, ReadOptions } from './codec.ts';
import { FORMATS } from './formats.ts';

/**
 * Reads a scan of any known format. The format follows from the first bytes; the name's extension decides when they tell
 * nothing.
 *
 * @param name the file's name or path, also used in error messages.
 * @returns [channels, depth, height, width]; a picture has depth 1.
 * @throws PatchclError `unsupported` for an unknown format, `bad-file` for a damaged file, `bad-usage` for a frame that the
 *   file does not have.
 */
export async function readVolume(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<Volume> {
  return (await codecOf(bytes, name)).readVolume(bytes, name, options);
}

/**
 * Reads a segmentation of any known format, values as stored.
 *
 * @returns [depth, height, width].
 * @throws PatchclError as `readVolume`, and `bad-file` when values are not integers 0 to 255.
 */
export async function readLabels(bytes: Uint8Array, name: string, options: LabelOptions = {}): Promise<LabelVolume> {
  return (await codecOf(bytes, name)).readLabels(bytes, name, options);
}

/** Whether a file of this name is one that `readVolume` reads, judged by its extension. */
export function canRead(name: string): boolean {
  return formatOfName(name) !== undefined;
}

/** Whether a file of this name is in a format for 3D scans, rather than a picture such as a PNG. */
export function isVolumeFile(name: string): boolean {
  return formatOfName(name)?.isVolume ?? false;
}

async function codecOf(bytes: Uint8Array, name: string): Promise<Codec> {
  if (bytes.length === 0) {
    throw new PatchclError('bad-file', 'the file is empty', { subject: name, hint: 'Copy it again from its source.' });
  }
  const format = FORMATS.find(({ matches }) => matches(bytes)) ?? formatOfName(name);
  if (format === undefined) {
    throw new PatchclError('unsupported', 'this file format is not known', {
      subject: name,
      hint: `Known are ${FORMATS.map(({ name, extensions }) => `${name} (${extensions.join(', ')})`).join(', ')}.`,
    });
  }
  return format.load();
}

function formatOfName(name: string): Format | undefined {
  const lower = name.toLowerCase();
  return FORMATS.find(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
}

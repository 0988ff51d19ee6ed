import { PatchclError } from '../core/errors.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Codec, Format, LabelOptions, ReadOptions } from './codec.ts';
import { FORMATS } from './formats.ts';
import { inflateAll, inflateHead, isGzip } from './gzip.ts';

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
  const { codec, content, notes } = await open(bytes, name);
  return withNotes(await codec.readVolume(content, name, options), notes);
}

/**
 * Reads a segmentation of any known format, values as stored.
 *
 * @returns [depth, height, width].
 * @throws PatchclError as `readVolume`, and `bad-file` when values are not integers 0 to 255.
 */
export async function readLabels(bytes: Uint8Array, name: string, options: LabelOptions = {}): Promise<LabelVolume> {
  const { codec, content, notes } = await open(bytes, name);
  return withNotes(await codec.readLabels(content, name, options), notes);
}

/** Whether a file of this name is one that `readVolume` reads, judged by its extension. */
export function canRead(name: string): boolean {
  return formatOfName(name) !== undefined;
}

/** Whether a file of this name is in a format for 3D scans, rather than a picture such as a PNG. */
export function isVolumeFile(name: string): boolean {
  return formatOfName(name)?.isVolume ?? false;
}

/** How to read a file, whether it is compressed as a whole or not. */
interface Opened {
  readonly codec: Codec;
  readonly content: Uint8Array;
  readonly notes: readonly string[];
}

/** NIfTI files expand themselves, as far as they are needed. */
const SIGNATURE_BYTES = 1024;

async function open(bytes: Uint8Array, name: string): Promise<Opened> {
  if (!isGzip(bytes)) return { codec: await codecOf(bytes, name), content: bytes, notes: [] };
  const head = inflateHead(bytes, name, SIGNATURE_BYTES);
  const format = formatOfContent(head);
  if (format === undefined || format.name === 'NIfTI') return { codec: await niftiCodec(), content: bytes, notes: [] };
  const { bytes: content, notes } = await inflateAll(bytes, name);
  return { codec: await format.load(), content, notes };
}

const niftiCodec = () => (FORMATS.find(({ name }) => name === 'NIfTI') as Format).load();

function withNotes<T extends Volume | LabelVolume>(volume: T, notes: readonly string[]): T {
  return notes.length === 0 ? volume : { ...volume, notes: [...notes, ...(volume.notes ?? [])] };
}

function formatOfContent(bytes: Uint8Array): Format | undefined {
  return FORMATS.find(({ matches }) => matches(bytes));
}

async function codecOf(bytes: Uint8Array, name: string): Promise<Codec> {
  if (bytes.length === 0) {
    throw new PatchclError('bad-file', 'the file is empty', { subject: name, hint: 'Copy it again from its source.' });
  }
  const format = formatOfContent(bytes) ?? formatOfName(name);
  if (format === undefined) {
    throw new PatchclError('unsupported', 'this file format is not known', {
      subject: name,
      hint: `Known are ${FORMATS.map(({ name: known, extensions }) => `${known} (${extensions.join(', ')})`).join(', ')}.`,
    });
  }
  return format.load();
}

function formatOfName(name: string): Format | undefined {
  const lower = name.toLowerCase();
  return FORMATS.find(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
}

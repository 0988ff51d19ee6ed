import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { readLabels, readVolume } from '../../formats/index.ts';
import { notesOf } from '../notes.ts';
import { type GridFacts, gridFacts, type ImageFacts, imageFacts, labelCounts } from './facts.ts';

/** What one file is; plain data. */
export interface FileFacts {
  readonly path: string;
  readonly grid: GridFacts;
  /** Absent of a file that is a segmentation only. */
  readonly image?: ImageFacts;
  /** Voxels by label value, where there are so few values that this may be a segmentation. */
  readonly labels?: readonly number[];
  /** What a person should know about how it was read. */
  readonly notes?: readonly string[];
}

/** Files with more values are scans. */
const MOST_VALUES = 32;

/**
 * Reads one file of any known format, as a scan (all volumes of a 4-D file as channels) and as a segmentation.
 *
 * @throws PatchclError naming the file when it can be read as neither
 */
export async function inspectFile(files: Files, path: string): Promise<FileFacts> {
  const bytes = await files.read(path);
  const image = await orError(readVolume(bytes, path, { frame: 'all' }));
  const labels = await orError(readLabels(bytes, path));
  const read = image instanceof PatchclError ? labels : image;
  if (read instanceof PatchclError) throw image;
  const counts = labels instanceof PatchclError ? [] : labelCounts(labels);
  const isMask = counts.length > 0 && counts.filter((count) => count > 0).length <= MOST_VALUES;
  const maskNotes = labels instanceof PatchclError || !isMask ? [] : notesOf(labels);
  const notes = new Set([...(image instanceof PatchclError ? [] : notesOf(image)), ...maskNotes]);
  return {
    path,
    grid: gridFacts(read),
    ...(image instanceof PatchclError ? {} : { image: imageFacts(image) }),
    ...(isMask ? { labels: counts } : {}),
    ...(notes.size === 0 ? {} : { notes: [...notes] }),
  };
}

async function orError<T>(reading: Promise<T>): Promise<T | PatchclError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PatchclError) return error;
    throw error;
  }
}

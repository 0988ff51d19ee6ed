import { PatchclError } from '../../core/errors.ts';
import { besideOf, type Files } from '../../core/files.ts';
import { readLabels, readVolume } from '../../formats/index.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
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
  const scan = await orError(scanOf(files, bytes, path));
  const labels = await orError(readLabels(bytes, path, { readBeside: besideOf(files, path) }));
  const isScan = !(scan instanceof PatchclError);
  const isLabels = !(labels instanceof PatchclError);
  if (!isScan && !isLabels) throw scan;
  const counts = isLabels ? labelCounts(labels) : [];
  const isMask = counts.length > 0 && counts.filter((count) => count > 0).length <= MOST_VALUES;
  const maskNotes = isLabels && isMask ? notesOf(labels) : [];
  const notes = new Set([...(isScan ? scan.notes : []), ...maskNotes]);
  return {
    path,
    grid: isScan ? scan.grid : gridFacts(labels as LabelVolume),
    ...(isScan ? { image: scan.image } : {}),
    ...(isMask ? { labels: counts } : {}),
    ...(notes.size === 0 ? {} : { notes: [...notes] }),
  };
}

/** The voxels are given up before those of a mask are read. */
async function scanOf(files: Files, bytes: Uint8Array, path: string) {
  const volume = await readVolume(bytes, path, { frame: 'all', readBeside: besideOf(files, path) });
  return { grid: gridFacts(volume), image: imageFacts(volume), notes: notesOf(volume) };
}

async function orError<T>(reading: Promise<T>): Promise<T | PatchclError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PatchclError) return error;
    throw error;
  }
}

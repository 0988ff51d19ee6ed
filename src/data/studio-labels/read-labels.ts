import { type Files, joinPath, stem } from '../../core/files.ts';
import { decodeMask, readJournal, type Segment } from './journal.ts';
import { decodeSliceLabel, type SliceLabel } from './slice-label.ts';
import { LabelVersions, type SliceVersion } from './versions.ts';

/** The versions of all slices of a case: labels that lie as files of their own, as projects of before have them, and the journal. */
export async function readLabelVersions(
  files: Files,
  folder: string,
): Promise<{ readonly versions: LabelVersions; readonly segments: readonly Segment[] }> {
  const base: (readonly [number, SliceVersion])[] = [];
  for (const { name, kind } of await files.list(folder)) {
    if (kind !== 'file' || !/^\d+\.label$/.test(name)) continue;
    const file = joinPath(folder, name);
    const label = decodeSliceLabel(await files.read(file), file);
    base.push([Number(stem(name)), baseVersion(label, file)]);
  }
  const versions = new LabelVersions(base);
  const segments = await readJournal(files, folder);
  for (const { records } of segments) for (const record of records) versions.add(record);
  return { versions, segments };
}

function baseVersion({ kind, run, size, mask }: SliceLabel, file: string): SliceVersion {
  const isRefused = kind === 'rejected';
  return {
    version: 0,
    kind,
    ...(run !== undefined && { run }),
    size,
    ...(!isRefused && { mask: { file }, counts: countsOf(mask) }),
  };
}

/** Pixels by class value. */
export function countsOf(mask: Uint8Array): Record<string, number> {
  const pixels = new Uint32Array(256);
  for (const value of mask) pixels[value] = (pixels[value] as number) + 1;
  return Object.fromEntries([...pixels].flatMap((count, value) => (count === 0 ? [] : [[value, count] as const])));
}

/** A label of a slice as training learns from it. */
export interface CurrentLabel {
  readonly kind: SliceVersion['kind'];
  readonly size: readonly [height: number, width: number];
  readonly mask: Uint8Array;
}

/** The labels of a case as they are now, by slice; rejections and labels that were taken away left out. @throws PatchclError `bad-file` for a damaged one */
export async function readCurrentLabels(files: Files, folder: string): Promise<Map<number, CurrentLabel>> {
  const { versions } = await readLabelVersions(files, folder);
  const bytes = new Map<string, Uint8Array>();
  const labels = new Map<number, CurrentLabel>();
  for (const slice of versions.slices) {
    const { kind, size, mask } = versions.at(slice);
    if (mask === undefined || size === undefined) continue;
    const path = 'file' in mask ? mask.file : mask.path;
    const content = bytes.get(path) ?? (await files.read(path));
    bytes.set(path, content);
    const decoded =
      'file' in mask
        ? decodeSliceLabel(content, path).mask
        : decodeMask(content.subarray(mask.start, mask.start + mask.length), size[0] * size[1], path);
    labels.set(slice, { kind, size, mask: decoded });
  }
  return labels;
}

import { unzlibSync, zlibSync } from 'fflate';
import { z } from 'zod';
import { concatBytes } from '../../core/bytes.ts';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { SLICE_LABEL_KINDS } from './slice-label.ts';

/**
 * The labels of one case are a journal: what was ever done to them, one record an action, only ever added to. A record is a line
 * of JSON and behind it the masks of the slices that the action has changed, compressed with zlib, whose checksums tell
 * whether they are whole. A journal lies in segments, files of about a megabyte, so that adding to one never takes long. A
 * process that dies leaves the front of its last record at most; that is as if the action had not been, and the next
 * process begins another segment.
 */

/** What the label of a slice became. `none`: it was taken away, so that a mask which lay in the data set holds again. */
export const LABEL_KINDS = [...SLICE_LABEL_KINDS, 'none'] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];

const editSchema = z.strictObject({
  slice: z.int().min(0),
  /** The version that it replaces: the action that the slice was changed by before, 0 for none. */
  from: z.int().min(0),
  kind: z.enum(LABEL_KINDS),
  /** The run or model whose proposal it was. */
  run: z.string().exactOptional(),
  /** The earlier version whose label it is again, after undo and redo. */
  as: z.int().min(0).exactOptional(),
  /** [height, width] of the mask, where there is one. */
  size: z.tuple([z.int().min(1), z.int().min(1)]).exactOptional(),
  /** Length of the compressed mask. */
  bytes: z.int().min(1).exactOptional(),
  /** Pixels by class value, classes that are not there left out. */
  counts: z.record(z.string(), z.int()).exactOptional(),
});
export type SliceEdit = z.infer<typeof editSchema>;

const actionSchema = z.strictObject({
  version: z.literal(1),
  /** Counts the actions of a case from 1. It is the version of all slices that the action has changed. */
  id: z.int().min(1),
  /** What it was, as `brush` or `import`. */
  name: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Who did it, where a program has said so. */
  by: z.string().exactOptional(),
  /** The action that it takes back, or does again. */
  undoes: z.int().exactOptional(),
  redoes: z.int().exactOptional(),
  edits: z.array(editSchema).min(1),
});
export type LabelAction = Omit<z.infer<typeof actionSchema>, 'version'>;

/** A compressed mask within a file. */
export interface MaskPlace {
  readonly path: string;
  readonly start: number;
  readonly length: number;
}

/** An action as it lies on disk. */
export interface JournalRecord {
  readonly action: LabelAction;
  /** Of each edit; undefined for those without a mask of their own. */
  readonly places: readonly (MaskPlace | undefined)[];
}

/** Bytes after which another segment is begun. */
export const SEGMENT_BYTES = 2 ** 20;

const NEWLINE = 10;
const HEAD = /^\d+\.journal$/;

/** Folder of the journal of a case. @param labels folder of the labels of the case */
export function journalFolder(labels: string): string {
  return joinPath(labels, 'history');
}

export function segmentPath(labels: string, segment: number): string {
  return joinPath(journalFolder(labels), `${String(segment).padStart(6, '0')}.journal`);
}

/** A record without the masks' places: bytes to be added to a segment, and where in them each mask lies. */
export function encodeAction(
  action: LabelAction,
  masks: readonly (Uint8Array | undefined)[],
): { readonly bytes: Uint8Array; readonly starts: readonly number[]; readonly action: LabelAction } {
  const packed = masks.map((mask) => mask && zlibSync(mask, { level: 6 }));
  const edits = action.edits.map((edit, i) => ({ ...edit, ...(packed[i] && { bytes: packed[i].length }) }));
  const whole = { ...action, edits };
  const head = new TextEncoder().encode(`${JSON.stringify({ version: 1, ...whole })}\n`);
  let at = head.length;
  const starts = packed.map((mask) => {
    const start = at;
    at += mask?.length ?? 0;
    return start;
  });
  const parts = [head, ...packed.filter((mask) => mask !== undefined), new Uint8Array([NEWLINE])];
  return { bytes: concatBytes(parts), starts, action: whole };
}

/** @throws PatchclError `bad-file` when it is damaged. @param pixels that it must have */
export function decodeMask(packed: Uint8Array, pixels: number, path: string): Uint8Array {
  let cause: unknown;
  try {
    const mask = unzlibSync(packed, { out: new Uint8Array(pixels) });
    if (mask.length === pixels) return mask;
  } catch (error) {
    cause = error;
  }
  const hint = 'Take an earlier version of the slice, or label it anew.';
  throw new PatchclError('bad-file', 'the mask of a slice is damaged', { subject: path, hint, cause });
}

/** What is read of a segment. */
export interface Segment {
  readonly number: number;
  readonly records: readonly JournalRecord[];
  /** Bytes of whole records: what lies behind them was left by a process that died. */
  readonly end: number;
  readonly size: number;
}

/** The segments of a journal in their order; none where there is no journal. */
export async function readJournal(files: Files, labels: string): Promise<Segment[]> {
  const names = (await files.list(journalFolder(labels))).filter(
    ({ kind, name }) => kind === 'file' && HEAD.test(name),
  );
  const segments: Segment[] = [];
  for (const { name } of names) {
    const path = joinPath(journalFolder(labels), name);
    const bytes = await files.read(path);
    segments.push({ number: Number.parseInt(name, 10), ...readSegment(bytes, path), size: bytes.length });
  }
  return segments;
}

function readSegment(bytes: Uint8Array, path: string): { records: JournalRecord[]; end: number } {
  const records: JournalRecord[] = [];
  let end = 0;
  for (;;) {
    const found = readRecord(bytes, end, path);
    if (found === undefined) return { records, end };
    records.push(found.record);
    end = found.end;
  }
}

/** The record that begins at a byte; undefined where there is no whole one. */
function readRecord(bytes: Uint8Array, start: number, path: string) {
  const newline = bytes.indexOf(NEWLINE, start);
  if (newline < 0) return undefined;
  const parsed = actionSchema.safeParse(jsonOf(bytes.subarray(start, newline)));
  if (!parsed.success) return undefined;
  const { version: _version, ...action } = parsed.data;
  let at = newline + 1;
  const places = action.edits.map(({ bytes: length }): MaskPlace | undefined => {
    if (length === undefined) return undefined;
    const place = { path, start: at, length };
    at += length;
    return place;
  });
  return bytes[at] === NEWLINE ? { record: { action, places }, end: at + 1 } : undefined;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

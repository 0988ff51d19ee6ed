import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { concatBytes } from '../../core/bytes.ts';
import type { Files } from '../../core/files.ts';
import type { LogRow, RowLog } from './row.ts';
import { decodeRecords, encodeRecord } from './tfrecord.ts';

/** Field numbers of TensorFlow's `Event`, `Summary` and `Summary.Value` messages (event.proto, summary.proto). */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** TensorBoard reads every file in a run's folder whose name contains `tfevents`. */
export const EVENT_FILE_NAME = 'events.out.tfevents.patchcl';

/** The record that opens every event file. */
export function fileVersionRecord(wallSeconds: number): Uint8Array {
  const writer = new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(wallSeconds);
  return encodeRecord(writer.tag(EVENT.fileVersion, WireType.LengthDelimited).string('brain.Event:2').finish());
}

/** One row as an event with a scalar per value, rounded to single precision, in the order of the row's names. */
export function rowRecord(row: LogRow): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(EVENT.wallTime, WireType.Bit64).double(row.wallSeconds);
  writer.tag(EVENT.step, WireType.Varint).int64(row.step);
  writer.tag(EVENT.summary, WireType.LengthDelimited).fork();
  for (const [name, value] of Object.entries(row.values)) {
    writer.tag(SUMMARY.value, WireType.LengthDelimited).fork();
    writer.tag(VALUE.tag, WireType.LengthDelimited).string(name);
    writer.tag(VALUE.simpleValue, WireType.Bit32).float(Math.fround(value));
    writer.join();
  }
  return encodeRecord(writer.join().finish());
}

/** A whole event file. It depends on the rows alone, so a lost one can be made again from the CSV log. */
export function eventFile(rows: readonly LogRow[]): Uint8Array {
  const [first] = rows;
  return first === undefined
    ? new Uint8Array()
    : concatBytes([fileVersionRecord(first.wallSeconds), ...rows.map(rowRecord)]);
}

/**
 * The file as it was right after `step`: the events up to and including it, byte for byte. A damaged tail (a crash while
 * writing) is left out.
 */
export function truncateEvents(bytes: Uint8Array, step: number): Uint8Array {
  const kept: Uint8Array[] = [];
  let events = 0;
  let start = 0;
  for (const { payload, end } of decodeRecords(bytes)) {
    const eventStep = stepOf(payload);
    if (eventStep === undefined || eventStep <= step) kept.push(bytes.subarray(start, end));
    if (eventStep !== undefined && eventStep <= step) events++;
    start = end;
  }
  return events === 0 ? new Uint8Array() : concatBytes(kept);
}

/** The metrics of a run as a TensorBoard event file, on disk after every row. */
export class TensorBoardLog implements RowLog {
  readonly #files: Files;
  readonly #path: string;
  #empty: boolean;

  private constructor(files: Files, path: string, empty: boolean) {
    this.#files = files;
    this.#path = path;
    this.#empty = empty;
  }

  /** Starts an empty log, replacing one that is there. */
  static async start(files: Files, path: string): Promise<TensorBoardLog> {
    await files.write(path, new Uint8Array());
    return new TensorBoardLog(files, path, true);
  }

  /** Continues a log after a checkpoint of `step`: later events are dropped, as they will be written again. */
  static async resume(files: Files, path: string, step: number): Promise<TensorBoardLog> {
    if ((await files.kind(path)) === undefined) return TensorBoardLog.start(files, path);
    const kept = truncateEvents(await files.read(path), step);
    await files.write(path, kept);
    return new TensorBoardLog(files, path, kept.length === 0);
  }

  async append(row: LogRow): Promise<void> {
    const record = rowRecord(row);
    const content = this.#empty ? concatBytes([fileVersionRecord(row.wallSeconds), record]) : record;
    this.#empty = false;
    await this.#files.append(this.#path, content);
  }
}

/** The step of an event, or nothing for the record that holds the file version. */
function stepOf(payload: Uint8Array): number | undefined {
  const reader = new BinaryReader(payload);
  let step = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === EVENT.fileVersion) return undefined;
    if (field === EVENT.step) step = Number(reader.int64());
    else reader.skip(type);
  }
  return step;
}

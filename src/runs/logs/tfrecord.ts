import { maskedCrc32c } from './crc32c.ts';

/** Bytes around a record's payload: length (8), CRC of the length (4), CRC of the payload (4). */
const HEAD = 12;
const TAIL = 4;

/** Frames a payload as one TFRecord: uint64 length, masked CRC-32C of it, payload, masked CRC-32C; little-endian. */
export function encodeRecord(payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEAD + payload.length + TAIL);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(payload.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(payload, HEAD);
  view.setUint32(HEAD + payload.length, maskedCrc32c(payload), true);
  return record;
}

/** A record of a file: its payload, and the offset right after the record. */
export interface FramedRecord {
  readonly payload: Uint8Array;
  readonly end: number;
}

/** The records of a file in order, up to the first that is cut off or whose checksums do not fit. */
export function* decodeRecords(bytes: Uint8Array): Generator<FramedRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset + HEAD + TAIL <= bytes.length) {
    const length = Number(view.getBigUint64(offset, true));
    const end = offset + HEAD + length + TAIL;
    if (view.getUint32(offset + 8, true) !== maskedCrc32c(bytes.subarray(offset, offset + 8))) return;
    if (end > bytes.length) return;
    const payload = bytes.subarray(offset + HEAD, offset + HEAD + length);
    if (view.getUint32(end - TAIL, true) !== maskedCrc32c(payload)) return;
    yield { payload, end };
    offset = end;
  }
}

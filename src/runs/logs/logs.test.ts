import { describe, expect, it } from 'vitest';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { CsvLog, csvHeader, csvLine, parseCsv, truncateCsv } from './csv.ts';
import { learningCurve } from './learning-curve.ts';
import type { LogRow } from './row.ts';
import { eventFile, TensorBoardLog, truncateEvents } from './tensorboard.ts';
import { decodeRecords } from './tfrecord.ts';

const NAMES = ['loss/supervised', 'dice'];
const ROWS: readonly LogRow[] = [
  { step: 1, wallSeconds: 1_790_000_000.25, values: { 'loss/supervised': 0.1 + 0.2, dice: 0.5 } },
  { step: 2, wallSeconds: 1_790_000_001.5, values: { 'loss/supervised': Number.NaN } },
  { step: 2, wallSeconds: 1_790_000_002, values: { dice: Number.NEGATIVE_INFINITY } },
  { step: 300, wallSeconds: 1_790_000_003, values: { 'loss/supervised': 1e-12, dice: 0.75 } },
];

describe('the metrics table', () => {
  const text = csvHeader(NAMES) + ROWS.map((row) => csvLine(NAMES, row)).join('');

  it('reads back exactly what was written, absent values absent', () => {
    expect(parseCsv(text)).toEqual({ names: NAMES, rows: ROWS });
    expect(text.split('\n')[2]).toBe('2,1790000001.5,NaN,');
  });

  it('leaves out a line that a crash cut off', () => {
    expect(parseCsv(text.slice(0, -3)).rows).toEqual(ROWS.slice(0, 3));
  });

  it.each([
    [0, 0],
    [1, 1],
    [2, 3],
    [299, 3],
    [300, 4],
  ])('cut at step %i it keeps %i rows', (step, count) => {
    expect(parseCsv(truncateCsv(text, step)).rows).toEqual(ROWS.slice(0, count));
  });

  it('refuses values without a column, unfit names and foreign files', () => {
    expect(() => csvLine(NAMES, { step: 1, wallSeconds: 0, values: { lr: 1 } })).toThrow(
      /"lr" of step 1 has no column/,
    );
    expect(() => csvHeader(['a,b'])).toThrow(PatchclError);
    expect(() => csvHeader(['step'])).toThrow(/two logged values/);
    expect(() => parseCsv('a,b\n1,2\n', 'x.csv')).toThrow(/x\.csv: expected a log/);
    expect(() => parseCsv(`${csvHeader(['a'])}1,2\n`, 'x.csv')).toThrow(/x\.csv:2/);
  });

  it('refuses to resume a log with other columns', async () => {
    const files = memoryFiles();
    await CsvLog.start(files, 'metrics.csv', ['loss']);
    await expect(CsvLog.resume(files, 'metrics.csv', ['dice'], 5)).rejects.toThrow(/other columns/);
  });
});

describe('CRC-32C', () => {
  it.each([
    ['123456789', new TextEncoder().encode('123456789'), 0xe3069283],
    ['32 zeros (RFC 3720)', new Uint8Array(32), 0x8a9136aa],
    ['32 ones (RFC 3720)', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31 (RFC 3720)', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['nothing', new Uint8Array(), 0],
  ])('of %s', (_, bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc);
    expect(maskedCrc32c(bytes)).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  });
});

describe('the TensorBoard event file', () => {
  const bytes = eventFile(ROWS);

  it('opens with the bytes TensorBoard itself writes for its version', () => {
    // Length 24, its masked CRC as every TensorFlow event file shows it, then wall time and brain.Event:2.
    expect([...bytes.subarray(0, 12)]).toEqual([0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22]);
    expect(new TextDecoder().decode(bytes.subarray(23, 36))).toBe('brain.Event:2');
  });

  it('parses back field by field', () => {
    const events = [...decodeRecords(bytes)].map(({ payload }) => parseMessage(payload));
    expect(events[0]?.get(3)?.map(text)).toEqual(['brain.Event:2']);
    const rows = events.slice(1).map((event) => ({
      step: event.get(2)?.[0],
      wallSeconds: event.get(1)?.[0],
      values: parseMessage(event.get(5)?.[0] as Uint8Array)
        .get(1)
        ?.map((value) => {
          const fields = parseMessage(value as Uint8Array);
          return [text(fields.get(1)?.[0]), fields.get(2)?.[0]];
        }),
    }));
    const expected = ROWS.map(({ step, wallSeconds, values }) => ({
      step,
      wallSeconds,
      values: Object.entries(values).map(([name, value]) => [name, Math.fround(value)]),
    }));
    expect(rows).toEqual(expected);
  });

  it.each([0, 1, 2, 299, 300])('cut at step %i it is the file of those rows', (step) => {
    expect(truncateEvents(bytes, step)).toEqual(eventFile(ROWS.filter((row) => row.step <= step)));
  });

  it('drops a damaged tail', () => {
    const damaged = bytes.slice();
    damaged[damaged.length - 6] = 1 + (damaged[damaged.length - 6] as number);
    const kept = eventFile(ROWS.slice(0, 3));
    expect(truncateEvents(damaged, 1000)).toEqual(kept);
    expect(truncateEvents(bytes.subarray(0, bytes.length - 1), 1000)).toEqual(kept);
  });
});

describe('a run that was interrupted and resumed', () => {
  it.each([0, 1, 2])('from step %i leaves the files of an uninterrupted one', async (checkpoint) => {
    const whole = memoryFiles();
    await write(await CsvLog.start(whole, 'm.csv', NAMES), ROWS);
    await write(await TensorBoardLog.start(whole, 'events'), ROWS);

    const files = memoryFiles();
    await write(await CsvLog.start(files, 'm.csv', NAMES), ROWS.slice(0, 3));
    await write(await TensorBoardLog.start(files, 'events'), ROWS.slice(0, 3));
    await files.append('m.csv', '3,17900');
    await files.append('events', Uint8Array.of(30, 0, 0));
    const rest = ROWS.filter((row) => row.step > checkpoint);
    await write(await CsvLog.resume(files, 'm.csv', NAMES, checkpoint), rest);
    await write(await TensorBoardLog.resume(files, 'events', checkpoint), rest);

    expect(await files.read('m.csv')).toEqual(await whole.read('m.csv'));
    expect(await files.read('events')).toEqual(await whole.read('events'));
    expect(await files.read('events')).toEqual(eventFile(ROWS));
  });

  it('starts a log that is not there yet', async () => {
    const files = memoryFiles();
    await write(await CsvLog.resume(files, 'm.csv', NAMES, 7), ROWS.slice(3));
    await write(await TensorBoardLog.resume(files, 'events', 7), ROWS.slice(3));
    expect(parseCsv(new TextDecoder().decode(await files.read('m.csv'))).rows).toEqual(ROWS.slice(3));
    expect(await files.read('events')).toEqual(eventFile(ROWS.slice(3)));
  });
});

async function write(log: CsvLog | TensorBoardLog, rows: readonly LogRow[]): Promise<void> {
  for (const row of rows) await log.append(row);
}

/** Reads a protobuf message without any library: values by field number, numbers decoded, the rest as bytes. */
function parseMessage(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const read = (type: number): number | Uint8Array => {
    if (type === 0) return varint();
    const length = type === 1 ? 8 : type === 5 ? 4 : varint();
    at += length;
    if (type === 1) return view.getFloat64(at - 8, true);
    return type === 5 ? view.getFloat32(at - 4, true) : bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), read(key & 7)]);
  }
  return fields;
}

function text(bytes: number | Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes as Uint8Array);
}

function memoryFiles(): Files {
  const stored = new Map<string, Uint8Array>();
  const bytesOf = (content: Uint8Array | string) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
  return {
    read: async (path) =>
      stored.get(path) ?? Promise.reject(new PatchclError('bad-file', 'missing', { subject: path })),
    readStart: () => Promise.reject(new Error('not used')),
    list: async () => [],
    kind: async (path) => (stored.has(path) ? 'file' : undefined),
    write: async (path, content) => void stored.set(path, bytesOf(content)),
    append: async (path, content) => {
      stored.set(path, Uint8Array.from([...(stored.get(path) ?? []), ...bytesOf(content)]));
    },
    remove: async (path) => void stored.delete(path),
    removeEmpty: async () => undefined,
    absolute: (path) => path,
  };
}

describe('learningCurve', () => {
  it('has the validations; without validation cases there are none', () => {
    const row = (step: number, values: LogRow['values']) => ({ step, wallSeconds: 60 * step, values });
    const measured = { 'validation/student': 0.5, 'validation/teacher': 0.6, cpuSeconds: 30 };
    const unmeasured = { 'validation/student': Number.NaN, 'validation/teacher': Number.NaN };
    expect(learningCurve([row(1, { loss: 1 }), row(2, measured), row(3, unmeasured)])).toEqual([
      { step: 2, minutes: 1, cpuMinutes: 0.5, student: 0.5, teacher: 0.6 },
    ]);
  });
});

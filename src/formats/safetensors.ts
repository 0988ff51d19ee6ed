import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';

/** A float32 tensor with its shape; C order. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Safetensors {
  readonly tensors: Readonly<Record<string, FloatTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const extent = z.int().min(0);
const entrySchema = z.object({ dtype: z.string(), shape: z.array(extent), data_offsets: z.tuple([extent, extent]) });
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).default({}) }).catchall(entrySchema);
type HeaderEntry = z.infer<typeof entrySchema>;

/**
 * Writes tensors in Hugging Face's safetensors format: 8 bytes header length, JSON header, raw little-endian data. Names
 * are sorted, so equal content gives equal bytes. Source: https://github.com/huggingface/safetensors#format.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors[name] as FloatTensor;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // The data starts at a multiple of 8 bytes; the format pads the header with spaces.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let start = 8 + headerLength;
  for (const name of names) {
    const { data } = tensors[name] as FloatTensor;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
    start += data.byteLength;
  }
  return bytes;
}

/**
 * Reads float32 safetensors.
 *
 * @param path for messages
 * @throws PatchclError `bad-file` when the bytes are not whole, or hold another number type
 */
export function readSafetensors(bytes: Uint8Array, path: string): Safetensors {
  const { header, dataStart } = readHeader(bytes, path);
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, readTensor(bytes, dataStart, name, entry, path)]),
  );
  checkOffsets(entries, bytes.length - dataStart, path);
  return { tensors, metadata };
}

/** The format leaves no gap and shares no byte: offsets that do are damaged, and tensors would hold the values of others. */
function checkOffsets(entries: Readonly<Record<string, HeaderEntry>>, total: number, path: string): void {
  const sorted = Object.entries(entries).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let end = 0;
  for (const [name, { data_offsets: offsets }] of sorted) {
    if (offsets[0] !== end || offsets[1] < offsets[0])
      throw damaged(path, `tensor ${name} does not begin where the one before it ends`);
    end = offsets[1];
  }
  if (end !== total) throw damaged(path, `its tensors have ${end} bytes, there are ${total}`);
}

function readHeader(bytes: Uint8Array, path: string): { header: z.infer<typeof headerSchema>; dataStart: number } {
  if (bytes.length < 8) throw damaged(path, 'it is shorter than a header');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) throw damaged(path, 'its header reaches beyond the end of the file');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', cause);
  }
  const { success, data: header } = headerSchema.safeParse(json);
  if (!success) throw damaged(path, 'its header does not describe tensors');
  return { header, dataStart: 8 + length };
}

function readTensor(bytes: Uint8Array, dataStart: number, name: string, entry: HeaderEntry, path: string): FloatTensor {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw damaged(path, `tensor ${name} is ${dtype}, F32 was expected`);
  const [start, end] = offsets;
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (end - start !== size * 4 || dataStart + end > bytes.length) throw damaged(path, `tensor ${name} is not whole`);
  // Not bytes.slice: that of a Buffer is a view, whose buffer is the whole file.
  const own = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end));
  return { shape, data: new Float32Array(own.buffer) };
}

function damaged(path: string, problem: string, cause?: unknown): PatchclError {
  const hint = 'It is damaged or was written by another program; take the checkpoint before it or train again.';
  return new PatchclError('bad-file', `this is not a float32 safetensors file: ${problem}`, {
    subject: path,
    hint,
    cause,
  });
}

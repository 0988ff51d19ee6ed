import { unzlibSync, zlibSync } from 'fflate';
import { z } from 'zod';
import { concatBytes } from '../../core/bytes.ts';
import { PatchclError } from '../../core/errors.ts';

/** How the label of a slice came about. `rejected` is none: a person refused what a model proposed. */
export const SLICE_LABEL_KINDS = ['drawn', 'interpolated', 'accepted', 'corrected', 'imported', 'rejected'] as const;

const headSchema = z.strictObject({
  version: z.literal(1),
  /** [height, width] */
  size: z.tuple([z.int().min(1), z.int().min(1)]),
  kind: z.enum(SLICE_LABEL_KINDS),
  /** The run or model whose proposal it was. */
  run: z.string().exactOptional(),
  /** ISO 8601. */
  saved: z.string(),
});

/** A label of one slice, with its provenance. */
export interface SliceLabel extends Omit<z.infer<typeof headSchema>, 'version'> {
  /** [height, width], class indices. */
  readonly mask: Uint8Array;
}

const NEWLINE = 10;

/** One file: a line of JSON, then the mask's bytes, compressed with zlib. */
export function encodeSliceLabel({ mask, ...head }: SliceLabel): Uint8Array {
  const line = new TextEncoder().encode(`${JSON.stringify({ version: 1, ...head })}\n`);
  return concatBytes([line, zlibSync(mask, { level: 6 })]);
}

/** @param path for messages. @throws PatchclError `bad-file` when it is damaged */
export function decodeSliceLabel(bytes: Uint8Array, path: string): SliceLabel {
  const end = bytes.indexOf(NEWLINE);
  try {
    const { version: _version, ...head } = headSchema.parse(
      JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))),
    );
    const mask = new Uint8Array(head.size[0] * head.size[1]);
    if (unzlibSync(bytes.subarray(end + 1), { out: mask }).length === mask.length) return { ...head, mask };
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path);
}

function damaged(subject: string, cause?: unknown): PatchclError {
  const hint = 'Move it away, and label the slice anew.';
  return new PatchclError('bad-file', 'this is not the label of a slice', { subject, hint, cause });
}

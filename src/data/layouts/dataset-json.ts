import { z } from 'zod';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { defaultClassNames } from '../classes.ts';

const labelValue = z.number().int().min(0).max(255);

/** The part that is read here of the file Medical Segmentation Decathlon and nnU-Net data sets carry. */
const schema = z.looseObject({
  labels: z
    .union([
      z.array(z.string()).transform((names) => names.map((name, value) => [value, name] as const)),
      // Decathlon: { "0": "background", "1": "..." }
      z
        .record(z.string().regex(/^\d{1,3}$/), z.string())
        .transform((names) => Object.entries(names).map(([value, name]) => [Number(value), name] as const)),
      // nnU-Net: { "background": 0, "...": 1 }
      z
        .record(z.string(), labelValue)
        .transform((values) => Object.entries(values).map(([name, value]) => [value, name] as const)),
    ])
    .optional(),
});

/**
 * Class names by label value from the `labels` of a data set's `dataset.json`; values without a name become `class k`.
 * Undefined when there is no such file or it names no labels.
 *
 * @throws PatchclError `bad-file` when the file is not as expected.
 */
export async function readClassNames(files: Files, root: string): Promise<readonly string[] | undefined> {
  const path = joinPath(root, 'dataset.json');
  if ((await files.kind(path)) !== 'file') return undefined;
  const { labels } = parse(await readText(files, path), path);
  if (labels === undefined) return undefined;
  const highest = labels.reduce((most, [value]) => Math.max(most, value), 0);
  if (highest < 1 || highest > 255) {
    throw new PatchclError('bad-file', 'at least two classes with values from 0 to 255 were expected under "labels"', {
      subject: path,
    });
  }
  const names = new Map(labels);
  return defaultClassNames(highest + 1).map((fallback, value) => names.get(value) ?? fallback);
}

function parse(text: string, path: string): z.infer<typeof schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PatchclError('bad-file', 'this is not JSON', { subject: path, hint: 'Correct it or remove it.', cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new PatchclError(
    'bad-file',
    '"labels" was expected to name classes by value, as {"0": "background", "1": "..."}',
    {
      subject: path,
      hint: 'Correct it or remove the file.',
      cause: result.error,
    },
  );
}

import { z } from 'zod';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { defaultClassNames } from '../classes.ts';

const labelValue = z.number().int().min(0).max(255);

/** Names by number: `{ "0": "MRI" }`, as the Decathlon does, or a list. */
const namesByNumber = z.union([
  z.array(z.string()).transform((names) => names.map((name, value) => [value, name] as const)),
  z
    .record(z.string().regex(/^\d{1,3}$/), z.string())
    .transform((names) => Object.entries(names).map(([value, name]) => [Number(value), name] as const)),
]);

/** The part that is read here of the file Medical Segmentation Decathlon and nnU-Net data sets carry. */
const schema = z.looseObject({
  labels: z
    .union([
      namesByNumber,
      // nnU-Net: { "background": 0, "...": 1 }
      z
        .record(z.string(), labelValue)
        .transform((values) => Object.entries(values).map(([name, value]) => [value, name] as const)),
    ])
    .optional(),
  /** nnU-Net 2 */
  channel_names: namesByNumber.optional(),
  /** Decathlon, nnU-Net 1 */
  modality: namesByNumber.optional(),
});

/** What a data set says about itself. */
export interface DatasetJson {
  /** Class names by label value; values without a name become `class k`. */
  readonly classes?: readonly string[];
  /** What each image channel shows. */
  readonly channels?: readonly string[];
}

/**
 * What stands about classes and channels in a data set's `dataset.json`; nothing when there is no such file.
 *
 * @throws PatchclError `bad-file` when the file is not as expected, `unsupported` for nnU-Net's ignored regions.
 */
export async function readDatasetJson(files: Files, root: string): Promise<DatasetJson> {
  const path = joinPath(root, 'dataset.json');
  if ((await files.kind(path)) !== 'file') return {};
  const { labels, channel_names, modality } = parse(await readText(files, path), path);
  const channels = (channel_names ?? modality)?.toSorted(([a], [b]) => a - b).map(([, name]) => name);
  return {
    ...(labels === undefined ? {} : { classes: classNames(labels, path) }),
    ...(channels === undefined || channels.length === 0 ? {} : { channels }),
  };
}

/** The class names of `readDatasetJson` alone. */
export async function readClassNames(files: Files, root: string): Promise<readonly string[] | undefined> {
  return (await readDatasetJson(files, root)).classes;
}

function classNames(labels: readonly (readonly [number, string])[], path: string): readonly string[] {
  const highest = labels.reduce((most, [value]) => Math.max(most, value), 0);
  if (highest < 1 || highest > 255) {
    throw new PatchclError('bad-file', 'at least two classes with values from 0 to 255 were expected under "labels"', {
      subject: path,
    });
  }
  const names = new Map(labels);
  if (names.get(highest) === 'ignore') {
    throw new PatchclError('unsupported', 'a label "ignore" for unannotated regions is not supported', {
      subject: path,
      hint: 'Annotate the scans whole, or leave out their masks and use them as unlabelled.',
    });
  }
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

import { PatchclError } from '../../../core/errors.ts';
import { type Files, joinPath, readText } from '../../../core/files.ts';
import { largestOf } from '../../../core/lists.ts';
import { defaultClassNames } from '../../classes.ts';
import type { Dataset } from '../../dataset.ts';
import { parseColours } from './colours.ts';
import { isRecord, type JsonKey } from './json-key.ts';
import { parseLabels } from './labels.ts';

/** What a data set says about itself. */
export type DatasetJson = Pick<Dataset, 'classes' | 'labelValues' | 'channels' | 'ignoreLabel' | 'colours' | 'notes'>;

/**
 * What stands about classes, channels, colours and unannotated voxels in a data set's `dataset.json`, the file that Medical
 * Segmentation Decathlon and nnU-Net data sets carry; nothing when there is no such file. Label values without a name become
 * `class k`.
 *
 * @throws PatchclError `bad-file` naming the key that is not as expected.
 */
export async function readDatasetJson(files: Files, root: string): Promise<DatasetJson> {
  const path = joinPath(root, 'dataset.json');
  if ((await files.kind(path)) !== 'file') return {};
  const json = parse(await readText(files, path), path);
  const key =
    (name: string): JsonKey =>
    (problem, hint) =>
      new PatchclError('bad-file', `"${name}" ${problem}`, { subject: path, hint });
  const labels = json.labels === undefined ? undefined : parseLabels(json.labels, key('labels'));
  const channelKey = json.channel_names === undefined ? 'modality' : 'channel_names';
  const channels = json[channelKey] === undefined ? [] : parseChannels(json[channelKey], key(channelKey));
  const colourKey = ['colours', 'colors', 'label_colors'].find((name) => json[name] !== undefined);
  const colours = colourKey === undefined ? [] : parseColours(json[colourKey], labels?.names, key(colourKey));
  return {
    ...(labels === undefined ? {} : { classes: classNames(labels.names, key('labels')), ...gaps(labels.names) }),
    ...(labels?.ignore === undefined ? {} : { ignoreLabel: labels.ignore }),
    ...(labels?.note === undefined ? {} : { notes: [`dataset.json: ${labels.note}`] }),
    ...(channels.length === 0 ? {} : { channels }),
    ...(colours.length === 0 ? {} : { colours }),
  };
}

function classNames(names: ReadonlyMap<number, string>, fail: JsonKey): readonly string[] {
  const highest = largestOf(names.keys(), 0);
  if (highest < 1 || highest > 255) {
    throw fail('was expected to name at least two classes with values from 0 to 255', 'Correct it or remove the file.');
  }
  return defaultClassNames(highest + 1).map((fallback, value) => names.get(value) ?? fallback);
}

/** The values, where some below the highest have no name. */
function gaps(names: ReadonlyMap<number, string>): Pick<Dataset, 'labelValues'> {
  const labelValues = [...names.keys()].toSorted((a, b) => a - b);
  return labelValues.every((value, i) => value === i) ? {} : { labelValues };
}

/** Names by number, `{ "0": "MRI" }`, or a list, in the order of the channels. */
function parseChannels(value: unknown, fail: JsonKey): string[] {
  const entries = Array.isArray(value)
    ? value.map((name, i) => [String(i), name as unknown] as const)
    : isRecord(value)
      ? Object.entries(value)
      : [];
  const isRight = entries.every(([number, name]) => /^\d{1,3}$/.test(number) && typeof name === 'string');
  if (isRight && (entries.length > 0 || isEmpty(value))) {
    return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, name]) => name as string);
  }
  const isSwapped = entries.length > 0 && entries.every(([, number]) => /^\d{1,3}$/.test(String(number)));
  const problem = isSwapped ? 'is the wrong way round' : 'is not as expected';
  const [name, number] = (isSwapped ? entries[0] : undefined) ?? ['T1', 0];
  throw fail(problem, `It names channels by number, as {"${number}": "${name}"}.`);
}

const isEmpty = (value: unknown) =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;

function parse(text: string, path: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new PatchclError('bad-file', 'this is not JSON', { subject: path, hint: 'Correct it or remove it.', cause });
  }
  if (isRecord(json)) return json;
  const hint = 'Correct it or remove the file.';
  throw new PatchclError('bad-file', 'an object with the key "labels" was expected', { subject: path, hint });
}

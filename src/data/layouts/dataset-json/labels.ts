import { isRecord, type JsonKey } from './json-key.ts';

/** What "labels" says. */
export interface StatedLabels {
  /** Class names by label value; the label of unannotated voxels is none of them. */
  readonly names: ReadonlyMap<number, string>;
  /** nnU-Net's label "ignore". */
  readonly ignore?: number;
  /** What a person should know, a sentence without the final stop. */
  readonly note?: string;
}

const EXPECTED =
  'was expected to name classes by value, as {"0": "background", "1": "..."} or {"background": 0, "...": 1}';
const HINT = 'Correct it or remove the file.';

/**
 * The classes of a data set: a list of names, names by value as in the Decathlon, or values by name as in nnU-Net, whose
 * regions (lists of values) become one class for each value.
 *
 * @throws PatchclError `bad-file`
 */
export function parseLabels(value: unknown, fail: JsonKey): StatedLabels {
  if (Array.isArray(value)) return named(value.map((name, i) => [name as unknown, i] as const));
  if (!isRecord(value)) throw fail(EXPECTED, HINT);
  const entries = Object.entries(value);
  const isByValue = entries.every(([key, name]) => /^\d{1,3}$/.test(key) && typeof name === 'string');
  if (isByValue) return named(entries.map(([key, name]) => [name, Number(key)] as const));
  if (entries.some(([, values]) => Array.isArray(values))) return regions(entries, fail);
  return named(entries.map(([name, number]) => [name, labelValue(number, fail)] as const));

  function named(pairs: readonly (readonly [name: unknown, value: number])[]): StatedLabels {
    const names = new Map<number, string>();
    let ignore: number | undefined;
    for (const [name, number] of pairs) {
      if (typeof name !== 'string') throw fail(EXPECTED, HINT);
      const other = names.get(number);
      if (other !== undefined) throw fail(`gives the value ${number} to "${other}" and to "${name}"`, HINT);
      if (isIgnore(name)) ignore = number;
      else names.set(number, name);
    }
    return { names, ...(ignore === undefined ? {} : { ignore }) };
  }
}

const isIgnore = (name: string) => name.toLowerCase() === 'ignore';

function labelValue(value: unknown, fail: JsonKey): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 255) return number;
  const isNumber = typeof value === 'number';
  throw fail(isNumber ? `has the value ${value}, whole numbers from 0 to 255 were expected` : EXPECTED, HINT);
}

/**
 * Regions of nnU-Net lie in one another: `"whole tumor": [1, 2, 3], "core": [2, 3], "enhancing": 3`. Masks hold the values. A value is
 * named after the smallest region that has it, with `only` where that region has other values too.
 */
function regions(entries: readonly (readonly [string, unknown])[], fail: JsonKey): StatedLabels {
  const all = entries.map(([name, stated]) => {
    const values = (Array.isArray(stated) ? stated : [stated]).map((value) => labelValue(value, fail));
    return { name, values };
  });
  const ignore = all.find(({ name }) => isIgnore(name))?.values[0];
  const areas = all.filter(({ name }) => !isIgnore(name)).toSorted((a, b) => a.values.length - b.values.length);
  const names = new Map<number, string>();
  for (const value of [...new Set(areas.flatMap(({ values }) => values))].toSorted((a, b) => a - b)) {
    const area = areas.find(({ values }) => values.includes(value)) as (typeof areas)[0];
    const isShared = [...names.values()].includes(`${area.name} only`);
    const name = area.values.length === 1 ? area.name : isShared ? `${area.name} only, ${value}` : `${area.name} only`;
    names.set(value, name);
  }
  const stated = areas.filter(({ values }) => values.length > 1).map(({ name, values }) => `${name}: ${values}`);
  const note = `"labels" has regions (${stated.join('; ')}), each label value is trained as a class of its own instead: ${[...names].map(([value, name]) => `${value} ${name}`).join(', ')}`;
  return { names, note, ...(ignore === undefined ? {} : { ignore }) };
}

import type { LabelColour } from '../../dataset.ts';
import { isRecord, type JsonKey } from './json-key.ts';

const HINT = 'It gives a colour to each class, as {"0": [0, 0, 0], "1": [255, 0, 0]} or {"road": "#ff0000"}.';

/**
 * The colour table of masks that are colour pictures: colours by label value or by class name, as `[r, g, b]` or `#rrggbb`, or a list
 * in the order of the values.
 *
 * @param names class names by label value, where they are stated
 * @throws PatchclError `bad-file`
 */
export function parseColours(
  value: unknown,
  names: ReadonlyMap<number, string> | undefined,
  fail: JsonKey,
): LabelColour[] {
  if (!Array.isArray(value) && !isRecord(value)) throw fail('is not as expected', HINT);
  const byName = new Map([...(names ?? [])].map(([number, name]) => [name, number]));
  const colours = Object.entries(value).map(([key, colour]) => {
    const number = byName.get(key) ?? (/^\d{1,3}$/.test(key) ? Number(key) : undefined);
    if (number === undefined || number > 255) throw fail(`has "${key}", which is no class of "labels"`, HINT);
    return { value: number, colour: parseColour(colour, key, fail) };
  });
  const seen = new Map<string, number>();
  for (const { colour, value: number } of colours) {
    const other = seen.get(colour.join());
    if (other !== undefined) throw fail(`gives one colour to the values ${other} and ${number}`, HINT);
    seen.set(colour.join(), number);
  }
  return colours;
}

function parseColour(value: unknown, key: string, fail: JsonKey): LabelColour['colour'] {
  const hex = typeof value === 'string' ? /^#([0-9a-f]{6})$/i.exec(value)?.[1] : undefined;
  const parts = hex === undefined ? value : [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const isPart = (part: unknown) => typeof part === 'number' && Number.isInteger(part) && part >= 0 && part <= 255;
  if (Array.isArray(parts) && parts.length === 3 && parts.every(isPart)) {
    return parts as unknown as LabelColour['colour'];
  }
  throw fail(`has no colour under "${key}"`, HINT);
}

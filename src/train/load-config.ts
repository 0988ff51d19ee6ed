import { LineCounter, parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { type Config, type ConfigInput, configSchema, type RequestedConfig } from './config.ts';
import { PRESETS } from './presets.ts';

/** Values for settings, as in a configuration file; nested. */
export type Overrides = { readonly [name: string]: unknown };

/**
 * The full configuration: the preset's settings, over them those of a file, over them those of the command line.
 *
 * @throws PatchclError `bad-config` naming the setting, its line where it comes from a file, and the nearest known name
 */
export function resolveConfig(layers: {
  readonly file?: { readonly text: string; readonly path: string };
  readonly overrides?: Overrides;
}): RequestedConfig {
  const parsed = layers.file === undefined ? undefined : parseFile(layers.file.text, layers.file.path);
  const overrides = layers.overrides ?? {};
  const name = String(overrides.preset ?? parsed?.values.preset ?? 'default');
  const preset = PRESETS[name];
  if (preset === undefined) {
    const hint = `Known: ${Object.keys(PRESETS).join(', ')}.`;
    throw new PatchclError('bad-config', `there is no preset "${name}"`, { subject: 'preset', hint });
  }
  const merged = [preset as Overrides, parsed?.values ?? {}, overrides].reduce(merge);
  const result = configSchema.safeParse(merged);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  throw configError(issue, (path) => (overlaps(overrides, path) ? undefined : parsed?.lineOf(path)), layers.file?.path);
}

/** A configuration as a YAML file that gives the same configuration back. */
export function configYaml(config: RequestedConfig | Config): string {
  return stringify(config satisfies ConfigInput);
}

function parseFile(text: string, path: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const error = document.errors[0];
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line;
    throw new PatchclError('bad-config', `this is not YAML: ${error.message.split('\n')[0]}`, {
      subject: `${path}:${line}`,
    });
  }
  const values: unknown = document.toJS() ?? {};
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new PatchclError('bad-config', 'settings were expected, one "name: value" a line', { subject: path });
  }
  const lineOf = (keys: readonly PropertyKey[]) => {
    const node = document.getIn(keys.map(String), true) as { range?: [number, number, number] } | undefined;
    return node?.range === undefined ? undefined : lines.linePos(node.range[0]).line;
  };
  return { values: values as Overrides, lineOf };
}

/** The second layer over the first, nested settings merged one by one; lists are replaced whole. */
function merge(base: Overrides, over: Overrides): Overrides {
  const isTree = (value: unknown): value is Overrides =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[name];
    merged[name] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return merged;
}

function overlaps(overrides: Overrides, path: readonly PropertyKey[]): boolean {
  let current: unknown = overrides;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !(key in current)) return false;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current !== undefined;
}

function configError(
  issue: z.core.$ZodIssue,
  lineOf: (path: readonly PropertyKey[]) => number | undefined,
  file: string | undefined,
): PatchclError {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const line = lineOf(path);
  const setting = path.join('.');
  const subject = line === undefined || file === undefined ? setting : `${file}:${line} ${setting}`;
  if (unknown === undefined) return new PatchclError('bad-config', issue.message, { subject });
  const nearest = nearestName(unknown, settingNames(issue.path));
  return new PatchclError('bad-config', 'there is no such setting', {
    subject,
    hint: nearest === undefined ? 'See patchcl train --help.' : `Did you mean "${nearest}"?`,
  });
}

/** Names of the settings in one section of the schema. */
function settingNames(path: readonly PropertyKey[]): string[] {
  let current: unknown = configSchema.parse({});
  for (const key of path) current = (current as Record<PropertyKey, unknown>)[key];
  return Object.keys(current as object);
}

/** The candidate with the fewest edits, if it is not another word altogether. */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((name) => ({ name, edits: editDistance(word.toLowerCase(), name.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= Math.max(2, word.length / 3) ? best.name : undefined;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

import { stringify } from 'yaml';
import type { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { METHODS, type Method } from '../methods/index.ts';
import {
  type Config,
  type ConfigInput,
  configSchema,
  DEFAULT_METHOD,
  methodSchema,
  type RequestedConfig,
  storedConfigSchema,
} from './config.ts';
import { AUTO_PRESET, METHOD_PRESETS, PRESETS, presetOfBudget } from './presets.ts';
import { type Overrides, parseSettings, settingError } from './settings-file.ts';

/**
 * The full configuration: the preset's settings, over them those that the method asks for, those of a file, and those of the
 * command line.
 *
 * @throws PatchclError `bad-config` naming the setting, its line where it comes from a file, and the nearest known name
 */
export function resolveConfig(layers: {
  readonly file?: { readonly text: string; readonly path: string };
  readonly overrides?: Overrides;
  /** Methods that may be named. Default: all of patchcl; `any` for the settings of a run that is only read. */
  readonly methods?: readonly Method[] | 'any';
  /**
   * Whether the file is a run's own, with every setting that there was when it was written. What it lacks came later, and is as it was
   * without: nothing is laid under it, since presets change from version to version.
   */
  readonly isComplete?: boolean;
  /** Cores that the training will have, which the preset `auto` asks for. Default: `threads` of the settings, else 1. */
  readonly cores?: number | undefined;
}): RequestedConfig {
  const parsed = layers.file === undefined ? undefined : parseSettings(layers.file.text, layers.file.path);
  const { overrides = {}, methods = METHODS } = layers;
  const asked = mergeSettings(parsed?.values ?? {}, overrides);
  const name = presetName(asked, layers.cores);
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (preset === undefined) {
    const hint = `Known: ${[...Object.keys(PRESETS), AUTO_PRESET].join(', ')}.`;
    throw new PatchclError('bad-config', `there is no preset "${name}"`, { subject: 'preset', hint });
  }
  const given = asked.preset === undefined ? asked : { ...asked, preset: name };
  const methodName = String(given.method ?? DEFAULT_METHOD);
  const method = (methods === 'any' ? METHODS : methods).find((known) => known.name === methodName);
  const below = layers.isComplete ? [] : [preset, method?.defaults, ownOf(METHOD_PRESETS[name], methodName)];
  const merged = [...below, given].map((settings) => (settings ?? {}) as Overrides).reduce(mergeSettings);
  const result = schemaWith(methods).safeParse(merged);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const lineOf = (path: readonly PropertyKey[]) => (overlaps(overrides, path) ? undefined : parsed?.lineOf(path));
  throw settingError(issue, lineOf, layers.file?.path, settingNames);
}

/** The name of the preset that settings mean; `auto` by their budget. */
function presetName({ preset = 'default', budget, threads }: Overrides, cores?: number): string {
  if (preset !== AUTO_PRESET) return String(preset);
  // What does not fit is refused when the whole configuration is looked at.
  const known = configSchema.shape.budget.safeParse(budget ?? {});
  return presetOfBudget(known.success ? known.data : {}, cores ?? (Number(threads) || 1));
}

/** What stands under a name, and not what every object has. */
function ownOf<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function schemaWith(methods: readonly Method[] | 'any') {
  if (methods === 'any') return storedConfigSchema;
  return configSchema.extend({ method: methodSchema(methods.map(({ name }) => name)) });
}

/** A configuration as a YAML file that gives the same configuration back. */
export function configYaml(config: RequestedConfig | Config): string {
  return stringify(config satisfies ConfigInput);
}

/** The second layer over the first, nested settings merged one by one; lists are replaced whole. */
export function mergeSettings(base: Overrides, over: Overrides): Overrides {
  const isTree = (value: unknown): value is Overrides =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    if (name === '__proto__') throw new PatchclError('bad-config', 'there is no such setting', { subject: name });
    const below = merged[name];
    merged[name] = isTree(below) && isTree(value) ? mergeSettings(below, value) : value;
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

/** Names of the settings in one section of the schema. */
function settingNames(path: readonly PropertyKey[]): string[] {
  let current: unknown = configSchema.parse({});
  for (const key of path) current = (current as Record<PropertyKey, unknown>)[key];
  return Object.keys(current as object);
}

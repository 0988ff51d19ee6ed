import type { RequestedConfig } from '../settings/config.ts';

/** Settings that change how fast a run is and nothing that it learns. */
const OF_MACHINE = ['threads', 'device'];

/** Settings that tell runs of one row apart, or rows by their name. */
const ASIDE = ['seed', 'method', 'labelled', ...OF_MACHINE];

/** Of each configuration the settings that the others do not all share, as `section.setting: value`. */
export function differingSettings(configs: readonly RequestedConfig[]): string[][] {
  const flat = configs.map((config) => new Map(flatten(config)));
  const names = [...new Set(flat.flatMap((own) => [...own.keys()]))].filter((name) => !ASIDE.includes(name));
  const differing = names.filter((name) => new Set(flat.map((own) => own.get(name))).size > 1);
  return flat.map((own) => differing.flatMap((name) => (own.has(name) ? [`${name}: ${own.get(name)}`] : [])));
}

/** The settings in which two configurations of one run would differ. */
export function changedSettings(before: RequestedConfig, after: RequestedConfig): string[] {
  const [old, now] = [new Map(flatten(before)), new Map(flatten(after))];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.filter((name) => !OF_MACHINE.includes(name) && old.get(name) !== now.get(name));
}

function flatten(value: unknown, path = ''): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, child]) => flatten(child, path === '' ? name : `${path}.${name}`));
}

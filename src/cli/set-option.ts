import { InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { mergeSettings } from '../settings/load-config.ts';
import type { Overrides } from '../settings/settings-file.ts';

/** `--set contrast.weight=0.2`, as often as there are settings to change. */
export function setOption(): Option {
  return new Option('--set <name=value>', 'change any setting, e.g. contrast.weight=0.2; may be given several times')
    .default([], 'none')
    .argParser((text: string, before: readonly Overrides[]) => [...before, assignment(text)]);
}

/** All of them as one tree of settings; later ones go before earlier ones. */
export function settingsOf(assignments: readonly Overrides[] = []): Overrides {
  return assignments.reduce(mergeSettings, {});
}

/** `contrast.weight=0.2` as { contrast: { weight: 0.2 } }; the value is YAML, as in a settings file. */
function assignment(text: string): Overrides {
  const [, path, value] = /^([\w.]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw new InvalidArgumentError('A setting and its value are expected, such as contrast.weight=0.2.');
  }
  const leaf = yamlValue(value);
  const keys = path.split('.').reverse();
  return keys.reduce((tree: unknown, key): Overrides => ({ [key]: tree }), leaf) as Overrides;
}

function yamlValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new InvalidArgumentError('Its value is no YAML; put text with special characters into quotes.');
  }
}

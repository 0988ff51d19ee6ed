import { Option } from 'commander';
import { METHODS } from '../../methods/index.ts';
import { DEFAULT_MINUTES, withDefaultBudget } from '../../settings/budget.ts';
import { configSchema, type RequestedConfig } from '../../settings/config.ts';
import { mergeSettings, resolveConfig } from '../../settings/load-config.ts';
import { AUTO_PRESET, PRESETS } from '../../settings/presets.ts';
import type { Overrides } from '../../settings/settings-file.ts';
import { countOrShare, positiveNumber, wholeNumber } from '../arguments.ts';
import { patientsOption } from '../patients-option.ts';
import { setOption, settingsOf } from '../set-option.ts';

/** Settings that have an option of their own. All others stand in a file given with `--config`. */
export interface SettingOptions {
  readonly method?: string;
  readonly preset?: string;
  readonly labelled?: number | string;
  readonly size?: number;
  readonly seed?: number;
  readonly steps?: number;
  readonly maxMinutes?: number;
  readonly patients?: number | string;
  readonly set?: readonly Overrides[];
}

type Described = keyof typeof configSchema.shape & ('labelled' | 'size' | 'seed' | 'method' | 'preset');

const defaults: RequestedConfig = resolveConfig({});

/** Help text of a setting, from the configuration's schema, with its default in the default preset. */
function describe(name: Described, text?: string): string {
  const description = text ?? configSchema.shape[name].description ?? name;
  const value = defaults[name];
  return value === undefined ? description : `${description} (default: ${value})`;
}

/** The options that change settings, in the order of the help. */
export function settingOptions(): Option[] {
  const methods = `how to train: ${METHODS.map(({ name }) => name).join(', ')}`;
  const presets = [...Object.keys(PRESETS), `${AUTO_PRESET}, which chooses by the minutes`].join(', ');
  return [
    new Option('--labelled <n>', describe('labelled')).argParser(countOrShare),
    new Option('--method <name>', describe('method', methods)),
    new Option('--preset <name>', describe('preset', `set of settings: ${presets}`)),
    new Option('--max-minutes <m>', `plan the training to this time (default: ${DEFAULT_MINUTES}, without --steps)`)
      .argParser(positiveNumber)
      .conflicts('steps'),
    new Option('--steps <n>', 'train for so many steps instead').argParser(wholeNumber(1)),
    new Option('--size <px>', describe('size')).argParser(wholeNumber(16)),
    patientsOption(),
    new Option('--seed <n>', describe('seed', 'of split, weights, batches and augmentation')).argParser(wholeNumber(0)),
    setOption(),
  ];
}

/** Every method in a line, for the end of a help text. */
export function methodLines(): string {
  const width = Math.max(...METHODS.map(({ name }) => name.length));
  return METHODS.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join('\n');
}

/** Settings as given on the command line; those left out are absent. */
export function overridesOf({ method, preset, labelled, size, seed, patients, set }: SettingOptions): Overrides {
  const named = { method, preset, labelled, size, seed, ...(patients === undefined ? {} : { data: { patients } }) };
  return mergeSettings(settingsOf(set), named);
}

/** The budget that holds: the command line's, else the configuration's, else the default. */
export function budgetOf({ steps, maxMinutes }: SettingOptions, config: RequestedConfig): RequestedConfig['budget'] {
  const { clock } = config.budget;
  if (steps !== undefined) return { clock, steps };
  if (maxMinutes !== undefined) return { clock, minutes: maxMinutes };
  return withDefaultBudget(config);
}

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METHODS } from '../../methods/index.ts';
import { settingsJsonSchema } from '../../settings/json-schema.ts';
import { AUTO_PRESET, METHOD_PRESETS, PRESETS } from '../../settings/presets.ts';
import { runCommand, workplace } from '../testing/run-command.ts';

const validate = new Ajv2020({ strict: false }).compile(settingsJsonSchema());
const { folder, files } = await workplace();

/** Every setting of the schema, with its path. */
function settings(schema: Record<string, unknown>, path: readonly string[] = []): [string, Record<string, unknown>][] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>);
  return properties.flatMap(([name, below]) =>
    below.properties === undefined
      ? [[[...path, name].join('.'), below] as [string, Record<string, unknown>]]
      : settings(below, [...path, name]),
  );
}

describe('the schema of settings files', () => {
  it('describes every setting', () => {
    const bare = settings(settingsJsonSchema()).filter(([, { description }]) => description === undefined);
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it('knows methods and presets by name', () => {
    const known = Object.fromEntries(settings(settingsJsonSchema()));
    expect(known.method?.enum).toEqual(METHODS.map(({ name }) => name));
    expect(known.preset?.enum).toEqual([...Object.keys(PRESETS), AUTO_PRESET]);
  });

  it.each([
    ...Object.entries(PRESETS),
    ...Object.entries(METHOD_PRESETS).flatMap(([preset, methods]) =>
      Object.entries(methods).map(([method, own]) => [`${preset} of ${method}`, own] as const),
    ),
  ])('takes the preset %s', (_, preset) => {
    expect(validate(preset), JSON.stringify(validate.errors)).toBe(true);
  });

  it('takes what the matrices of the benchmarks set', () => {
    const folder = new URL('../../../bench/matrices/', import.meta.url);
    for (const name of readdirSync(folder)) {
      const matrix = parse(readFileSync(new URL(name, folder), 'utf8')) as {
        settings?: object;
        variants?: Record<string, object>;
      };
      for (const given of [matrix.settings ?? {}, ...Object.values(matrix.variants ?? {})]) {
        expect(validate(given), `${name} ${JSON.stringify(validate.errors)}`).toBe(true);
      }
    }
  });

  it.each([
    ['method: patchcl\nlabelled: 3'],
    ['labelled: 5%'],
    ['size: 96\nseed: 7'],
    ['size: auto'],
    ['budget: { minutes: 30, clock: cpu }'],
    ['budget: { steps: 100 }'],
    ['data: { window: [-160, 240], crop: 0.7 }'],
    ['network: { widths: [16, 32], stem: plain }'],
    ['augment: { strong: { noise: { probability: 0.2, max: 0.1 } } }'],
    ['optimiser: { kind: sgd, learningRate: 0.01 }'],
  ])('takes %s', (text) => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    ['method: patchkl'],
    ['sede: 3'],
    ['size: 8'],
    ['labelled: some'],
    ['budget: { minutes: -1 }'],
    ['budget: { hours: 2 }'],
    ['data: { crop: 2 }'],
    ['network: { stem: other }'],
    ['optimiser: { learningRate: fast }'],
    ['preset: speedy'],
  ])('refuses %s', (text) => {
    expect(validate(parse(text))).toBe(false);
  });
});

describe('patchcl config', () => {
  it('schema prints the schema', async () => {
    expect(JSON.parse((await runCommand('config', 'schema')).out)).toEqual(settingsJsonSchema());
  });

  it('defaults prints every setting, and takes them back', async () => {
    const { out } = await runCommand('config', 'defaults', '--preset', 'thorough');
    expect(out).toMatch(/^method: patchcl\npreset: thorough\n/);
    expect(validate(parse(out)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('show resolves a file', async () => {
    await files.write(`${folder}/a.yaml`, 'seed: 4\n');
    const { out } = await runCommand('config', 'show', `${folder}/a.yaml`, '--set', 'size=64');
    expect(parse(out)).toMatchObject({ seed: 4, size: 64, method: 'patchcl' });
  });
});

import { describe, expect, it } from 'vitest';
import { type MethodSettings, methodNamed } from '../methods/index.ts';
import { configSchema } from './config.ts';
import { configYaml, resolveConfig } from './load-config.ts';
import { METHOD_PRESETS, PRESETS } from './presets.ts';
import { nearestName, type Overrides } from './settings-file.ts';

const fromFile = (text: string, overrides = {}) => resolveConfig({ file: { path: 'my.yaml', text }, overrides });

describe('resolveConfig', () => {
  it('is the default preset when nothing is said', () => {
    const supervised = { method: 'supervised' };
    expect(resolveConfig({ overrides: supervised })).toEqual(configSchema.parse({ ...PRESETS.default, ...supervised }));
    expect(resolveConfig({})).toEqual(resolveConfig({ overrides: { preset: 'default', method: 'patchcl' } }));
  });

  it('lays a file over the preset and the command line over the file', () => {
    const text = 'preset: paper\nseed: 5\nconsistency:\n  weight: 2\nnetwork:\n  widths: [8, 16]\n';
    const config = fromFile(text, { seed: 7, consistency: { threshold: 0.5 } });
    expect(config.seed).toBe(7);
    expect(config.consistency).toMatchObject({ weight: 2, threshold: 0.5, target: 'soft' });
    expect(config.network).toMatchObject({ widths: [8, 16], normalisation: 'batch' });
  });

  it('takes undefined for not given', () => {
    expect(fromFile('seed: 5', { seed: undefined, budget: { steps: undefined } }).seed).toBe(5);
  });

  it.each(Object.keys(PRESETS))('knows a preset that is complete and repeats itself: %s', (preset) => {
    const config = resolveConfig({ overrides: { preset } });
    expect(config.preset).toBe(preset);
    expect(fromFile(configYaml(config))).toEqual(config);
  });
});

describe('what would upset a program', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('no preset is called %s', (preset) => {
    expect(() => resolveConfig({ overrides: { preset } })).toThrow(`preset: there is no preset "${preset}". Known: `);
    expect(() => fromFile(`preset: ${preset}`)).toThrow(`there is no preset "${preset}"`);
    expect(() => resolveConfig({ overrides: { method: preset } })).toThrow(/^method: /);
  });

  it('no setting is called __proto__, at any depth', () => {
    const hidden = JSON.parse('{ "network": { "__proto__": { "widths": [8, 16] } } }');
    expect(() => resolveConfig({ overrides: hidden })).toThrow('__proto__: there is no such setting');
  });

  it('aliases of aliases are a sentence, not a machine without memory', () => {
    const levels = 'abcdefghij'.split('').map((name, i, all) => {
      const below =
        i === 0
          ? 'x'
          : Array(9)
              .fill(`*${all[i - 1]}`)
              .join(', ');
      return `${name}: &${name} [${below}]`;
    });
    expect(() => fromFile(levels.join('\n'))).toThrow(
      'my.yaml: its aliases stand for more than settings can be. Write the values out.',
    );
  });

  it.each([
    ['__proto__: { seed: 5 }', /__proto__: there is no such setting/],
    ['network: { __proto__: { widths: [1] } }', /there is no such setting/],
    ['a: *nothing', /this is not YAML|aliases/],
    ['seed: !!js/function "x"', /my\.yaml|seed/],
    ['? [a, b]\n: 1', /there is no such setting|settings were expected/],
    [`${'['.repeat(3000)}`, /my\.yaml/],
  ])('%.40s', (text, sentence) => {
    let error: unknown;
    try {
      fromFile(text);
    } catch (cause) {
      error = cause;
    }
    expect(error).toMatchObject({ name: 'PatchclError', message: expect.stringMatching(sentence) });
    expect(({} as { seed?: number }).seed).toBeUndefined();
  });
});

describe('the settings of a run', () => {
  it('are as they were written, whatever presets have come to say since', () => {
    const current = resolveConfig({});
    expect(current.supervised.deep).toEqual([0.5, 0.25]);
    expect(current.augment.weak.turned).toBe('auto');
    // As a version wrote them that knew neither.
    const { deep: _, ...supervised } = current.supervised;
    const { turned: __, ...weak } = current.augment.weak;
    const earlier = { ...current, supervised, augment: { ...current.augment, weak } };
    const file = { path: 'config.yaml', text: JSON.stringify(earlier) };
    const kept = resolveConfig({ file, isComplete: true });
    expect(kept).toEqual({
      ...earlier,
      supervised: { ...supervised, deep: [] },
      augment: { ...earlier.augment, weak: { ...weak, turned: 1 } },
    });
    expect(resolveConfig({ file }).supervised.deep).toEqual([0.5, 0.25]);
  });
});

describe('preset auto', () => {
  const chosen = (budget: Overrides, cores?: number) =>
    resolveConfig({ overrides: { preset: 'auto', budget }, cores }).preset;

  it('goes by the minutes of all cores together', () => {
    expect(chosen({ minutes: 15 }, 2)).toBe('default');
    expect(chosen({ minutes: 19 }, 2)).toBe('default');
    expect(chosen({ minutes: 20 }, 2)).toBe('thorough');
    expect(chosen({ minutes: 40 })).toBe('thorough');
    expect(chosen({})).toBe('default');
  });

  it('takes minutes of the processors as they are, and steps for no time at all', () => {
    expect(chosen({ minutes: 39, clock: 'cpu' }, 16)).toBe('default');
    expect(chosen({ minutes: 40, clock: 'cpu' }, 1)).toBe('thorough');
    expect(chosen({ steps: 100_000 }, 16)).toBe('default');
  });

  it('is the preset that it means, setting by setting', () => {
    const budget = { minutes: 120 };
    const named = resolveConfig({ overrides: { preset: 'thorough', budget } });
    expect(resolveConfig({ overrides: { preset: 'auto', budget } })).toEqual(named);
    expect(fromFile('preset: auto\nbudget:\n  minutes: 120\n')).toEqual(named);
    const threads = fromFile('preset: auto\nthreads: 8\nbudget:\n  minutes: 5\n');
    expect(threads.preset).toBe('thorough');
  });
});

describe('a wrong configuration', () => {
  it.each([
    ['an unknown setting', 'seed: 1\nsede: 2\n', 'my.yaml:2 sede: there is no such setting. Did you mean "seed"?'],
    [
      'an unknown nested setting',
      'optimiser:\n  kind: sgd\n  learnigRate: 0.1\n',
      'my.yaml:3 optimiser.learnigRate: there is no such setting. Did you mean "learningRate"?',
    ],
    [
      'a word like no setting',
      'frobnicate: 2\n',
      'my.yaml:1 frobnicate: there is no such setting. See patchcl train --help.',
    ],
    ['a number out of range', '\n\nema: 1.5\n', 'my.yaml:3 ema: Too big'],
    ['a word for a number', 'size: large\n', "my.yaml:1 size: pixels from 16 to 2048, or 'auto', were expected"],
    ['a number below the least', 'batch:\n  labelled: 0\n', 'my.yaml:2 batch.labelled: Too small'],
    ['an unknown choice', 'network:\n  stem: wide\n', 'my.yaml:2 network.stem: Invalid option'],
    ['an unknown preset', 'preset: papr\n', 'preset: there is no preset "papr". Known: default, thorough, paper'],
    ['no YAML', 'seed: [1\n', 'my.yaml:2: this is not YAML'],
    ['a list', '- seed\n', 'my.yaml: settings were expected, one "name: value" a line'],
  ])('is named with its line: %s', (_, text, message) => {
    expect(() => fromFile(text)).toThrow(message);
  });

  it('has no line where the command line is wrong', () => {
    expect(() => fromFile('seed: 3', { seed: -1 })).toThrow(/^seed: Too small/);
  });
});

describe('what a method asks for', () => {
  it('goes over the preset, and under what a person says', () => {
    const pseudoLabel = resolveConfig({ overrides: { method: 'pseudo-label', preset: 'paper' } });
    // The preset's soft targets would leave it without a gradient.
    expect(pseudoLabel.consistency).toMatchObject({ target: 'hard', threshold: 0.9 });
    const bcp = resolveConfig({ overrides: { method: 'bcp', preset: 'paper' } });
    expect(bcp.consistency).toMatchObject({ weight: 0.5, target: 'hard', threshold: 0, dice: 1 });
    expect(bcp.mixing.labelled).toBe(1);
    expect(resolveConfig({ overrides: { method: 'bcp', mixing: { labelled: 0.5 } } }).mixing).toMatchObject({
      labelled: 0.5,
      area: [4 / 9, 4 / 9],
    });
    expect(fromFile('method: bcp\nconsistency: { weight: 2 }\n').consistency).toMatchObject({ weight: 2, dice: 1 });
    expect(resolveConfig({}).mixing.labelled).toBe(0);
  });

  it('takes what the preset says of a method over what the method says, for that method and preset alone', () => {
    const weightOf = (overrides: Overrides) => resolveConfig({ overrides }).contrast.weight;
    const pasteOf = (overrides: Overrides) => resolveConfig({ overrides }).mixing.paste;
    expect(METHOD_PRESETS.default?.patchcl).toMatchObject({ mixing: { paste: 1 }, contrast: { weight: 0 } });
    expect([{}, { method: 'jcl' }, { method: 'mean-teacher' }, { preset: 'paper' }].map(pasteOf)).toEqual([1, 1, 0, 0]);
    expect([{}, { contrast: { weight: 0.3 } }, { preset: 'paper' }].map(weightOf)).toEqual([0, 0.3, 0.5]);
    expect([{ method: 'jcl' }, { preset: 'thorough' }].map(weightOf)).toEqual([0.1, 0.1]);
    expect(resolveConfig({ overrides: { method: 'jcl' } }).contrast.loss).toBe('jcl');
  });

  it('is the default preset with the contrast of patches, and nothing else, where the preset is contrast', () => {
    const { preset, contrast, ...rest } = resolveConfig({ overrides: { preset: 'contrast' } });
    const usual = resolveConfig({});
    expect(preset).toBe('contrast');
    expect(contrast).toEqual({ ...usual.contrast, weight: 0.1 });
    expect(rest).toEqual({ ...usual, preset: undefined, contrast: undefined });
    const phases = (config: MethodSettings) => methodNamed('patchcl').phases(config);
    expect(phases(usual).map(({ name }) => name)).toEqual(['labels', 'consistency']);
    expect(phases({ ...usual, contrast }).map(({ name }) => name)).toEqual(['labels', 'consistency', 'contrast']);
  });

  it('comes back from the saved configuration', () => {
    const config = resolveConfig({ overrides: { method: 'bcp' } });
    expect(fromFile(configYaml(config))).toEqual(config);
  });
});

describe('nearestName', () => {
  it.each([
    ['sede', 'seed'],
    ['SEED', 'seed'],
    ['siz', 'size'],
    ['completely', undefined],
  ])('%s -> %s', (word, expected) => {
    expect(nearestName(word, ['seed', 'size', 'ema'])).toBe(expected);
  });
});

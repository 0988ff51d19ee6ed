import { describe, expect, it } from 'vitest';
import { METHODS, type Method, methodNamed } from '../methods/index.ts';
import { resolveConfig } from './load-config.ts';
import { unlabelledUse, withLabelsAlone } from './unlabelled-use.ts';

const use = (labelled: number, unlabelled: number, asked = 'auto', method = 'patchcl') => {
  const config = resolveConfig({ overrides: { method, data: { unlabelled: asked } } });
  return unlabelledUse(methodNamed(method), config, { labelled, unlabelled });
};

describe('whether unlabelled images take part', () => {
  it('says when they do', () => {
    expect(use(68, 1197)).toEqual({
      takePart: true,
      note: 'unlabelled: 1197 images take part from 40 % of training on, without the contrast of patches',
    });
    expect(use(68, 1197, 'auto', 'mean-teacher').note).toMatch(/training on$/);
    const config = resolveConfig({ overrides: { preset: 'contrast' } });
    expect(unlabelledUse(methodNamed('patchcl'), config, { labelled: 1, unlabelled: 9 }).note).toMatch(/training on$/);
  });

  it('is labels alone, with the reason, without any or with hardly any', () => {
    expect(use(140, 0)).toEqual({
      takePart: false,
      note: 'patchcl learns from labels alone, as there are no unlabelled images; data.unlabelled=on takes the labelled ones for unlabelled too',
    });
    expect(use(140, 1).note).toContain('as 1 unlabelled image is less than a quarter of 140 labelled ones;');
    expect(use(140, 34)).toMatchObject({ takePart: false });
    expect(use(140, 34).note).toContain('34 unlabelled images are less than a quarter of 140 labelled ones');
    expect(use(140, 35)).toMatchObject({ takePart: true });
  });

  it('does as it is told', () => {
    expect(use(140, 0, 'on')).toMatchObject({ takePart: true });
    expect(use(140, 0, 'on').note).toContain('the 140 labelled images, as there are no others, take part');
    expect(use(7, 700, 'off')).toEqual({
      takePart: false,
      note: 'patchcl learns from labels alone, as data.unlabelled says',
    });
  });

  it('has nothing to say of a method that looks at labelled images alone', () => {
    expect(use(10, 100, 'auto', 'supervised')).toEqual({ takePart: false });
  });

  it.each(METHODS.map((method) => [method.name, method] as const))(
    'leaves %s what labels teach',
    (_, method: Method) => {
      const config = resolveConfig({ overrides: { method: method.name } });
      const phases = withLabelsAlone(method).phases(config);
      expect(phases.map(({ start, usesUnlabelled }) => ({ start, usesUnlabelled }))).toEqual([
        { start: 0, usesUnlabelled: false },
      ]);
      expect(withLabelsAlone(method)).not.toHaveProperty('buffers');
    },
  );
});

import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { bootstrapInterval, type CaseScores, classStatistics, summarise } from './summary.ts';

function scores(id: string, dice: number[], hd95: (number | null)[], unit: 'mm' | 'px' = 'mm'): CaseScores {
  return { id, dice, jaccard: dice.map((d) => d / (2 - d)), hd95, asd: hd95, unit };
}

const cases = [scores('a', [0.8, 0.6], [2, 4]), scores('b', [0.9, 0], [3, null])];

describe('summarise', () => {
  it('averages over cases and foreground classes, without undefined distances', () => {
    const { mean } = summarise(cases, ['background', 'left', 'right']);
    expect(mean.dice).toBeCloseTo(0.575, 12);
    expect(mean.hd95).toBeCloseTo(3, 12);
  });

  it('survives JSON', () => {
    const evaluation = summarise(cases, ['background', 'left', 'right']);
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
    expect(Object.keys(evaluation)).toEqual(['classes', 'cases', 'mean']);
  });

  it('has no mean where nothing is defined', () => {
    expect(summarise([scores('a', [0], [null])], ['background', 'organ']).mean).toMatchObject({ dice: 0, hd95: null });
    expect(summarise([], ['background', 'organ']).mean.dice).toBeNull();
  });

  it('does not average pixels with millimetres', () => {
    const mixed = [scores('a', [0.5], [1]), scores('b', [0.7], [9], 'px')];
    expect(summarise(mixed, ['background', 'organ']).mean).toMatchObject({
      dice: expect.closeTo(0.6),
      hd95: null,
      asd: null,
    });
  });

  it('names the case that does not fit the classes', () => {
    expect(() => summarise(cases, ['background', 'left'])).toThrow(
      'a: the scores are of 2 foreground classes, expected 1.',
    );
  });
});

describe('classStatistics', () => {
  it('gives mean, sample deviation and what was left out', () => {
    expect(classStatistics(cases, 1).dice).toEqual({
      mean: expect.closeTo(0.85, 12),
      sd: expect.closeTo(Math.SQRT1_2 * 0.1, 12),
      count: 2,
      undefinedCount: 0,
    });
    expect(classStatistics(cases, 2).hd95).toEqual({ mean: 4, sd: null, count: 1, undefinedCount: 1 });
  });
});

describe('bootstrapInterval', () => {
  const rng = new Rng(1, 'values');
  const many = Array.from({ length: 60 }, (_, i) => scores(`p${i >> 1}_${i & 1}`, [0.7 + 0.1 * rng.normal()], [1]));

  it('is the same for the same seed', () => {
    const draw = () => bootstrapInterval(many, 'dice', new Rng(7));
    expect(draw()).toEqual(draw());
  });

  it('is close to the normal interval of the mean', () => {
    const { mean, sd } = classStatistics(many, 1).dice;
    const half = (1.96 * (sd as number)) / Math.sqrt(60);
    const [low, high] = bootstrapInterval(many, 'dice', new Rng(7), { resamples: 4000 }) as [number, number];
    expect(low).toBeCloseTo((mean as number) - half, 2);
    expect(high).toBeCloseTo((mean as number) + half, 2);
  });

  it('is wider when the scans of a patient agree than when each scan counts by itself', () => {
    const twins = many.map((_, i) => scores(`p${i >> 1}_${i & 1}`, [((i >> 1) % 10) / 10], [1]));
    const width = ([low, high]: readonly [number, number]) => high - low;
    const byScan = bootstrapInterval(twins, 'dice', new Rng(7)) as [number, number];
    const byPatient = bootstrapInterval(twins, 'dice', new Rng(7), {
      patientOf: (id) => id.replace(/_.*/, ''),
    }) as [number, number];
    expect(width(byPatient)).toBeGreaterThan(1.2 * width(byScan));
  });

  it('needs two patients', () => {
    expect(bootstrapInterval(many, 'dice', new Rng(7), { patientOf: () => 'one' })).toBeNull();
  });
});

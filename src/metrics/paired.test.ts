import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { type PairedDifference, pairCases, pairedDifference } from './paired.ts';
import { bootstrapInterval, type CaseScores } from './summary.ts';

function scores(id: string, dice: number[], hd95: (number | null)[] = dice.map(() => 0)): CaseScores {
  return { id, unit: 'mm', dice, jaccard: dice, hd95, asd: hd95 };
}

const patientOf = (id: string) => id.replace(/_.*/, '');

describe('pairedDifference', () => {
  it('is the mean over the values that both have', () => {
    const ours = [scores('a_1', [0.9, 0.5], [2, null]), scores('b_1', [0.7, 0.7], [4, 6])];
    const theirs = [scores('b_1', [0.6, 0.8], [5, null]), scores('a_1', [0.8, 0.5], [1, 3])];
    const pairs = pairCases(ours, theirs, patientOf);
    expect(pairedDifference(pairs, 'dice', new Rng(1))?.mean).toBeCloseTo((0.1 + 0 + 0.1 - 0.1) / 4, 12);
    expect(pairedDifference(pairs, 'hd95', new Rng(1))?.mean).toBeCloseTo((1 - 1) / 2, 12);
  });

  it('has an interval as wide as that of the differences, however much the cases differ', () => {
    const rng = new Rng(2);
    const cases = Array.from({ length: 40 }, (_, i) => ({ id: `p${i}_1`, base: rng.uniform(0.2, 0.9) }));
    const theirs = cases.map(({ id, base }) => scores(id, [base]));
    const ours = cases.map(({ id, base }) => scores(id, [base + 0.01 + 0.02 * rng.normal()]));
    const found = pairedDifference(pairCases(ours, theirs, patientOf), 'dice', new Rng(3)) as PairedDifference;
    const [low, high] = found.interval as readonly [number, number];
    // Normal theory: 1.96 * 0.02 / sqrt(40) to either side.
    expect(high - low).toBeGreaterThan(0.009);
    expect(high - low).toBeLessThan(0.016);
    const [own, top] = bootstrapInterval(ours, 'dice', new Rng(3)) as readonly [number, number];
    expect(top - own).toBeGreaterThan(0.1);
  });

  it('is exact where the difference is the same everywhere, and has no interval for one patient', () => {
    const theirs = ['a_1', 'a_2'].map((id, i) => scores(id, [0.25 * i]));
    const ours = theirs.map(({ id, dice }) => scores(id, [(dice[0] as number) + 0.125]));
    expect(
      pairedDifference(
        pairCases(ours, theirs, (id) => id),
        'dice',
        new Rng(1),
      ),
    ).toEqual({
      mean: 0.125,
      interval: [0.125, 0.125],
    });
    expect(pairedDifference(pairCases(ours, theirs, patientOf), 'dice', new Rng(1))?.interval).toBeNull();
  });

  it('takes no mean of distances in mm and in pixels', () => {
    const ours = [scores('a_1', [0.9], [2]), scores('b_1', [0.7], [4])];
    const pixels = ours.map((own) => ({ ...own, unit: 'px' as const }));
    const pairs = pairCases(ours, [ours[0], pixels[1]] as CaseScores[], patientOf);
    expect(pairedDifference(pairs, 'hd95', new Rng(1))).toBeNull();
    expect(pairedDifference(pairs, 'dice', new Rng(1))?.mean).toBe(0);
  });

  it('refuses other cases', () => {
    expect(() => pairCases([scores('a', [1])], [scores('b', [1])], patientOf)).toThrow(
      'a: the runs were not evaluated on the same cases.',
    );
    expect(() => pairCases([scores('a', [1])], [scores('a', [1]), scores('b', [1])], patientOf)).toThrow(/same cases/);
  });
});

import { describe, expect, it } from 'vitest';
import { constant } from '../graph/leaf.ts';
import { evaluate } from '../testing/evaluate.ts';
import { localContrast, pixelContrast } from './local-contrast.ts';
import { computeStep } from './testing/objective.ts';

const loss = async (embeddings: number[][], classes: number[][], tau = 0.5) => {
  const table = (rows: number[][]) => constant(rows.flat(), [rows.length, rows[0]?.length as number]);
  const { value } = await evaluate({ value: pixelContrast(table(embeddings), table(classes), tau) });
  return value?.[0] as number;
};

describe('pixelContrast', () => {
  const [right, up] = [
    [1, 0],
    [0, 1],
  ];

  it('is log(1 + e^(-1/tau)) where two classes are at right angles', async () => {
    const found = await loss([right, right, up], [right, right, up]);
    expect(found).toBeCloseTo(Math.log(1 + Math.exp(-2)), 5);
  });

  it('is log K where nothing tells classes apart', async () => {
    expect(await loss([right, right], [right, up])).toBeCloseTo(Math.LN2, 5);
  });

  it('counts classes alike, however many pixels they have', async () => {
    const many = Array.from({ length: 50 }, () => right);
    // One pixel of the second class stands among the first: its loss is not drowned.
    const found = await loss([...many, right, up], [...many, up, up]);
    const mean = [Math.SQRT1_2, Math.SQRT1_2];
    const near = (z: number[], own: number[], other: number[]) => {
      const score = (c: number[]) => ((z[0] as number) * (c[0] as number) + (z[1] as number) * (c[1] as number)) / 0.5;
      return Math.log(Math.exp(score(own)) + Math.exp(score(other))) - score(own);
    };
    const expected = (near(right, right, mean) + (near(right, mean, right) + near(up, mean, right)) / 2) / 2;
    expect(found).toBeCloseTo(expected, 4);
  });

  it('leaves out classes and pixels that are not there', async () => {
    const found = await loss(
      [right, up, up],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
    );
    expect(found).toBeCloseTo(Math.log(1 + Math.exp(-2)), 5);
  });
});

describe('local-contrast', () => {
  it('trains a head of its own and says when images cannot be mixed', async () => {
    const { scalars, feeds } = await computeStep(localContrast, () => ({}), { consistency: { threshold: 0.5 } });
    expect(scalars.contrast).toBeGreaterThan(0);
    expect(Object.keys(feeds)).toContain('pixels.output.weight');
    await expect(computeStep(localContrast, () => ({}), { mixing: { labelled: 1 } })).rejects.toThrow(
      'mixing: this method cannot mix images. Set mixing.labelled and mixing.unlabelled to 0.',
    );
  });
});

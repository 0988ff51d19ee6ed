import { describe, expect, it } from 'vitest';
import { doubtOf, patchSums } from './doubt.ts';

const SIDE = 32;
const SIZE = [SIDE, SIDE] as const;

/** Probabilities of a slice with a square of each foreground class: `inside` in it, `edge` around it, `elsewhere` beyond. */
function slice(...squares: { at: number; side: number; inside: number; edge?: number; elsewhere?: number }[]) {
  const classes = squares.length + 1;
  const probabilities = new Float32Array(classes * SIDE * SIDE);
  for (const [k, { at, side, inside, edge = 0, elsewhere = 0 }] of squares.entries()) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const outside = Math.max(at - y, at - x, y - (at + side - 1), x - (at + side - 1));
        probabilities[((k + 1) * SIDE + y) * SIDE + x] = outside <= 0 ? inside : outside === 1 ? edge : elsewhere;
      }
    }
  }
  return patchSums(probabilities, classes, SIZE);
}

const sure = slice({ at: 8, side: 12, inside: 0.999 });
const unsure = slice({ at: 8, side: 12, inside: 0.7, edge: 0.3 });
const empty = slice({ at: 8, side: 12, inside: 1e-5, edge: 1e-5, elsewhere: 1e-5 });

describe('doubt', () => {
  it('is 0 for certainty, and grows with the entropy of what is predicted', () => {
    expect(doubtOf([slice({ at: 8, side: 12, inside: 1 })])).toBe(0);
    expect(doubtOf([unsure])).toBeGreaterThan(10 * doubtOf([sure]));
  });

  it('is the entropy for each voxel that is expected', () => {
    // A square the patches tile evenly: all of them hold as much of it.
    const everywhere = slice({ at: 0, side: SIDE, inside: 0.8 });
    const entropy = -0.8 * Math.log(0.8) - 0.2 * Math.log(0.2);
    expect(doubtOf([everywhere])).toBeCloseTo(entropy / 0.8, 5);
  });

  it('of a scan does not change with empty slices around it', () => {
    expect(doubtOf([empty, unsure, empty, empty])).toBeCloseTo(doubtOf([unsure]), 3);
    expect(doubtOf([empty])).toBeLessThan(0.01);
  });

  it('is no larger for an organ that is larger, when it is as sure for each voxel', () => {
    const small = slice({ at: 12, side: 8, inside: 0.8 });
    const large = slice({ at: 4, side: 24, inside: 0.8 });
    expect(doubtOf([large])).toBeCloseTo(doubtOf([small]), 5);
  });

  it('of a small organ is not drowned by a large sure one', () => {
    const both = slice({ at: 0, side: 28, inside: 0.999 }, { at: 4, side: 5, inside: 0.6 });
    const alone = slice({ at: 0, side: 28, inside: 0.999 }, { at: 4, side: 5, inside: 0.999 });
    expect(doubtOf([both])).toBeGreaterThan(20 * doubtOf([alone]));
    expect(doubtOf([both])).toBeGreaterThan(doubtOf([slice({ at: 4, side: 5, inside: 0.6 })]) / 2 - 0.01);
  });

  it('shows where a class may be that no patch holds', () => {
    const faint = slice({ at: 0, side: SIDE, inside: 0.03 });
    expect(faint.confidence).toEqual([0]);
    expect(doubtOf([faint])).toBeGreaterThan(1);
  });
});

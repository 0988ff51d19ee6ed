import { describe, expect, it } from 'vitest';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import type { Case } from '../dataset.ts';
import { makePreparation } from '../preparation.ts';
import { needsTiles } from './needs-tiles.ts';

/** A square picture with discs of one radius on a grid. */
function picture(side: number, radius: number, spacing: number): Case {
  const data = Uint8Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) % spacing, (i % side) % spacing];
    return (y - spacing / 2) ** 2 + (x - spacing / 2) ** 2 <= radius ** 2 ? 1 : 0;
  });
  return {
    id: `${side}`,
    patient: 'p',
    image: async () => ({ data: new Float32Array(side * side), shape: [1, 1, side, side], geometry: PIXEL_GEOMETRY }),
    label: async () => ({ data, shape: [1, side, side], geometry: PIXEL_GEOMETRY }),
  };
}

describe('needsTiles', () => {
  const needs = (cases: readonly Case[]) => needsTiles(cases, makePreparation('folders', { size: 96 }));

  it.each([
    ['small things in a large picture', picture(500, 10, 50), true],
    ['large things in a large picture', picture(500, 60, 250), false],
    ['small things in a picture that hardly shrinks', picture(180, 5, 30), false],
    ['no foreground', picture(500, 0, 51), false],
  ])('%s', async (_, item, expected) => {
    expect(await needs([item])).toBe(expected);
  });

  it('goes by what most of the foreground belongs to, and reads no other masks', async () => {
    const { label: _, ...bare } = picture(500, 10, 50);
    expect(await needs([bare])).toBe(false);
    expect(await needs([picture(500, 60, 250), picture(500, 10, 250)])).toBe(false);
  });
});

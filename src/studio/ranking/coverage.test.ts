import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { cover } from './coverage.ts';

/** Items on a line. */
function line(places: readonly number[], weights = places.map(() => 1), far = 100) {
  const distance = (a: number, b: number) => Math.abs((places[a] as number) - (places[b] as number));
  return { weights, distance, covered: places.map(() => far) };
}
const all = (n: number) => [...Array(n).keys()];

describe('choosing what stands for the others', () => {
  it('takes the middle of each group, and no two of one', () => {
    const places = [0, 1, 2, 50, 51, 52, 90];
    const chosen = cover(line(places), all(7), 3);
    expect(chosen.map(({ item }) => item)).toEqual([3, 1, 6]);
    expect(chosen[1]?.standsFor).toBe(2);
    expect(chosen[2]?.standsFor).toBe(0);
  });

  it('goes where the weight is', () => {
    const places = [0, 1, 2, 50, 51, 52];
    expect(cover(line(places, [9, 9, 9, 1, 1, 1]), all(6), 1)[0]?.item).toBe(1);
    expect(cover(line(places, [1, 1, 1, 9, 9, 9]), all(6), 1)[0]?.item).toBe(4);
  });

  it('leaves out what is near to something chosen before', () => {
    const { weights, distance } = line([0, 1, 50, 51]);
    expect(cover({ weights, distance, covered: [1, 0.5, 49, 50] }, all(4), 1)[0]?.item).toBe(2);
  });

  it('chooses candidates only, each once, as many as there are', () => {
    expect(cover(line([0, 1, 2, 3]), [3, 1], 9).map(({ item }) => item)).toEqual([1, 3]);
  });

  it('finds what looking at all gains anew each time would find', () => {
    const rng = new Rng('cover');
    const places = Array.from({ length: 40 }, () => rng.uniform(0, 100));
    const weights = places.map(() => rng.uniform(0.1, 2));
    const { distance, covered } = line(places, weights);
    const nearest = [...covered];
    const plain: number[] = [];
    while (plain.length < 10) {
      const gains = all(40).map((c) =>
        weights.reduce((sum, weight, i) => sum + weight * Math.max(0, (nearest[i] as number) - distance(i, c)), 0),
      );
      const best = gains.indexOf(Math.max(...gains.filter((_, c) => !plain.includes(c))));
      plain.push(best);
      for (const i of all(40)) nearest[i] = Math.min(nearest[i] as number, distance(i, best));
    }
    expect(cover({ weights, distance, covered }, all(40), 10).map(({ item }) => item)).toEqual(plain);
  });
});

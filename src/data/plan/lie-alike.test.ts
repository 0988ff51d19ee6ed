import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { IGNORED, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { LieTally } from './lie-alike.ts';

const SIDE = 40;

/** Two discs, the second so many degrees around the first. */
function mask(degrees: number, second = 2) {
  const data = new Uint8Array(2 * SIDE * SIDE);
  const angle = (degrees * Math.PI) / 180;
  const [x, y] = [20 + 9 * Math.cos(angle), 20 + 9 * Math.sin(angle)];
  for (let i = 0; i < data.length; i++) {
    const [row, column] = [Math.floor(i / SIDE) % SIDE, i % SIDE];
    if (Math.hypot(column - 20, row - 20) < 6) data[i] = 1;
    else if (Math.hypot(column - x, row - y) < 4) data[i] = second;
  }
  return { data, shape: [2, SIDE, SIDE] as const, geometry: PIXEL_GEOMETRY };
}

function lieAlike(angles: readonly number[], second = 2): boolean {
  const tally = new LieTally();
  for (const [i, degrees] of angles.entries()) tally.add(`patient ${i}`, mask(degrees, second));
  return tally.result();
}

describe('whether scans lie alike', () => {
  it('is so where a class is to the same side in every patient, give or take', () => {
    expect(lieAlike([30, 50, 10, 70, 40, 20, 45])).toBe(true);
    expect(lieAlike([130, 150, 110, 170, 140])).toBe(true);
  });

  it('is not so where it is anywhere', () => {
    expect(lieAlike([0, 90, 180, 270, 0, 90, 180, 270])).toBe(false);
    expect(lieAlike([0, 100, 190, 250, 45, 300, 160])).toBe(false);
  });

  it('is not so where many patients have a slight tendency', () => {
    const anywhere = Array.from({ length: 40 }, (_, i) => 9 * i);
    expect(lieAlike([...anywhere, ...Array(20).fill(30)])).toBe(false);
    expect(lieAlike([...anywhere, ...Array(60).fill(30)])).toBe(true);
  });

  it.each([3, 7, 12])('is found by chance as seldom as it should, of %s patients', (patients) => {
    const rng = new Rng('lie alike', patients);
    const draw = () => Array.from({ length: patients }, () => rng.uniform(0, 360));
    const found = Array.from({ length: 100 }, () => lieAlike(draw()));
    expect(found.filter((alike) => alike).length / 100).toBeLessThan(0.05);
  });

  it('is known of three patients where they agree to some degrees, as hearts do', () => {
    expect(lieAlike([152, 140, 157])).toBe(true);
    expect(lieAlike([152, 120, 180])).toBe(false);
  });

  it('is not known of two patients, of one class, and of what nobody has annotated', () => {
    expect(lieAlike([30, 30])).toBe(false);
    expect(lieAlike([30, 30, 30, 30, 30], 1)).toBe(false);
    expect(lieAlike([30, 30, 30, 30, 30], IGNORED)).toBe(false);
    expect(new LieTally().result()).toBe(false);
  });

  it('counts all slices of a patient as one', () => {
    const tally = new LieTally();
    for (let slice = 0; slice < 50; slice++) tally.add('the only one', mask(30));
    expect(tally.result()).toBe(false);
  });
});

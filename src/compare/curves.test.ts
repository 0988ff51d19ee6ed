import { describe, expect, it } from 'vitest';
import { aheadAfter, bestSoFar, type CurveMoment, meanCurve, timeTo } from './curves.ts';

const curve = (...points: (readonly [minutes: number, dice: number])[]): CurveMoment[] =>
  points.map(([minutes, dice]) => ({ step: 10 * minutes, minutes, cpuMinutes: 2 * minutes, dice }));

describe('bestSoFar', () => {
  it('takes the better network and never falls', () => {
    const points = [
      [0.2, 0.3],
      [0.5, 0.1],
      [0.4, 0.45],
    ].map(([student, teacher], i) => {
      return { step: i, minutes: i, cpuMinutes: null, student: student as number, teacher: teacher as number };
    });
    expect(bestSoFar(points).map(({ dice }) => dice)).toEqual([0.3, 0.5, 0.5]);
  });
});

describe('meanCurve', () => {
  it('averages validation by validation, as far as all curves go', () => {
    expect(meanCurve([curve([1, 0.2], [2, 0.4], [3, 0.9]), curve([2, 0.4], [4, 0.6])])).toEqual([
      { step: 15, minutes: 1.5, cpuMinutes: 3, dice: expect.closeTo(0.3, 12) },
      { step: 30, minutes: 3, cpuMinutes: 6, dice: expect.closeTo(0.5, 12) },
    ]);
    expect(meanCurve([])).toEqual([]);
  });
});

describe('timeTo', () => {
  it('is the median over the seeds that get there, and says how many do', () => {
    const curves = [curve([1, 0.5], [3, 0.7]), curve([2, 0.6]), curve([5, 0.2])];
    expect(timeTo(curves, 0.5)).toEqual({ dice: 0.5, seeds: 2, steps: 20, minutes: 2, cpuMinutes: 4 });
    expect(timeTo(curves, 0.7)).toMatchObject({ seeds: 1, minutes: 3 });
    expect(timeTo(curves, 0.8)).toEqual({ dice: 0.8, seeds: 0, steps: null, minutes: null, cpuMinutes: null });
  });
});

describe('aheadAfter', () => {
  const baseline = curve([1, 0.3], [3, 0.5], [6, 0.6]);

  it('is the moment from which a curve stays above', () => {
    expect(aheadAfter(curve([2, 0.2], [4, 0.7]), baseline, 'minutes')).toBe(4);
    expect(aheadAfter(curve([0.5, 0.4], [4, 0.55], [7, 0.65]), baseline, 'minutes')).toBe(7);
    expect(aheadAfter(curve([0.5, 0.9]), baseline, 'minutes')).toBe(0.5);
  });

  it('is null for a curve that is not above at the end', () => {
    expect(aheadAfter(curve([1, 0.4], [5, 0.55]), baseline, 'minutes')).toBeNull();
    expect(aheadAfter(baseline, baseline, 'minutes')).toBeNull();
  });
});

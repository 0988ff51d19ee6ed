import { describe, expect, it } from 'vitest';
import { Due } from './due.ts';

describe('what is due', () => {
  let time = 0;
  const now = () => time;
  const at = (due: Due, ...times: readonly number[]) =>
    times.filter((moment) => {
      time = moment;
      return due.isDue();
    });

  it('now and then is due at once, and again when its time has come since it was done', () => {
    time = 1000;
    expect(at(new Due({ every: 100 }, now), 1000, 1050, 1099, 1130, 1229, 1230)).toEqual([1000, 1130, 1230]);
  });

  it('once is due after its time, and never again', () => {
    time = 0;
    const due = new Due({ after: 60 }, now);
    expect(at(due, 0, 59)).toEqual([]);
    expect(due.wasDue).toBe(false);
    expect(at(due, 60, 61, 10_000)).toEqual([60]);
    expect(due.wasDue).toBe(true);
  });
});

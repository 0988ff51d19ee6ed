import { describe, expect, it } from 'vitest';
import { readText } from '../core/files.ts';
import { outcome, RUN, type TinyRunOptions, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { runPath } from './run-folder.ts';

describe('a time-budgeted run', () => {
  it('is planned after its resume where it stops before that', async () => {
    const files = tinyFiles();
    const overrides = { budget: { steps: undefined, minutes: 0.05 } };
    expect(await tinyRun(files, { overrides, secondsPerRun: 0.05, stopAt: 3 })).toBe('stopped');
    expect(await tinyRun(files, { overrides, secondsPerRun: 0.05, resume: true, dieAt: 400 })).toBe('finished');
  });

  it('goes on where it was stopped a step before a validation, with no step timed since', async () => {
    const options = { overrides: { budget: { steps: undefined, minutes: 0.05 } }, secondsPerRun: 0.05 };
    const [whole, stopped] = [tinyFiles(), tinyFiles()];
    await tinyRun(whole, options);
    const [header = '', ...rows] = (await outcome(whole)).log;
    const column = (name: string) => header.split(',').indexOf(name);
    const validated = rows.map((row) => row.split(',')).find((row) => row[column('validation/student')]);
    const validation = Number(validated?.[column('step')]);
    expect(validation).toBeGreaterThan(6);
    // What asks after step n is heard after step n + 1.
    expect(await tinyRun(stopped, { ...options, stopAt: validation - 2 })).toBe('stopped');
    expect(await tinyRun(stopped, { ...options, resume: true })).toBe('finished');
  });

  const clockOf = async (options: TinyRunOptions) => {
    const files = tinyFiles();
    expect(await tinyRun(files, { secondsPerRun: 0.05, ...options })).toBe('finished');
    return JSON.parse(await readText(files, runPath(RUN, 'clock'))) as { elapsedSeconds: number; cpuSeconds: number };
  };

  it('stops near its budget', async () => {
    const { elapsedSeconds } = await clockOf({ overrides: { budget: { steps: undefined, minutes: 0.1 } } });
    expect(elapsedSeconds).toBeGreaterThan(5.5);
    expect(elapsedSeconds).toBeLessThan(6.5);
  });

  it('may count what processors compute instead, all threads together', async () => {
    const overrides = { budget: { steps: undefined, minutes: 0.1, clock: 'cpu' } };
    const { elapsedSeconds, cpuSeconds } = await clockOf({ overrides, threads: 3 });
    expect(cpuSeconds).toBeGreaterThan(5);
    expect(cpuSeconds).toBeLessThan(7);
    expect(elapsedSeconds).toBeCloseTo(cpuSeconds / 3, 6);
  });
});

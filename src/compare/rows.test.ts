import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../settings/load-config.ts';
import type { Overrides } from '../settings/settings-file.ts';
import { rowsOfRuns } from './rows.ts';
import { finishedRun } from './testing/finished-run.ts';

const inFolder = (folder: string, overrides: Overrides) => {
  const budget = { steps: 300 };
  return { folder, run: finishedRun({ config: resolveConfig({ overrides: { budget, ...overrides } }), dice: [0.5] }) };
};
const rows = (...runs: Parameters<typeof rowsOfRuns>[0]) => rowsOfRuns(runs).map(({ row }) => row);

describe('rowsOfRuns', () => {
  it('names rows by the method where that is enough, whatever the seed, labels, threads and device', () => {
    expect(
      rows(
        inFolder('a', { seed: 1 }),
        inFolder('b', { seed: 2, threads: 3, device: 'cpu' }),
        inFolder('c', { labelled: 3 }),
        inFolder('d', { method: 'bcp' }),
      ),
    ).toEqual(['patchcl', 'patchcl', 'patchcl', 'bcp']);
  });

  it('names rows of one method by what their folders differ in, also where the last part is the same', () => {
    const changed = { contrast: { weight: 0.3 } };
    expect(rows(inFolder('runs/first', {}), inFolder('runs/second/', changed))).toEqual(['first', 'second']);
    expect(rows(inFolder('old/acdc-1', {}), inFolder('new/acdc-1/', changed))).toEqual(['old/acdc-1', 'new/acdc-1']);
  });

  it('refuses a run that differs from another in nothing: it is no second seed', () => {
    expect(() => rows(inFolder('runs/a', {}), inFolder('copy/a', {}))).toThrow(
      'copy/a: this run has the settings, data, labels and seed of runs/a',
    );
  });
});

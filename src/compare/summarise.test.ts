import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../settings/load-config.ts';
import type { Overrides } from '../settings/settings-file.ts';
import { protocolText } from './documents.ts';
import type { ComparisonResult } from './result.ts';
import { type ComparedRun, summariseComparison } from './summarise.ts';
import { groupTables } from './tables.ts';
import { finishedRun } from './testing/finished-run.ts';

const STEPS: Overrides = { steps: 300 };
const CPU: Overrides = { minutes: 3, clock: 'cpu' };

/** A run of three validations. Wall-clock minutes say nothing: `slowness` is of the machine. */
function compared(row: string, seed: number, dice: readonly number[], budget = STEPS, slowness = 1): ComparedRun {
  const config = resolveConfig({ overrides: { method: row, seed, labelled: 7, budget } });
  return { row, run: finishedRun({ config, dice, slowness }) };
}

const summarised = (runs: readonly ComparedRun[]): ComparisonResult =>
  summariseComparison(runs, { name: 'test', split: 'val', baseline: 'supervised', targets: [0.5], missing: [] });

const rowOf = (comparison: ComparisonResult, name: string) =>
  comparison.groups[0]?.rows.find((row) => row.name === name);

describe('processors', () => {
  const on = (cpu: string, budget: Overrides): ComparedRun => {
    const config = resolveConfig({ overrides: { method: 'supervised', budget } });
    return { row: cpu, run: finishedRun({ config, dice: [0.5], cpu }) };
  };
  const text = (...runs: readonly ComparedRun[]) => protocolText(summarised(runs));

  it('that differ are named, with what that means for minutes', () => {
    expect(text(on('old one', CPU), on('new one', CPU))).toMatch(
      /^Budget of each run: 3 processor minutes, on old one and new one\. Runs were made on different processors:/,
    );
    expect(text(on('old one', STEPS), on('new one', STEPS))).toMatch(
      /^Budget of each run: 300 steps, on old one and new one\. Scores/,
    );
  });

  it('that are the same are named once', () => {
    expect(text(on('new one', CPU), on('new one', CPU))).toMatch(/on new one\. Scores/);
  });
});

describe('a row against the baseline', () => {
  it('takes the seeds that both have', () => {
    const comparison = summarised([
      compared('supervised', 1, [0.3, 0.5, 0.6]),
      compared('supervised', 2, [0.7, 0.8, 0.9]),
      compared('mean-teacher', 1, [0.2, 0.55, 0.65]),
      compared('bcp', 3, [0.9, 0.9, 0.9]),
    ]);
    expect(rowOf(comparison, 'mean-teacher')).toMatchObject({
      difference: { dice: { mean: expect.closeTo(0.05, 12) } },
      ahead: { after: 200 },
    });
    expect(rowOf(comparison, 'bcp')).toMatchObject({ difference: null, ahead: null });
    expect(rowOf(comparison, 'supervised')).toMatchObject({ difference: null, ahead: null });
  });

  it('is ahead of nothing where the baseline has no run, and the table does not say so', () => {
    const comparison = summarised([compared('patchcl', 1, [0.2, 0.6, 0.7])]);
    expect(rowOf(comparison, 'patchcl')).toMatchObject({ difference: null, ahead: null });
    const times = groupTables(comparison.groups[0] as ComparisonResult['groups'][number], comparison)[2];
    expect(times?.table.columns.map(({ title }) => title)).toEqual([
      'method',
      '0.500 after',
      'above supervised from step',
      'best validation Dice',
    ]);
    expect(times?.table.rows[0]?.[2]).toBe('');
    expect(times?.caption).not.toContain('last target');
  });

  it("is timed by the budget's clock, not by how busy the machine was", () => {
    const runs = [compared('supervised', 1, [0.3, 0.5, 0.6], CPU, 10), compared('patchcl', 1, [0.2, 0.4, 0.7], CPU)];
    const comparison = summarised(runs);
    expect(comparison).toMatchObject({ budget: '3 processor minutes', clock: 'cpuMinutes' });
    // On the wall's clock PatchCL is done before the first validation of the other.
    expect(rowOf(comparison, 'patchcl')?.ahead).toEqual({ after: 3 });
  });

  it('never stays above: said so', () => {
    const comparison = summarised([compared('supervised', 1, [0.3, 0.5, 0.6]), compared('bcp', 1, [0.4, 0.5, 0.5])]);
    expect(rowOf(comparison, 'bcp')?.ahead).toEqual({ after: null });
    const times = groupTables(comparison.groups[0] as ComparisonResult['groups'][number], comparison)[2];
    expect(times?.table.rows[1]?.at(-2)).toBe('never');
  });
});

import { describe, expect, it } from 'vitest';
import { type Chart, lineChart } from './line-chart.ts';
import { linearTicks, logTicks, tickText } from './ticks.ts';

const chart = (change: Partial<Chart>): string =>
  lineChart({ title: 'Loss', xLabel: 'step', yLabel: 'loss', series: [], ...change }).text;

describe('ticks', () => {
  it.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 30000, 6, [0, 5000, 10000, 15000, 20000, 25000, 30000]],
    [-0.13, 0.31, 4, [0, 0.2]],
    [12, 13, 2, [12, 12.5, 13]],
  ])('from %d to %d are round', (low, high, count, ticks) => {
    expect(linearTicks(low, high, count)).toEqual(ticks);
  });

  it('on a log scale are powers of ten, or more where there are too few', () => {
    expect(logTicks(1e-6, 1e-2)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2]);
    expect(logTicks(0.15, 0.9)).toEqual([0.2, 0.5]);
    expect(logTicks(1e-20, 1).length).toBeLessThan(8);
  });

  it.each([
    [0, '0'],
    [1200, '1200'],
    [20000, '20k'],
    [2.5e6, '2.5M'],
    [0.00001, '1e-5'],
    [0.1 + 0.2, '0.3'],
  ])('write %d as %s', (value, text) => {
    expect(tickText(value)).toBe(text);
  });
});

describe('a line chart', () => {
  it('says in words what it shows and marks the best point', () => {
    const text = chart({
      series: [
        {
          name: 'teacher',
          points: [
            [1, 0.2],
            [2, 0.9],
            [3, 0.8],
          ],
          best: [2, 0.9],
        },
      ],
    });
    expect(text).toContain(
      'aria-label="Line chart &#34;Loss&#34;, loss over step. teacher: from 0.2 to 0.8, best 0.9 at 2."',
    );
    expect(text).toContain('class="best s0"');
  });

  it('leaves gaps for what is not finite, and for what is not positive on a log scale', () => {
    const points = [
      [1, 1],
      [2, 2],
      [3, Number.NaN],
      [4, 3],
      [5, 0],
      [6, 4],
    ] as const;
    const pens = (text: string) => [...(/ d="([^"]*)"/.exec(text)?.[1] ?? '')].filter((pen) => pen === 'M').length;
    expect(pens(chart({ series: [{ name: 'a', points }] }))).toBe(2);
    expect(pens(chart({ series: [{ name: 'a', points }], yScale: 'log' }))).toBe(3);
  });

  it('thins long series but keeps their peaks', () => {
    const points = Array.from({ length: 30_000 }, (_, step) => [step, step === 12_345 ? 9 : 1] as const);
    const text = chart({ series: [{ name: 'a', points }], yRange: [0, 9] });
    expect(text.length).toBeLessThan(12_000);
    expect(text).toMatch(/L[\d.]+ 12L/);
  });

  it.each([
    ['no series', []],
    ['an empty series', [{ name: 'a', points: [] }]],
    ['nothing finite', [{ name: 'a', points: [[1, Number.NaN]] as const }]],
  ])('copes with %s', (_, series) => {
    expect(chart({ series })).toContain('nothing was recorded');
  });

  it.each([
    ['one point', [[5, 3]] as const],
    [
      'a constant',
      [
        [1, 0],
        [2, 0],
      ] as const,
    ],
  ])('copes with %s', (_, points) => {
    for (const yScale of ['linear', 'log'] as const) {
      expect(chart({ series: [{ name: 'a', points }], yScale })).not.toMatch(/NaN|Infinity/);
    }
  });
});

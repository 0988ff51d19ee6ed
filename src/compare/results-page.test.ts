import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generated } from '../../bench/results-page.ts';
import type { ComparisonResult, RowResult } from './result.ts';
import { type Literature, resultsPage, withGenerated } from './results-page.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

function row(name: string, dice: number): RowResult {
  const spread = { mean: dice, sd: 0.01 };
  const none = { dice: [dice, dice], jaccard: [null, null], hd95: [null, null], asd: [null, null] };
  return {
    name,
    method: name,
    settings: [],
    runs: [
      {
        run: `acdc-7-${name}-1`,
        seed: 1,
        device: 'cpu',
        steps: 100,
        minutes: 1,
        cpuMinutes: 2,
        best: { step: 100, network: 'teacher', dice },
        mean: { dice, jaccard: null, hd95: null, asd: null },
        classes: none,
        undefinedDistances: 0,
        cases: { a: [dice, dice] },
        curve: [
          [50, 0.5, 1, 0.1, dice / 2],
          [100, 1, 2, 0.2, dice],
        ],
      },
    ],
    mean: { dice: spread, jaccard: null, hd95: null, asd: null },
    classes: none,
    difference: null,
    timeTo: [],
    ahead: null,
  };
}

const result: ComparisonResult = {
  version: 1,
  name: 'Two methods',
  versions: { cpu: 'a processor', node: '20' },
  budget: '100 steps',
  clock: 'step',
  split: 'val',
  baseline: 'supervised',
  missing: ['acdc-7-patchcl-2'],
  groups: [
    {
      data: 'acdc',
      labelled: 7,
      counts: {},
      classes: ['background', 'left', 'right'],
      unit: 'px',
      rows: [row('supervised', 0.7), row('patchcl', 0.8)],
    },
  ],
};

const literature: Literature = {
  title: 'Beside others',
  beside: ['compare-other', 'compare-main'],
  data: 'acdc',
  source: 'a paper.',
  difference: 'Not the same protocol.',
  labelled: [3, 7],
  rows: [{ name: 'PatchCL', ours: 'patchcl', dice: [null, 0.9] }],
};

describe('resultsPage', () => {
  const folders = { results: '../bench/results', pictures: 'images' };

  it('has the tables, curves, protocol and notes of a comparison, and says what is missing', () => {
    const { markdown, pictures } = resultsPage(
      [{ name: 'compare-main', result, notes: 'It went well.\n' }],
      [],
      folders,
    );
    expect(markdown).toContain('## Two methods\n\nFrom [`compare-main.json`](../bench/results/compare-main.json).');
    expect(markdown).toContain('Budget of each run: 100 steps, on a processor, Node 20.');
    expect(markdown).toContain('Not finished: acdc-7-patchcl-2.');
    expect(markdown).toContain('\n\nIt went well.\n\n');
    expect(markdown).toMatch(/\| patchcl +\| +1 \| 0\.800 ± 0\.010 \|/);
    expect(Object.keys(pictures)).toEqual(['compare-main-1-1.svg', 'compare-main-1-2.svg', 'compare-main-1-3.svg']);
    for (const [name, svg] of Object.entries(pictures)) {
      expect(markdown).toContain(`](images/${name})`);
      expect(svg).toMatch(/^<svg xmlns[\s\S]*patchcl<\/text>[\s\S]*<\/svg>\n$/);
    }
  });

  it('puts published numbers beside ours, and leaves them out where there are none of ours', () => {
    const { markdown } = resultsPage([{ name: 'compare-main', result }], [literature], folders);
    expect(markdown).toContain('## Beside others\n\nNot the same protocol.');
    expect(markdown).toMatch(/\| PatchCL +\| +- \| +\| +0\.900 \| +0\.800 \|/);
    expect(resultsPage([], [literature], folders).markdown).toBe('');
  });

  it('replaces its own part of a page and nothing else', () => {
    const page = read('docs/results.md');
    const put = (text: string, markdown: string) => withGenerated(text, 'speed', markdown) as string;
    const [once, other] = [put(page, 'new'), put(page, 'other')];
    expect(once).toContain('\n\nnew\n\n');
    expect(put(once, 'other')).toBe(other);
    expect(once).toContain('## A long run');
    expect(once.slice(0, 40)).toBe(page.slice(0, 40));
    expect(once.slice(-40)).toBe(page.slice(-40));
    expect(withGenerated('a page without marks', 'speed', 'new')).toBeUndefined();
  });
});

it('docs/results.md and its pictures are what npm run docs:results makes of the result files', async () => {
  const { page, pictures } = await generated();
  expect(page).toBe(read('docs/results.md'));
  for (const [name, svg] of Object.entries(pictures)) expect(read(`docs/images/results/${name}`)).toBe(svg);
});

import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cellsOf } from './cells.ts';
import { parseMatrix } from './matrix.ts';
import { changedSettings, differingSettings } from './settings-text.ts';

const matrix = {
  name: 'test',
  data: ['sets/acdc'],
  methods: ['supervised', 'gentle'],
  labelled: [7],
  seeds: [1, 2],
  also: [
    { labelled: [3, '5%', 'all'], seeds: [1] },
    { methods: ['gentle', 'mean-teacher'], data: ['/abs/other'], seeds: [2] },
    { seeds: [2] },
  ],
  budget: { steps: 10 },
  settings: { consistency: { weight: 2 }, ema: 0.9 },
  variants: { gentle: { method: 'mean-teacher', consistency: { threshold: 0.5 } } },
};

const cells = () => cellsOf(parseMatrix(stringify(matrix), 'm.yaml'), 'm.yaml', { dataRoot: '../data' });

it('crosses what is listed, each run once, all rows of a seed first', () => {
  expect(cells().map(({ id }) => id)).toEqual([
    'acdc-7-supervised-1',
    'acdc-7-gentle-1',
    'acdc-7-supervised-2',
    'acdc-7-gentle-2',
    ...['3', '5pc', 'all'].flatMap((labelled) => [`acdc-${labelled}-supervised-1`, `acdc-${labelled}-gentle-1`]),
    'other-7-gentle-2',
    'other-7-mean-teacher-2',
  ]);
  expect(cells().map(({ data }) => data)).toContain('../data/sets/acdc');
  expect(cells().at(-1)?.data).toBe('/abs/other');
});

it('lays the settings of a variant over those of all', () => {
  const [supervised, gentle] = cells().map(({ config }) => config);
  expect(gentle).toMatchObject({
    method: 'mean-teacher',
    seed: 1,
    labelled: 7,
    ema: 0.9,
    budget: { steps: 10 },
    consistency: { weight: 2, threshold: 0.5 },
  });
  expect(supervised?.consistency).toMatchObject({ weight: 2, threshold: 0.9 });
  expect(cells().find(({ id }) => id.includes('-all-'))?.config.labelled).toBeUndefined();
});

it('says what is missing', () => {
  expect(() => parseMatrix('name: x\n', 'm.yaml')).toThrow('m.yaml data: a list of folders was expected.');
  expect(() => parseMatrix('name: x\ndata: acdc\n', 'm.yaml')).toThrow(
    'm.yaml:2 data: a list of folders was expected.',
  );
});

it('tells what differs between rows, and what has changed in a run', () => {
  const [a, b] = cells().map(({ config }) => config) as [never, never];
  expect(differingSettings([a, b])).toEqual([['consistency.threshold: 0.9'], ['consistency.threshold: 0.5']]);
  expect(changedSettings(a, b)).toEqual(['method', 'consistency.threshold']);
  expect(changedSettings(a, { ...(a as object), threads: 4 } as never)).toEqual([]);
});

it('refuses two data folders of one name, whose runs would be one', () => {
  const twins = stringify({ ...matrix, data: ['old/acdc', 'new/acdc'] });
  expect(() => cellsOf(parseMatrix(twins, 'm.yaml'), 'm.yaml')).toThrow(
    'm.yaml data: old/acdc and new/acdc are both called acdc',
  );
});

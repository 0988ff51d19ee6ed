import { expect, it } from 'vitest';
import { formatNumber, markdownTable, type Table, textTable } from './table.ts';

const TABLE: Table = {
  columns: [{ title: 'class' }, { title: 'Dice' }, { title: 'HD95 (mm)', digits: 1 }, { title: '95 % CI' }],
  rows: [
    ['right|ventricle', 0.8412, 12.34, '0.81 to 0.87'],
    ['mean', 1, null, '-'],
  ],
};

it('aligns text left and numbers right', () => {
  expect(textTable(TABLE)).toBe(
    [
      'class             Dice  HD95 (mm)       95 % CI',
      '---------------  -----  ---------  ------------',
      'right|ventricle  0.841       12.3  0.81 to 0.87',
      'mean             1.000          -             -',
    ].join('\n'),
  );
});

it('writes Markdown', () => {
  expect(markdownTable(TABLE)).toBe(
    [
      '| class            |  Dice | HD95 (mm) |      95 % CI |',
      '| ---------------- | ----: | --------: | -----------: |',
      '| right\\|ventricle | 0.841 |      12.3 | 0.81 to 0.87 |',
      '| mean             | 1.000 |         - |            - |',
    ].join('\n'),
  );
});

it('keeps columns of names to the left', () => {
  const table: Table = {
    columns: [{ title: 'case' }, { title: 'part' }],
    rows: [
      ['a', 'test'],
      ['b', 'validation'],
    ],
  };
  expect(textTable(table).split('\n')[2]).toBe('a     test');
});

it('refuses rows with another number of cells', () => {
  expect(() => textTable({ columns: [{ title: 'a' }], rows: [[1, 2]] })).toThrow(/2 cells for 1 columns/);
});

it.each([
  [0.12345, '0.123'],
  [null, '-'],
  [undefined, '-'],
  [Number.NaN, '-'],
  [Number.POSITIVE_INFINITY, 'inf'],
])('writes %s as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

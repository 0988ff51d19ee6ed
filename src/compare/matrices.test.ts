import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cellsOf } from './cells.ts';
import { parseMatrix } from './matrix.ts';

const folder = new URL('../../bench/matrices/', import.meta.url);

it.each(readdirSync(folder))('bench/matrices/%s can be compared, each row by settings of its own', (name) => {
  const cells = cellsOf(parseMatrix(readFileSync(new URL(name, folder), 'utf8'), name), name);
  const [{ data, config } = cells[0] as never] = cells;
  const first = cells.filter((cell) => cell.data === data && cell.config.seed === config.seed);
  const kinds = first.map((cell) => JSON.stringify(cell.config));
  expect(new Set(kinds).size).toBe(kinds.length);
});

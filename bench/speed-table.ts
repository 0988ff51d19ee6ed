/** What `npm run bench` and `npm run bench:browser` have measured, as text: printed by them, and by `npm run docs:results` on its page. */
import { type Cell, type Table, textTable } from '../src/report/table.ts';
import { type ScalingPoint, scalingTable } from './scaling.ts';
import type { Times } from './times.ts';

export interface SpeedRow {
  readonly what: string;
  readonly patchcl: Times;
  readonly pytorch?: Times;
  readonly unit: string;
}

/** bench/results/speed.json */
export interface Speed {
  readonly machine: string;
  readonly rows: readonly SpeedRow[];
  readonly scaling: readonly ScalingPoint[];
}

/** bench/results/browser.json; milliseconds. */
export interface BrowserSpeed {
  readonly machine: string;
  readonly rows: readonly {
    readonly what: string;
    readonly native: number;
    readonly wasm: number;
    readonly ratio: number;
  }[];
}

export function speedText({ machine, rows, scaling }: Speed): string {
  const tables = [
    ...(rows.length === 0 ? [] : [speedTable(rows)]),
    ...(scaling.length === 0 ? [] : [scalingTable(scaling)]),
  ];
  return `${machine}\n${tables.map(textTable).join('\n\n')}`;
}

function speedTable(rows: readonly SpeedRow[]): Table {
  const titles = ['', 'median', 'PyTorch', 'ratio', 'best', 'PyTorch', 'ratio'];
  return {
    columns: [...titles.map((title) => ({ title, digits: title === 'ratio' ? 2 : 0 })), { title: 'unit' }],
    rows: rows.map(({ what, patchcl, pytorch, unit }): Cell[] => {
      const compared = (['median', 'best'] as const).flatMap((key) => {
        return [patchcl[key], pytorch?.[key] ?? null, pytorch === undefined ? null : pytorch[key] / patchcl[key]];
      });
      return [what, ...compared, unit];
    }),
  };
}

export function browserText({ machine, rows }: BrowserSpeed): string {
  const columns = ['', 'native, ms', 'WebAssembly, ms', 'ratio'].map((title) => ({
    title,
    digits: title === 'ratio' ? 2 : 0,
  }));
  const cells = rows.map(({ what, native, wasm, ratio }): Cell[] => [what, native, wasm, ratio]);
  return `${machine}\n${textTable({ columns, rows: cells })}`;
}

import { PatchclError } from '../core/errors.ts';

/** A cell: text, or a number that is written with its column's digits; null is a value that does not exist. */
export type Cell = string | number | null;

export interface Column {
  readonly title: string;
  /** Digits after the point for numbers; default 3. */
  readonly digits?: number;
}

/** A table for a terminal, a Markdown file or the report. Its first column names the rows. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A number with fixed digits; `-` for a value that does not exist. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  return Number.isFinite(value) ? value.toFixed(digits) : String(value).replace('Infinity', 'inf');
}

/**
 * The table with aligned columns, numbers to the right, a rule under the header, no line break at the end.
 *
 * @throws PatchclError `shape` when a row has more or fewer cells than there are columns.
 *
 * @example
 * textTable({ columns: [{ title: 'class' }, { title: 'Dice' }], rows: [['myocardium', 0.8512]] });
 * // class        Dice
 * // ----------  -----
 * // myocardium  0.851
 */
export function textTable(table: Table): string {
  const { header, body, isRight, widths } = layout(table);
  const line = (cells: readonly string[]) => alignedCells(cells, isRight, widths).join('  ').trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** The table as GitHub-flavoured Markdown, columns aligned in the source too. @throws PatchclError `shape` as `textTable`. */
export function markdownTable(table: Table): string {
  const escaped: Table = {
    columns: table.columns.map((column) => ({ ...column, title: escapeMarkdown(column.title) })),
    rows: table.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? escapeMarkdown(cell) : cell))),
  };
  const { header, body, isRight, widths } = layout(escaped);
  const line = (cells: readonly string[]) => `| ${alignedCells(cells, isRight, widths).join(' | ')} |`;
  const rule = widths.map((width, column) => (isRight[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(header), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** Cells as text, which columns hold numbers, and how wide each column is (at least three characters). */
export function layout({ columns, rows }: Table) {
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new PatchclError('shape', `a table row has ${row.length} cells for ${columns.length} columns`);
    }
  }
  const header = columns.map((column) => column.title);
  const body = rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]?.digits)));
  const isRight = columns.map((_, index) => {
    const cells = rows.map((row) => row[index]);
    return cells.some((cell) => typeof cell === 'number') || (index > 0 && cells.every(looksNumeric));
  });
  const widths = header.map((title, index) =>
    Math.max(3, title.length, ...body.map((cells) => (cells[index] as string).length)),
  );
  return { header, body, isRight, widths };
}

function cellText(cell: Cell, digits: number | undefined): string {
  return typeof cell === 'string' ? cell : formatNumber(cell, digits);
}

/** Text that starts with a digit reads as a number with something attached: `0.81 (0.78 to 0.84)`. */
function looksNumeric(cell: Cell | undefined): boolean {
  return typeof cell !== 'string' || /^[-+]?[\d.]|^-?$/.test(cell);
}

function alignedCells(cells: readonly string[], isRight: readonly boolean[], widths: readonly number[]): string[] {
  return cells.map((cell, column) => {
    const width = widths[column] as number;
    return isRight[column] ? cell.padStart(width) : cell.padEnd(width);
  });
}

function escapeMarkdown(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

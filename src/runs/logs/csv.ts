import { PatchclError } from '../../core/errors.ts';
import { type Files, readText } from '../../core/files.ts';
import type { LogRow, RowLog } from './row.ts';

const LEADING_COLUMNS = ['step', 'wall_seconds'] as const;

/** The header line of a log whose rows may hold these values. @throws PatchclError `bad-usage` for an unfit name. */
export function csvHeader(names: readonly string[]): string {
  for (const name of names) {
    if (/[",\r\n]/.test(name) || name.trim() !== name || name === '') {
      throw new PatchclError('bad-usage', `a logged value cannot be called ${JSON.stringify(name)}`, {
        hint: 'Use a name without commas, quotes, line breaks and outer spaces.',
      });
    }
  }
  const columns = [...LEADING_COLUMNS, ...names];
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new PatchclError('bad-usage', `two logged values are called "${twice}"`);
  return `${columns.join(',')}\n`;
}

/**
 * One row as a line, its values in the order of `names`; a value the row does not have is an empty cell. Numbers are
 * written so that they read back exactly; `NaN`, `inf` and `-inf` are what pandas and NumPy read.
 *
 * @throws PatchclError `bad-usage` when the row holds a value without a column.
 */
export function csvLine(names: readonly string[], row: LogRow): string {
  const stranger = Object.keys(row.values).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new PatchclError('bad-usage', `the value "${stranger}" of step ${row.step} has no column in the log`, {
      hint: 'Name every logged value when the log is started.',
    });
  }
  const cells = names.map((name) => cell(row.values[name]));
  return `${[String(row.step), cell(row.wallSeconds), ...cells].join(',')}\n`;
}

/**
 * Reads a log back. A last line without its line break (a crash while writing) is left out.
 *
 * @throws PatchclError `bad-file` when the text is not such a log.
 */
export function parseCsv(text: string, path = 'metrics.csv'): { names: string[]; rows: LogRow[] } {
  const [header, ...lines] = wholeLines(text);
  const columns = header?.trimEnd().split(',') ?? [];
  if (columns[0] !== LEADING_COLUMNS[0] || columns[1] !== LEADING_COLUMNS[1]) {
    throw new PatchclError('bad-file', `expected a log starting with the columns ${LEADING_COLUMNS.join(', ')}`, {
      subject: path,
    });
  }
  const names = columns.slice(LEADING_COLUMNS.length);
  return { names, rows: lines.map((line, index) => parseLine(line, names, `${path}:${index + 2}`)) };
}

/** The log as it was right after `step`: header and rows up to and including it, byte for byte. */
export function truncateCsv(text: string, step: number): string {
  const [header = '', ...lines] = wholeLines(text);
  return header + lines.filter((line) => Number(line.slice(0, line.indexOf(','))) <= step).join('');
}

/**
 * The metrics of a run as a table for spreadsheets and pandas, on disk after every row.
 *
 * @example
 * const log = await CsvLog.start(files, 'run/metrics.csv', ['loss', 'dice']);
 * await log.append({ step: 1, wallSeconds: Date.now() / 1000, values: { loss: 0.7 } });
 */
export class CsvLog implements RowLog {
  readonly #files: Files;
  readonly #path: string;
  readonly #names: readonly string[];

  private constructor(files: Files, path: string, names: readonly string[]) {
    this.#files = files;
    this.#path = path;
    this.#names = names;
  }

  /** Starts an empty log, replacing one that is there. */
  static async start(files: Files, path: string, names: readonly string[]): Promise<CsvLog> {
    await files.write(path, csvHeader(names));
    return new CsvLog(files, path, names);
  }

  /**
   * Continues a log after a checkpoint of `step`: later rows are dropped, as they will be written again. Starts an empty
   * log when there is none.
   *
   * @throws PatchclError `bad-data` when the log has other columns.
   */
  static async resume(files: Files, path: string, names: readonly string[], step: number): Promise<CsvLog> {
    if ((await files.kind(path)) === undefined) return CsvLog.start(files, path, names);
    const kept = truncateCsv(await readText(files, path), step);
    if (!kept.startsWith(csvHeader(names))) {
      throw new PatchclError('bad-data', 'the log was written with other columns than this run has', {
        subject: path,
        hint: 'Resume with the settings the run was started with, or start a new run.',
      });
    }
    await files.write(path, kept);
    return new CsvLog(files, path, names);
  }

  async append(row: LogRow): Promise<void> {
    await this.#files.append(this.#path, csvLine(this.#names, row));
  }
}

function cell(value: number | undefined): string {
  if (value === undefined) return '';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return String(value);
}

function wholeLines(text: string): string[] {
  return text.match(/[^\n]*\n/g) ?? [];
}

function parseLine(line: string, names: readonly string[], where: string): LogRow {
  const [step = Number.NaN, wallSeconds = Number.NaN, ...values] = line.trimEnd().split(',').map(parseCell);
  if (!Number.isSafeInteger(step) || values.length !== names.length) {
    throw new PatchclError('bad-file', `expected a whole step, a time and ${names.length} values`, { subject: where });
  }
  const present = names.flatMap((name, index) => {
    const value = values[index];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { step, wallSeconds, values: Object.fromEntries(present) };
}

function parseCell(text: string): number | undefined {
  if (text === '') return undefined;
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

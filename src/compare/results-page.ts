import { z } from 'zod';
import { chartSvg } from '../report/chart-svg.ts';
import { type Cell, formatNumber, markdownTable } from '../report/table.ts';
import { groupCharts } from './charts.ts';
import { protocolText } from './documents.ts';
import type { ComparisonResult, GroupResult } from './result.ts';
import { groupTables, groupTitle } from './tables.ts';

/** Published numbers to stand beside ours, as they lie in a file. */
export const literatureSchema = z.strictObject({
  title: z.string(),
  /** Comparisons whose rows stand beside them, by their files' names: of each row the first that has it. */
  beside: z.array(z.string()).min(1),
  data: z.string(),
  source: z.string(),
  /** How the protocols differ. */
  difference: z.string(),
  /** Numbers of labelled patients, in the order of the values. */
  labelled: z.array(z.union([z.int(), z.literal('all')])),
  rows: z.array(
    z.strictObject({
      name: z.string(),
      /** Our method of the same idea, if there is one. */
      ours: z.string().exactOptional(),
      /** Mean Dice, one per number of labelled patients; null where none is published. */
      dice: z.array(z.number().nullable()),
    }),
  ),
});
export type Literature = z.infer<typeof literatureSchema>;

/** A comparison, and what its file is called without folder and ending. */
export interface NamedComparison {
  readonly name: string;
  readonly result: ComparisonResult;
  /** What a person has written about it, Markdown. */
  readonly notes?: string;
}

/** The generated part of the results page, and the pictures that it shows, by their file names. */
export interface ResultsPage {
  readonly markdown: string;
  readonly pictures: Readonly<Record<string, string>>;
}

/** Tables and curves of comparisons, then published numbers beside ours, where those are there. */
export function resultsPage(
  comparisons: readonly NamedComparison[],
  literature: readonly Literature[],
  folders: { readonly results: string; readonly pictures: string },
): ResultsPage {
  const pictures: Record<string, string> = {};
  const sections = comparisons.map(({ name, result, notes }) => {
    const groups = result.groups.map((group, g) => {
      const images = groupCharts(group, result).map((chart, c) => {
        const file = `${name}-${g + 1}-${c + 1}.svg`;
        pictures[file] = chartSvg(chart);
        return `![${chart.title}: ${groupTitle(group)}](${folders.pictures}/${file})`;
      });
      const tables = groupTables(group, result).map(({ caption, table }) => `${markdownTable(table)}\n\n${caption}`);
      return [`### ${groupTitle(group)}`, `Seeds: ${seedsText(group)}.`, ...tables, images.join('\n')].join('\n\n');
    });
    const from = `From [\`${name}.json\`](${folders.results}/${name}.json). ${protocolText(result)}`;
    return [`## ${result.name}`, from, ...(notes === undefined ? [] : [notes.trim()]), ...groups].join('\n\n');
  });
  const published = literature.flatMap((entry) => {
    const own = entry.beside.flatMap((name) => comparisons.find((other) => other.name === name) ?? []);
    return own.length === 0 ? [] : [literatureSection(entry, own)];
  });
  return { markdown: [...sections, ...published].join('\n\n'), pictures };
}

function seedsText({ rows }: GroupResult): string {
  const seeds = rows.map(({ name, runs }) => [name, runs.map(({ seed }) => seed).join(', ')] as const);
  const kinds = [...new Set(seeds.map(([, list]) => list))];
  if (kinds.length === 1) return kinds[0] as string;
  return kinds
    .map((list) => {
      const names = seeds.filter(([, own]) => own === list).map(([name]) => name);
      return `${list} of ${names.join(', ')}`;
    })
    .join('; ');
}

function literatureSection(literature: Literature, beside: readonly NamedComparison[]): string {
  const { title, data, source, difference, labelled, rows } = literature;
  const ours = (name: string | undefined, count: number | 'all') => {
    const rows = beside.flatMap(({ result }) => {
      const group = result.groups.find((candidate) => candidate.data === data && candidate.labelled === count);
      return group?.rows.filter((row) => row.name === name) ?? [];
    });
    const mean = rows[0]?.mean.dice ?? null;
    return mean === null ? '' : formatNumber(mean.mean, 3);
  };
  const labels = labelled.map((count) => (count === 'all' ? 'all patients' : `${count} patients`));
  const columns = ['method', ...labels.flatMap((label) => [`published, ${label}`, `here, ${label}`])];
  const table = {
    columns: columns.map((column) => ({ title: column })),
    rows: rows.map((row): Cell[] => [
      row.name,
      ...labelled.flatMap((count, i) => [row.dice[i] ?? null, ours(row.ours, count)]),
    ]),
  };
  return [`## ${title}`, difference, markdownTable(table), `Source: ${source}`].join('\n\n');
}

/** A page with one of its generated parts replaced; the rest is as it was. Undefined when the page has no such part. */
export function withGenerated(page: string, part: string, markdown: string): string | undefined {
  const begin = `<!-- begin: ${part}, written by npm run docs:results -->`;
  const [start, end] = [page.indexOf(begin), page.indexOf(`<!-- end: ${part} -->`)];
  if (start < 0 || end < start) return undefined;
  return `${page.slice(0, start + begin.length)}\n\n${markdown}\n\n${page.slice(end)}`;
}

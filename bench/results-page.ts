/**
 * `npm run docs:results`: writes what stands between marks in docs/results.md. Comparisons: tables and curves of
 * bench/results/compare-*.json (what `patchcl compare` has written, under a name of its own), what stands about each in a .md file
 * of the same name, and literature-*.json. Speed: the tables of speed.json and browser.json.
 */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadComparison } from '../src/compare/result.ts';
import {
  literatureSchema,
  type NamedComparison,
  type ResultsPage,
  resultsPage,
  withGenerated,
} from '../src/compare/results-page.ts';
import { readText } from '../src/core/files.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { type BrowserSpeed, browserText, type Speed, speedText } from './speed-table.ts';

const files = nodeFiles(fileURLToPath(new URL('..', import.meta.url)));
const RESULTS = 'bench/results';
const PICTURES = 'docs/images/results';
export const PAGE = 'docs/results.md';

/** Comparisons that come first on the page; the others follow by name. */
const FIRST = ['compare-main', 'compare-long', 'compare-twenty-four-minutes', 'compare-twelve-minutes', 'compare-sets'];

/** The page as it should be, and its pictures. */
export async function generated(): Promise<{ page: string | undefined; pictures: ResultsPage['pictures'] }> {
  const names = (await readdir(fileURLToPath(new URL('results', import.meta.url)))).sort();
  const comparisons: NamedComparison[] = [];
  for (const file of names.filter((name) => /^compare-.*\.json$/.test(name))) {
    const name = file.replace(/\.json$/, '');
    const notes = names.includes(`${name}.md`) ? await readText(files, `${RESULTS}/${name}.md`) : undefined;
    const result = await loadComparison(files, `${RESULTS}/${file}`);
    comparisons.push({ name, result, ...(notes === undefined ? {} : { notes }) });
  }
  const place = ({ name }: NamedComparison) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  comparisons.sort((a, b) => place(a) - place(b));
  const literature = [];
  for (const file of names.filter((name) => /^literature-.*\.json$/.test(name))) {
    literature.push(literatureSchema.parse(JSON.parse(await readText(files, `${RESULTS}/${file}`))));
  }
  const { markdown, pictures } = resultsPage(comparisons, literature, {
    results: '../bench/results',
    pictures: 'images/results',
  });
  const speed: Speed = JSON.parse(await readText(files, `${RESULTS}/speed.json`));
  const browser: BrowserSpeed = JSON.parse(await readText(files, `${RESULTS}/browser.json`));
  const parts = {
    comparisons: markdown,
    speed: asWritten(speedText(speed)),
    'speed in a browser': asWritten(browserText(browser)),
  };
  let page: string | undefined = await readText(files, PAGE);
  for (const [part, text] of Object.entries(parts)) page = page && withGenerated(page, part, text);
  return { page, pictures };
}

const asWritten = (text: string) => ['```', text, '```'].join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { page, pictures } = await generated();
  if (page === undefined) throw new Error(`${PAGE} has lost the marks of a generated part`);
  await files.remove(PICTURES);
  for (const [name, svg] of Object.entries(pictures)) await files.write(`${PICTURES}/${name}`, svg);
  await files.write(PAGE, page);
  process.stdout.write(`${PAGE}, ${Object.keys(pictures).length} pictures\n`);
}

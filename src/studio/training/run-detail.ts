import { type Files, joinPath, readText } from '../../core/files.ts';
import { loadFacts } from '../../runs/facts.ts';
import { parseCsv } from '../../runs/logs/csv.ts';
import { hasFile, runPath } from '../../runs/run-folder.ts';
import type { Run, RunDetail } from '../api/index.ts';
import { RUN_EXTRAS } from './stored-run.ts';

/** A run with what training has written about it so far. */
export async function runDetail(files: Files, folder: string, run: Run): Promise<RunDetail> {
  const requested = joinPath(folder, RUN_EXTRAS.requested);
  const config = (await files.kind(requested)) === 'file' ? await readText(files, requested) : '';
  const versions = (await hasFile(files, folder, 'facts')) ? (await loadFacts(files, folder)).versions : {};
  return { ...run, config, versions, series: await seriesOf(files, folder) };
}

async function seriesOf(files: Files, folder: string): Promise<RunDetail['series']> {
  if (!(await hasFile(files, folder, 'metrics'))) return [];
  const { names, rows } = parseCsv(await readText(files, runPath(folder, 'metrics')));
  return names.map((name) => {
    const present = rows.filter(({ values }) => values[name] !== undefined);
    return {
      name,
      steps: present.map(({ step }) => step),
      values: present.map(({ values }) => (Number.isFinite(values[name]) ? (values[name] as number) : null)),
    };
  });
}

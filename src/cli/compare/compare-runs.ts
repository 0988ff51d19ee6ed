import { type FinishedRun, isTrained, readFinishedRun } from '../../compare/finished-run.ts';
import type { FolderRun } from '../../compare/rows.ts';
import { hasRecord, readRecord } from '../../compare/run-scores.ts';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { runtimeFor } from '../../node/device.ts';
import { evaluateRun } from '../../runs/evaluate-run.ts';
import { openRun } from '../../runs/open-run.ts';
import { type ComparedPart, scoresPath } from '../../runs/run-folder.ts';
import { checkRunFolder } from '../../runs/run-model.ts';
import { note } from '../terminal.ts';

interface MeasureOptions {
  readonly split: ComparedPart;
  readonly threads: number | undefined;
}

/**
 * Finished runs with their scores; runs without are measured first. Of a run whose record alone is there, that is what counts.
 *
 * @throws PatchclError `bad-usage` for an unfinished run
 */
export async function measuredRuns(
  files: Files,
  folders: readonly string[],
  { split, threads }: MeasureOptions,
): Promise<FolderRun[]> {
  const trained = new Set<string>();
  for (const run of folders) {
    if (await isTrained(files, run)) trained.add(run);
    else if (!(await hasRecord(files, run, split))) await refuseUnfinished(files, run);
  }
  const runs: FolderRun[] = [];
  for (const folder of folders) {
    const run = trained.has(folder)
      ? await measured(files, folder, { split, threads })
      : await readRecord(files, folder, split);
    runs.push({ folder, run });
  }
  return runs;
}

async function refuseUnfinished(files: Files, run: string): Promise<never> {
  if ((await files.kind(run)) === 'file') {
    const hint = 'Name it so, or give run folders.';
    throw new PatchclError('bad-usage', 'a matrix ends in .yaml, runs are folders', { subject: run, hint });
  }
  await checkRunFolder(files, run);
  const hint = `Train it to its end: patchcl train --resume --out ${run}`;
  throw new PatchclError('bad-usage', 'this run has not been trained to its end', { subject: run, hint });
}

/** A trained run with its scores, which are written where there are none. */
async function measured(files: Files, run: string, { split, threads }: MeasureOptions): Promise<FinishedRun> {
  const path = scoresPath(run, split);
  if ((await files.kind(path)) !== 'file') {
    note(`measuring ${run}`);
    const hint = `Give its place to: patchcl evaluate ${run} --split ${split} --json ${path} --data DIR`;
    const data = await openRun(files, run).dataFolder(hint);
    const { json } = await evaluateRun(files, await runtimeFor({ threads }, note), { run, data, part: split });
    await files.write(path, json);
  }
  return readFinishedRun(files, run, split);
}

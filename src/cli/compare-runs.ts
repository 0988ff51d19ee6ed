import { isTrained, readFinishedRun } from '../compare/finished-run.ts';
import type { FolderRun } from '../compare/rows.ts';
import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { runtimeFor } from '../node/device.ts';
import { dataOfRun } from '../train/facts.ts';
import { scoresPath } from '../train/run-folder.ts';
import { checkRunFolder } from '../train/run-model.ts';
import { evaluateRun } from './evaluate-run.ts';
import { note } from './terminal.ts';

/** Finished runs with their scores; runs without are measured first. @throws PatchclError `bad-usage` for an unfinished run */
export async function measuredRuns(
  files: Files,
  folders: readonly string[],
  { split, threads }: { readonly split: 'val' | 'test'; readonly threads: number | undefined },
): Promise<FolderRun[]> {
  for (const run of folders) {
    if (await isTrained(files, run)) continue;
    if ((await files.kind(run)) === 'file') {
      const hint = 'Name it so, or give run folders.';
      throw new PatchclError('bad-usage', 'a matrix ends in .yaml, runs are folders', { subject: run, hint });
    }
    await checkRunFolder(files, run);
    const hint = `Train it to its end: patchcl train --resume --out ${run}`;
    throw new PatchclError('bad-usage', 'this run has not been trained to its end', { subject: run, hint });
  }
  const runs: FolderRun[] = [];
  for (const folder of folders) {
    const path = scoresPath(folder, split);
    if ((await files.kind(path)) !== 'file') {
      note(`measuring ${folder}`);
      const hint = `Give its place to: patchcl evaluate ${folder} --split ${split} --json ${path} --data DIR`;
      const data = await dataOfRun(files, folder, hint);
      const { json } = await evaluateRun(files, await runtimeFor({ threads }), { run: folder, data, part: split });
      await files.write(path, json);
    }
    runs.push({ folder, run: await readFinishedRun(files, folder, split) });
  }
  return runs;
}

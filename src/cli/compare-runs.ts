import { type FinishedRun, isTrained, readFinishedRun } from '../compare/finished-run.ts';
import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { loadFacts } from '../train/facts.ts';
import { scoresPath } from '../train/run-folder.ts';
import { runtimeFor } from './device.ts';
import { evaluateRun } from './evaluate-run.ts';
import { note } from './terminal.ts';

/** Finished runs with their scores; runs without are measured first. @throws PatchclError `bad-usage` for an unfinished run */
export async function measuredRuns(
  files: Files,
  folders: readonly string[],
  { split, threads }: { readonly split: 'val' | 'test'; readonly threads: number | undefined },
): Promise<FinishedRun[]> {
  for (const run of folders) {
    if (await isTrained(files, run)) continue;
    throw new PatchclError('bad-usage', 'this is not the folder of a finished run', {
      subject: run,
      hint: `Train it to its end: patchcl train --resume --out ${run}`,
    });
  }
  const runs: FinishedRun[] = [];
  for (const run of folders) {
    const path = scoresPath(run, split);
    if ((await files.kind(path)) !== 'file') {
      note(`measuring ${run}`);
      const { data } = await loadFacts(files, run);
      const { json } = await evaluateRun(files, await runtimeFor({ threads }), { run, data, part: split });
      await files.write(path, json);
    }
    runs.push(await readFinishedRun(files, run, split));
  }
  return runs;
}

import { type Files, joinPath } from '../../core/files.ts';
import { openRun } from '../../runs/open-run.ts';
import { hasFile, RUN_FILES } from '../../runs/run-folder.ts';
import { note } from '../terminal.ts';
import { type ProgressOptions, printEvent } from './progress.ts';

/** Says how a training ended: its Dice, its files, and what to do next. */
export async function tellEnd(
  files: Files,
  run: string,
  outcome: 'finished' | 'stopped',
  { progress }: ProgressOptions,
): Promise<void> {
  const validated = await hasFile(files, run, 'best');
  const { weights: _, ...best } = validated ? await openRun(files, run).best() : { weights: undefined };
  const known = 'step' in best ? best : null;
  if (progress === 'json') {
    const made =
      outcome === 'finished' ? { model: joinPath(run, RUN_FILES.model), report: joinPath(run, RUN_FILES.report) } : {};
    printEvent({ type: 'end', outcome, run, best: known, files: made });
    return;
  }
  if (outcome === 'stopped') {
    note(`stopped; continue with: patchcl train --resume --out ${run}`);
    return;
  }
  const dice =
    known === null || known.dice === null
      ? 'there were no validation cases to measure it on'
      : `validation Dice ${known.dice.toFixed(4)} (${known.network} of step ${known.step})`;
  note(`finished: ${dice}`);
  note(`${joinPath(run, RUN_FILES.report)}   open it in a browser`);
  note(`next: patchcl predict ${run} SCANS --out masks`);
}

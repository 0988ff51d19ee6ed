import { Command, Option } from 'commander';
import type { Files } from '../../core/files.ts';
import { DataNotes } from '../../data/notes.ts';
import { type DeviceOptions, runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import type { SegmenterOptions } from '../../predict/segmenter.ts';
import { type EvaluatedPart, evaluateRun, type RunEvaluation } from '../../runs/evaluate-run.ts';
import { openRun } from '../../runs/open-run.ts';
import { deviceOption, threadsOption } from '../device-options.ts';
import { checkWritableFile } from '../outputs.ts';
import { flipsOption, keepLargestOption, noFlipsOption, noKeepLargestOption } from '../segmenter-options.ts';
import { note, ProgressLine, print } from '../terminal.ts';
import { resultsTable } from './evaluation-tables.ts';

interface EvaluateOptions extends DeviceOptions, SegmenterOptions {
  readonly data?: string;
  readonly split: EvaluatedPart;
  readonly json?: string;
  readonly strict?: boolean;
}

/** `patchcl evaluate RUN --data DIR --split val|test [--json FILE]` */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .summary('measure a run on its validation or test cases')
    .description(
      'Segments the validation or test cases of a run in their native size and compares them with their masks: Dice, Jaccard, HD95 and ASD per class. Who is in which part was decided at training and stands in split.json. Look at the test part once, at the end. A case that cannot be read is reported and left out, the exit status is then 1.',
    )
    .argument('<run>', 'folder that patchcl train has written')
    .option('--data <dir>', 'folder of the data set (default: the one the run was trained on)')
    .addOption(new Option('--split <part>', 'which cases').choices(['val', 'test']).default('val'))
    .option('--json <file>', 'also write every case as JSON, and mean, spread and confidence interval of every class')
    .option('--strict', 'end with the first case that cannot be measured, rather than measure the others')
    .addOption(flipsOption())
    .addOption(noFlipsOption())
    .addOption(keepLargestOption())
    .addOption(noKeepLargestOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .action((run: string, options: EvaluateOptions) => evaluate(nodeFiles(), run, options));
}

async function evaluate(files: Files, run: string, options: EvaluateOptions): Promise<void> {
  const { split: part, json, strict, flips, keepLargest } = options;
  const opened = openRun(files, run);
  await opened.model();
  if (json !== undefined) await checkWritableFile(files, json);
  const data = options.data ?? (await opened.dataFolder());
  const progress = new ProgressLine();
  const onCase = (done: number, total: number) => progress.show(`${done}/${total} cases`);
  const runtime = await runtimeFor(options);
  const notes = new DataNotes();
  const evaluation = await evaluateRun(files, runtime, {
    run,
    data,
    part,
    segmenter: { flips, keepLargest },
    partial: strict !== true,
    onCase,
    notes,
  });
  progress.clear();
  for (const line of notes.lines()) note(line);
  const isMeasured = evaluation.results.cases.length > 0;
  if (isMeasured) print(resultsTable(evaluation.results));
  tellFailures(evaluation);
  if (isMeasured && json !== undefined) await files.write(json, evaluation.json);
}

function tellFailures({ failures, results }: RunEvaluation): void {
  if (failures.length === 0) return;
  note(`${failures.length} of ${failures.length + results.cases.length} cases could not be measured and are left out`);
  for (const { problem } of failures) note(`patchcl: ${problem}`);
  process.exitCode = 1;
}

import { Command } from 'commander';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { isPlain } from '../../data/classes.ts';
import { DataNotes } from '../../data/notes.ts';
import type { PatientsSetting } from '../../data/patients/setting.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { scoreMasks } from '../../predict/scoring/score-masks.ts';
import { type FailedCase, resultsOf, scoresJson } from '../../report/results.ts';
import { resultsTable } from '../evaluate/evaluation-tables.ts';
import { jsonDescription, jsonOutput } from '../json-output.ts';
import { ignoreOption, lesionsOption, type MetricChoice, metricsOf, surfaceDiceOption } from '../metric-options.ts';
import { patientsOption } from '../patients-option.ts';
import { note, ProgressLine } from '../terminal.ts';

interface ScoreOptions extends MetricChoice {
  readonly ignore?: number;
  readonly patients?: PatientsSetting;
  readonly json?: string;
  readonly strict?: boolean;
}

/** `patchcl score PREDICTIONS MASKS [--json FILE]` */
export function scoreCommand(): Command {
  return new Command('score')
    .summary('compare two folders of masks, whoever made them')
    .description(
      'Compares masks with reference masks of the same names. Per class it gives Dice, Jaccard, HD95, ASD, sensitivity, precision and volume difference, as patchcl evaluate does. Classes are the label values, with the names of a dataset.json in or above one of the folders. A mask without prediction, or one that cannot be read, is reported and left out. The exit status is then 1.',
    )
    .argument('<predictions>', 'folder of the masks to be measured, or one such file')
    .argument('<masks>', 'folder of the reference masks, or one such file')
    .addOption(ignoreOption())
    .addOption(patientsOption())
    .addOption(surfaceDiceOption())
    .addOption(lesionsOption())
    .option('--json <file>', jsonDescription('every case, and mean, spread and interval of every class'))
    .option('--strict', 'end with the first case that cannot be measured, rather than measure the others')
    .action((predictions: string, masks: string, options: ScoreOptions) =>
      score(nodeFiles(), { predictions, masks }, options),
    );
}

async function score(
  files: Files,
  folders: { readonly predictions: string; readonly masks: string },
  options: ScoreOptions,
): Promise<void> {
  const { ignore, patients, json, strict } = options;
  const output = await jsonOutput(files, json);
  const failures: FailedCase[] = [];
  const notes = new DataNotes();
  const progress = new ProgressLine();
  const metrics = metricsOf(options);
  const { scheme, scores, patientOf } = await scoreMasks(files, {
    ...folders,
    ...{ ignore, patients, metrics, notes },
    onCase: (done, total) => progress.show(`${done}/${total} cases`),
    ...(strict !== true && { onFailure: (id: string, problem: string) => failures.push({ id, problem }) }),
  });
  progress.clear();
  for (const line of notes.lines()) note(line);
  const values = isPlain(scheme.values) ? undefined : scheme.values;
  const scoring = { classes: scheme.classes, values, part: 'scored', patientOf, tolerance: metrics.tolerance };
  const results = resultsOf(scores, scoring);
  if (scores.length > 0) output.print(resultsTable(results));
  if (failures.length > 0) {
    note(`${failures.length} of ${failures.length + scores.length} cases could not be measured and are left out`);
    for (const { problem } of failures) note(`patchcl: ${problem}`);
    process.exitCode = 1;
  }
  if (scores.length === 0) {
    throw new PatchclError('bad-data', 'nothing could be measured', { subject: folders.predictions });
  }
  await output.write(scoresJson(scores, results, scoring, failures));
}

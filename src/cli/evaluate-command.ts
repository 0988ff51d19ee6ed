import { Command, Option } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { type Files, readText } from '../core/files.ts';
import type { Case } from '../data/dataset.ts';
import { openDataset } from '../data/layouts/open.ts';
import { fromManifest, parseManifest } from '../data/manifest.ts';
import { summarise } from '../metrics/summary.ts';
import { evaluateCases } from '../predict/evaluate.ts';
import { resultsOf } from '../report/results.ts';
import { loadFacts } from '../train/facts.ts';
import { runPath } from '../train/run-folder.ts';
import { type DeviceOptions, deviceOption, runtimeFor, threadsOption } from './device.ts';
import { resultsTable } from './evaluation-tables.ts';
import { loadSegmenter, modelBytes } from './load-segmenter.ts';
import { nodeFiles } from './node-files.ts';
import { ProgressLine, print } from './terminal.ts';

interface EvaluateOptions extends DeviceOptions {
  readonly data?: string;
  readonly split: 'val' | 'test';
  readonly json?: string;
}

const PART_NAMES = { val: 'validation', test: 'test' } as const;

/** `patchcl evaluate RUN --data DIR --split val|test [--json FILE]` */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .summary('measure a run on its validation or test cases')
    .description(
      'Segments the validation or test cases of a run in their native size and compares them with their masks: Dice, Jaccard, HD95 and ASD per class. Who is in which part was decided at training and stands in split.json. Look at the test part once, at the end.',
    )
    .argument('<run>', 'folder that patchcl train has written')
    .option('--data <dir>', 'folder of the data set (default: the one the run was trained on)')
    .addOption(new Option('--split <part>', 'which cases').choices(['val', 'test']).default('val'))
    .option('--json <file>', 'also write every case as JSON')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .action((run: string, options: EvaluateOptions) => evaluate(nodeFiles(), run, options));
}

async function evaluate(files: Files, run: string, options: EvaluateOptions): Promise<void> {
  await modelBytes(files, run);
  const data = options.data ?? (await loadFacts(files, run)).data;
  const cases = await casesOf(files, run, data, options.split);
  const segmenter = await loadSegmenter(files, await runtimeFor(options), run);
  const progress = new ProgressLine();
  const scores = await evaluateCases(segmenter, cases, (done, total) => progress.show(`${done}/${total} cases`));
  progress.clear();
  await segmenter.dispose();
  const { classes } = segmenter.info;
  if (options.json !== undefined)
    await files.write(options.json, `${JSON.stringify(summarise(scores, classes), null, 2)}\n`);
  const patients = new Map(cases.map(({ id, patient }) => [id, patient]));
  const patientOf = (id: string) => patients.get(id) ?? id;
  print(resultsTable(resultsOf(scores, { classes, part: PART_NAMES[options.split], patientOf })));
}

async function casesOf(files: Files, run: string, data: string, split: 'val' | 'test'): Promise<readonly Case[]> {
  const path = runPath(run, 'split');
  const manifest = parseManifest(await readText(files, path), path);
  const cases = fromManifest(await openDataset(files, data), manifest)[split];
  if (cases.length > 0) return cases;
  const other = split === 'test' ? 'val' : 'test';
  throw new PatchclError('bad-usage', `the run's split has no ${PART_NAMES[split]} cases`, {
    subject: path,
    ...(manifest.parts[other].length > 0 ? { hint: `Evaluate with --split ${other}.` } : {}),
  });
}

import { Command, Option } from 'commander';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { DataNotes } from '../../data/notes.ts';
import type { PatientsSetting } from '../../data/patients/setting.ts';
import { type DeviceOptions, runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import type { SegmenterOptions } from '../../predict/segmenter.ts';
import { evaluateRun, type RunEvaluation } from '../../runs/evaluate-run.ts';
import { EVALUATED_PARTS, type EvaluatedPart } from '../../runs/evaluated-cases.ts';
import { openRun } from '../../runs/open-run.ts';
import { fetchedData } from '../archive-data.ts';
import { deviceOption, threadsOption } from '../device-options.ts';
import { jsonDescription, jsonOutput } from '../json-output.ts';
import { ignoreOption, lesionsOption, type MetricChoice, metricsOf, surfaceDiceOption } from '../metric-options.ts';
import { patientsOption } from '../patients-option.ts';
import type { Evaluated, Question } from '../scan-worker/protocol.ts';
import { memoryOption, patienceOption, type ScanLimits, ScanWorker } from '../scan-worker/scan-worker.ts';
import { flipsOption, keepLargestOption, noFlipsOption, noKeepLargestOption } from '../segmenter-options.ts';
import { note, ProgressLine } from '../terminal.ts';
import { resultsTable } from './evaluation-tables.ts';

interface EvaluateOptions extends DeviceOptions, SegmenterOptions, MetricChoice, ScanLimits {
  readonly data?: string;
  readonly split?: EvaluatedPart;
  readonly ignore?: number;
  readonly patients?: PatientsSetting;
  readonly json?: string;
  readonly strict?: boolean;
}

/** `patchcl evaluate RUN|MODEL.onnx --data DIR [--split val|test|unlabelled|all] [--json FILE]` */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .summary('measure a run or a model, on its own cases or on another data set')
    .description(
      'Segments the validation or test cases of a run in their native size, and compares them with their masks. Per class it gives Dice, Jaccard, HD95, ASD, sensitivity, precision and volume difference. Who is in which part was decided at training and stands in split.json. Look at the test part once, at the end. Of a data set that was not part of the run, and with a model.onnx, all annotated cases are measured: give the data set with --data. Classes are matched by name. A case that cannot be read is reported and left out, and the exit status is then 1.',
    )
    .argument('<run>', 'folder that patchcl train has written, or a model.onnx')
    .option(
      '--data <dir>',
      'folder of the data set, or the address of an archive (default: the one the run was trained on)',
    )
    .addOption(
      new Option(
        '--split <part>',
        'which cases: parts of the run, its unlabelled cases that have masks after all, or all annotated cases of --data (default: val; all of a data set that was not part of the run)',
      ).choices(EVALUATED_PARTS),
    )
    .addOption(ignoreOption())
    .addOption(patientsOption())
    .option('--json <file>', jsonDescription('every case, and mean, spread and interval of every class'))
    .addOption(surfaceDiceOption())
    .addOption(lesionsOption())
    .option('--strict', 'end with the first case that cannot be measured, rather than measure the others')
    .addOption(flipsOption())
    .addOption(noFlipsOption())
    .addOption(keepLargestOption())
    .addOption(noKeepLargestOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addOption(memoryOption())
    .addOption(patienceOption())
    .action((run: string, options: EvaluateOptions) => evaluate(nodeFiles(), run, options));
}

async function evaluate(files: Files, run: string, options: EvaluateOptions): Promise<void> {
  const { split: part, ignore, patients, json, strict, flips, keepLargest } = options;
  const isModel = (await files.kind(run)) === 'file';
  const opened = openRun(files, run);
  if (!isModel) await opened.model();
  const output = await jsonOutput(files, json);
  const given = options.data ?? (isModel ? refuseWithoutData(run) : await opened.dataFolder());
  const { folder: data, failures: notFetched } = await fetchedData(given);
  const asked = {
    ...{ run, data, part, ignore, patients },
    metrics: metricsOf(options),
    segmenter: { flips, keepLargest },
    partial: strict !== true,
  };
  const { evaluation, notes } = isModel
    ? await evaluateApart(asked, options)
    : await evaluateHere(files, asked, options);
  for (const line of notes) note(line);
  const isMeasured = evaluation.results.cases.length > 0;
  if (isMeasured) output.print(resultsTable(evaluation.results));
  tellFailures(evaluation);
  for (const { message } of notFetched) note(`patchcl: ${message}`);
  if (notFetched.length > 0) process.exitCode = 1;
  if (isMeasured) await output.write(evaluation.json);
}

type Asked = (Question & { type: 'evaluate' })['options'];

async function evaluateHere(files: Files, asked: Asked, device: DeviceOptions): Promise<Evaluated> {
  const progress = new ProgressLine();
  const onCase = (done: number, total: number) => progress.show(`${done}/${total} cases`);
  const runtime = await runtimeFor(device, note);
  const notes = new DataNotes();
  const evaluation = await evaluateRun(files, runtime, { ...asked, onCase, notes });
  progress.clear();
  return { evaluation, notes: notes.lines() };
}

/** In a process of its own: a model of somebody else's may compute without end, and is then given up. */
async function evaluateApart(asked: Asked, options: EvaluateOptions): Promise<Evaluated> {
  const worker = new ScanWorker({ type: 'files' }, options);
  const question = {
    type: 'evaluate',
    device: { device: options.device, threads: options.threads },
    options: asked,
  } as const;
  return worker.ask<Evaluated>(question, asked.run, [asked.run]).finally(() => worker.close());
}

function refuseWithoutData(run: string): never {
  const hint = 'Give a data set with --data.';
  throw new PatchclError('bad-usage', 'a model alone does not know what to be measured on', { subject: run, hint });
}

function tellFailures({ failures, results }: RunEvaluation): void {
  if (failures.length === 0) return;
  note(`${failures.length} of ${failures.length + results.cases.length} cases could not be measured and are left out`);
  for (const { problem } of failures) note(`patchcl: ${problem}`);
  process.exitCode = 1;
}

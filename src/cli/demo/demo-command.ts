import { Command } from 'commander';
import { type Files, joinPath } from '../../core/files.ts';
import { writeHearts } from '../../demo/write-hearts.ts';
import { type DeviceOptions, runtimeFor } from '../../node/device.ts';
import { holdingFolder } from '../../node/hold-folder.ts';
import { machine } from '../../node/machine.ts';
import { nodeFiles } from '../../node/node-files.ts';
import type { Comparison, Results } from '../../report/input.ts';
import { evaluateRun } from '../../runs/evaluate-run.ts';
import { finishRun } from '../../runs/finish.ts';
import { RUN_FILES, runPath } from '../../runs/run-folder.ts';
import { trainRun } from '../../runs/train-run.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { resolveConfig } from '../../settings/load-config.ts';
import { wholeNumber } from '../arguments.ts';
import { threadsOption } from '../device-options.ts';
import { resultsTable } from '../evaluate/evaluation-tables.ts';
import { catchInterrupt, STOPPED } from '../interrupt.ts';
import { checkWritable } from '../outputs.ts';
import { duration, note, print } from '../terminal.ts';
import { TerminalReporter } from '../train/terminal-reporter.ts';
import { claimDemoFolder } from './demo-folder.ts';
import { DEMO_SEED, DEMO_STEPS, demoData, demoSettings } from './demo-plan.ts';
import { predictTestMasks } from './demo-predict.ts';

interface DemoOptions extends DeviceOptions {
  readonly out: string;
  readonly seed: number;
  readonly steps: number;
  /** The command as it was given. */
  readonly typed: string;
}

/** `patchcl demo`, also `npm run demo`. @param typed the command as it was given, for the record */
export function demoCommand(typed: string): Command {
  return new Command('demo')
    .summary('show on synthetic hearts what unlabelled scans are good for')
    .description(
      'Makes synthetic heart scans. Trains with the few labelled ones alone, then with PatchCL: same labels, same steps, same augmentation. Compares both on test patients, and leaves a report, a model and masks. Takes a few minutes.',
    )
    .option('--out <dir>', 'folder for everything; what an earlier demo left there is replaced', 'demo')
    .option('--seed <n>', 'of data, split and training', wholeNumber(0), DEMO_SEED)
    .option('--steps <n>', 'training steps of each method', wholeNumber(1), DEMO_STEPS)
    .addOption(threadsOption())
    .action((options: Omit<DemoOptions, 'typed'>) => demo(nodeFiles(), { ...options, typed }));
}

/** What is compared, in the order of training. */
const METHODS = ['supervised', 'patchcl'] as const;
type DemoMethod = (typeof METHODS)[number];

interface Outcome {
  readonly method: DemoMethod;
  readonly results: Results;
  readonly minutes: number;
}

async function demo(files: Files, options: DemoOptions): Promise<void> {
  const { out } = options;
  await checkWritable(files, out);
  await claimDemoFolder(files, out);
  await holdingFolder(out, () => demonstrate(files, options));
}

async function demonstrate(files: Files, options: DemoOptions): Promise<void> {
  const { out, seed, steps } = options;
  const started = performance.now();
  const runtime = await runtimeFor(options, note);
  const data = joinPath(out, 'data');
  const plan = demoData(seed);
  note(
    `making ${plan.annotated + plan.unannotated} synthetic patients, ${plan.annotated} of them with masks, in ${data}`,
  );
  await writeHearts(files, data, plan);
  const outcomes: Outcome[] = [];
  for (const method of METHODS) {
    const outcome = await trainOne(files, runtime, data, method, options);
    if (outcome === undefined) return;
    outcomes.push(outcome);
  }
  const run = joinPath(out, 'patchcl');
  const host = { files, runtime, wallClock: () => Date.now() / 1000 };
  await finishRun({ run, data, part: 'test', comparison: comparisonOf(outcomes, steps) }, host);
  const masks = joinPath(out, 'predictions');
  await predictTestMasks(files, runtime, { run, data, masks });
  for (const { method, results } of outcomes) print(`\n${TITLES[method]}\n${resultsTable(results)}`);
  print(closing(outcomes, run, masks, (performance.now() - started) / 1000));
}

const TITLES: Readonly<Record<DemoMethod, string>> = {
  supervised: 'Supervised only: the labelled patients alone',
  patchcl: 'PatchCL: the same labelled patients, and the unlabelled ones',
};

/** @returns undefined when a person stopped it */
async function trainOne(
  files: Files,
  runtime: Runtime,
  data: string,
  method: DemoMethod,
  { out, seed, steps, typed }: DemoOptions,
): Promise<Outcome | undefined> {
  const run = joinPath(out, method);
  await files.remove(run);
  note(`\n${TITLES[method]}`);
  const started = performance.now();
  const interrupt = catchInterrupt();
  const [reporter, stopRequested] = [new TerminalReporter(), interrupt.requested];
  const host = { ...machine(), files, runtime, reporter, stopRequested, command: typed };
  const config = resolveConfig({ overrides: demoSettings(method, seed, steps) });
  const ended = await trainRun({ config, data, run, resume: false }, host);
  interrupt.release();
  if (ended === 'stopped') {
    process.exitCode = STOPPED;
    return undefined;
  }
  const minutes = (performance.now() - started) / 60e3;
  const { results } = await evaluateRun(files, runtime, { run, data, part: 'test' });
  return { method, results, minutes };
}

function overall({ results }: Outcome) {
  return (results.classes.at(-1) as Results['classes'][number]).metrics;
}

function comparisonOf(outcomes: readonly Outcome[], steps: number): Comparison {
  return {
    note: 'Test patients. Both methods had the same labelled patients, number of steps, network and augmentation.',
    unit: outcomes[0]?.results.unit ?? 'mm',
    methods: outcomes.map((outcome) => ({
      name: outcome.method,
      steps,
      minutes: outcome.minutes,
      metrics: overall(outcome),
      classDice: outcome.results.classes.slice(0, -1).map(({ metrics }) => metrics.dice.mean),
    })),
  };
}

function closing(outcomes: readonly Outcome[], run: string, masks: string, seconds: number): string {
  const dice = outcomes.map((outcome) => `${outcome.method} ${overall(outcome).dice.mean?.toFixed(3)}`).join(', ');
  return `
Mean Dice of the test patients: ${dice}. Took ${duration(seconds)}.

  report  ${runPath(run, 'report')}   open it in a browser
  model   ${runPath(run, 'model')}    the network with everything prediction needs
  masks   ${masks}   NIfTI, one per test patient, to lay over data/images

With your own scans: put them in scans/images, the masks you have in scans/masks under the same names (.nii.gz or .png;
a scan without mask is used too), then

  npx patchcl train --data scans --out runs/mine --max-minutes 30
  npx patchcl evaluate runs/mine --split test
  npx patchcl predict runs/mine/${RUN_FILES.model} new-scans --out masks

A research tool, not a medical device.`;
}

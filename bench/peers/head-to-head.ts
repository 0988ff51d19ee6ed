/**
 * nnU-Net 2 beside a finished run of patchcl: the same annotated patients, the same budget, the same cases measured.
 *
 * usage: npm run bench:head-to-head -- --run RUN --data DIR --minutes N [--clock cpu|wall] [--threads N] [--configuration 2d|3d_fullres]
 *   [--split val|test|unlabelled] [--spacing W,H,D] [--work FOLDER]
 * RUN is a run that was trained with that budget. Needs `npm run bench:peers -- --setup`. Prints a table and adds a row to
 * bench/results/head-to-head.json.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differenceText } from '../../src/compare/tables.ts';
import { Rng } from '../../src/core/rng.ts';
import { pairCases, pairedDifference } from '../../src/metrics/paired.ts';
import { summarise } from '../../src/metrics/summary.ts';
import { nodeFiles } from '../../src/node/node-files.ts';
import { scoreMasks } from '../../src/predict/scoring/score-masks.ts';
import { textTable } from '../../src/report/table.ts';
import { EVALUATED_PARTS, type EvaluatedPart, evaluatedCases } from '../../src/runs/evaluated-cases.ts';
import { loadSegmenter } from '../../src/runs/load-segmenter.ts';
import { datasetOf, openRun } from '../../src/runs/open-run.ts';
import { tunedNodeRuntime } from '../../src/runtime/node/runtime.ts';
import { machineName } from '../machine.ts';
import { pythonsWith, script } from './environment.ts';
import { type Spacing, writeNnunetFolder } from './nnunet-folder.ts';

const { values } = parseArgs({
  options: {
    run: { type: 'string' },
    data: { type: 'string' },
    minutes: { type: 'string' },
    clock: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '1' },
    configuration: { type: 'string', default: '2d' },
    split: { type: 'string', default: 'val' },
    spacing: { type: 'string' },
    work: { type: 'string' },
  },
});
const { run, data, minutes, clock, threads, configuration } = values;
if (run === undefined || data === undefined || minutes === undefined) {
  throw new Error('--run RUN, --data DIR and --minutes N are needed');
}
const part = EVALUATED_PARTS.find((name) => name === values.split) as EvaluatedPart;
const spacing = values.spacing?.split(',').map(Number) as Spacing | undefined;
const [peer] = await pythonsWith('nnunetv2');
if (peer === undefined) throw new Error('nnU-Net is not there: npm run bench:peers -- --setup');

const files = nodeFiles();
const work = values.work ?? (await mkdtemp(join(tmpdir(), 'patchcl-nnunet-')));
const segmenter = await loadSegmenter(files, await tunedNodeRuntime(), run);
const dataset = await datasetOf(files, data);
const manifest = await openRun(files, run).manifest();
const { cases: measured } = await evaluatedCases(files, { run, data, part });
await writeNnunetFolder(work, { dataset, manifest, measured, segmenter, spacing });
await segmenter.dispose();

interface NnunetRun {
  readonly version: string;
  readonly steps: number;
  readonly minutes: number;
  readonly predictSeconds: number;
}
const trained = await script<NnunetRun>(peer.python, 'nnunet.py', [work, configuration, minutes, clock, threads]);

const patients = new Map(measured.map(({ id, patient }) => [id, patient]));
const scoresOf = async (predictions: string) =>
  (await scoreMasks(files, { predictions: join(work, predictions), masks: join(work, 'masks') })).scores;
const [ours, theirs] = [await scoresOf('patchcl'), await scoresOf('nnunet')];
const diceOf = (scores: typeof ours) => summarise(scores, manifest.classes).mean.dice;
const pairs = pairCases(ours, theirs, (id) => patients.get(id) ?? id);
const row = {
  run: basename(run),
  labelled: manifest.parts.labelled.length,
  part,
  cases: measured.length,
  patients: new Set(patients.values()).size,
  ...{ configuration, clock, minutes: Number(minutes), threads: Number(threads) },
  nnunet: { ...trained, dice: diceOf(theirs) },
  patchcl: diceOf(ours),
  difference: pairedDifference(pairs, 'dice', new Rng(0, 'paired', 'dice')),
  machine: machineName(`${threads} threads`),
};
process.stdout.write(
  `${textTable({
    columns: [{ title: '' }, { title: 'Dice', digits: 3 }, { title: 'patchcl against it' }],
    rows: [
      ['patchcl', row.patchcl, '-'],
      [`nnU-Net ${trained.version}, ${configuration}`, row.nnunet.dice, differenceText(row.difference)],
    ],
  })}\n${row.cases} ${part} cases of ${row.patients} patients; ${row.labelled} labelled patients; ${trained.steps} steps of nnU-Net\n`,
);
const file = fileURLToPath(new URL('../results/head-to-head.json', import.meta.url));
const before = await readFile(file, 'utf8').then(
  (text) => JSON.parse(text) as unknown[],
  () => [],
);
await writeFile(file, `${JSON.stringify([...before, row], null, 2)}\n`);

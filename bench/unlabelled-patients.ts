/**
 * Measures finished runs on the patients whose masks they did not see: the unlabelled ones of their own training data (SSL4MIS layout,
 * whose training slices are stacked to volumes again). Nothing was chosen on them; methods with unlabelled images have seen the
 * scans, not the masks, which is the case of a person who wants the rest of a study segmented. `patchcl compare --split unlabelled`
 * measures the same cases; this adds phases, the worst tenth, and differences to several methods.
 *
 * usage: npx tsx bench/unlabelled-patients.ts --runs OUT --data DIR [--against METHOD ...]
 * OUT is a folder of `patchcl compare` with its runs `DATA-LABELLED-METHOD-SEED`, of which the finished ones are taken. Where `patchcl
 * evaluate OUT/RUN --split unlabelled --json OUT/RUN.json` has measured a run, its scores are taken from there. Prints a table and writes
 * bench/results/unlabelled-patients-OUT.json.
 */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differenceText } from '../src/compare/tables.ts';
import { readText } from '../src/core/files.ts';
import { Rng } from '../src/core/rng.ts';
import type { Case } from '../src/data/dataset.ts';
import { pairCases, pairedDifference } from '../src/metrics/paired.ts';
import { type CaseScores, type Evaluation, summarise } from '../src/metrics/summary.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { evaluateCases } from '../src/predict/evaluate.ts';
import { textTable } from '../src/report/table.ts';
import { evaluatedCases } from '../src/runs/evaluated-cases.ts';
import { loadSegmenter } from '../src/runs/load-segmenter.ts';
import { openRun } from '../src/runs/open-run.ts';
import { runPath } from '../src/runs/run-folder.ts';
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    data: { type: 'string' },
    against: { type: 'string', multiple: true, default: ['supervised', 'mean-teacher', 'bcp'] },
  },
});
const { runs: folder, data, against: baselines } = values;
if (folder === undefined || data === undefined) throw new Error('--runs OUT and --data DIR are needed');

const files = nodeFiles();
const runtime = await tunedNodeRuntime();

interface Measured {
  readonly run: string;
  readonly method: string;
  readonly seed: string;
  readonly scores: readonly CaseScores[];
  readonly mean: Evaluation['mean'];
}

/** Scores of a run's unlabelled cases: those that were written beside it, or measured now. */
async function scoresOf(run: string, cases: readonly Case[]): Promise<CaseScores[]> {
  if ((await files.kind(`${run}.json`)) === 'file') return JSON.parse(await readText(files, `${run}.json`)).cases;
  const segmenter = await loadSegmenter(files, runtime, run);
  try {
    return await evaluateCases(segmenter, cases);
  } finally {
    await segmenter.dispose();
  }
}

const patients = new Map<string, string>();
const measured: Measured[] = [];
for (const name of (await readdir(folder)).sort()) {
  const { method, seed } = /^[^-]+-[^-]+-(?<method>.+)-(?<seed>\d+)$/.exec(name)?.groups ?? {};
  if (method === undefined || seed === undefined) continue;
  const run = `${folder}/${name}`;
  if ((await files.kind(runPath(run, 'model'))) !== 'file') continue;
  const { cases } = await evaluatedCases(files, { run, data, part: 'unlabelled' });
  for (const { id, patient } of cases) patients.set(id, patient);
  const { classes } = await openRun(files, run).facts();
  const scores = await scoresOf(run, cases);
  const { mean } = summarise(scores, classes);
  measured.push({ run: name, method, seed, scores, mean });
  process.stderr.write(`${name}: ${mean.dice?.toFixed(4)}\n`);
}

const methods = [...new Set(measured.map(({ method }) => method))];
const rows = methods.map((method) => {
  const own = measured.filter((one) => one.method === method);
  const dice = own.map((one) => one.mean.dice as number);
  const mean = dice.reduce((sum, one) => sum + one, 0) / dice.length;
  const against = (other: string) => {
    if (other === method) return null;
    const pairs = own.flatMap(({ seed, scores }) => {
      const same = measured.find((one) => one.method === other && one.seed === seed);
      return same === undefined ? [] : pairCases(scores, same.scores, (id) => patients.get(id) ?? id);
    });
    return pairs.length === 0 ? null : pairedDifference(pairs, 'dice', new Rng(0, 'paired', 'dice'));
  };
  return { method, dice, mean, differences: Object.fromEntries(methods.map((other) => [other, against(other)])) };
});

/** Mean of numbers; null of none. */
function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** Dice of every volume, the mean over its foreground classes. */
const volumeDice = ({ dice }: CaseScores) => meanOf(known(dice)) ?? 0;

/** Those of classes that a volume has. */
function known(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

/** A frame's number stands for its phase: in ACDC's lists 01 is end-diastole, 02 end-systole. */
const FRAME = /_frame(\d+)/;

/** Where the Dice comes from: by phase and class, and in the worst tenth of the volumes, over all seeds of a method. */
function breakdown(method: string) {
  const scores = measured.filter((one) => one.method === method).flatMap((one) => one.scores);
  const phases = [...new Set(scores.map(({ id }) => FRAME.exec(id)?.[1] ?? 'all'))].sort();
  const classes = scores[0]?.dice.map((_, k) => k) ?? [];
  const byPhase = phases.map((phase) => {
    const own = scores.filter(({ id }) => (FRAME.exec(id)?.[1] ?? 'all') === phase);
    const ofClass = (k: number) => meanOf(known(own.map(({ dice }) => dice[k] ?? null)));
    return { phase, dice: classes.map(ofClass) };
  });
  const sorted = scores.map(volumeDice).sort((a, b) => a - b);
  return { byPhase, worstTenth: meanOf(sorted.slice(0, Math.ceil(sorted.length / 10))) };
}

const parts = methods.map((method) => ({ method, ...breakdown(method) }));
process.stdout.write(
  `${textTable({
    columns: [
      { title: 'method' },
      ...(parts[0]?.byPhase ?? []).flatMap(({ phase, dice }) => {
        return dice.map((_, i) => ({ title: `frame ${phase}, class ${i + 1}`, digits: 3 }));
      }),
      { title: 'worst tenth', digits: 3 },
    ],
    rows: parts.map(({ method, byPhase, worstTenth }) => [method, ...byPhase.flatMap(({ dice }) => dice), worstTenth]),
  })}\n\n`,
);
process.stdout.write(
  `${textTable({
    columns: [
      { title: 'method' },
      { title: 'Dice', digits: 3 },
      { title: 'of each seed' },
      ...baselines.map((other) => ({ title: `against ${other}` })),
    ],
    rows: rows.map(({ method, mean, dice, differences }) => [
      method,
      mean,
      dice.map((one) => one.toFixed(3)).join(' '),
      ...baselines.map((other) => differenceText(differences[other] ?? null)),
    ]),
  })}\n${patients.size} volumes of ${new Set(patients.values()).size} patients\n`,
);
const results = {
  data: basename(data),
  volumes: patients.size,
  patients: new Set(patients.values()).size,
  rows,
  parts,
  runs: measured.map(({ run, scores, mean }) => ({
    run,
    mean,
    cases: Object.fromEntries(
      scores.map(({ id, dice }) => [id, dice.map((one) => (one === null ? null : Number(one.toFixed(4))))]),
    ),
  })),
};
const out = fileURLToPath(new URL(`results/unlabelled-patients-${basename(folder)}.json`, import.meta.url));
await files.write(out, `${JSON.stringify(results)}\n`);

/**
 * Trains every method under the same budget, one after the other, and writes their validation scores to one file.
 *
 * usage: npm run bench:baselines -- --data DIR --runs DIR [--labelled 7] [--minutes 12] [--seed 1] [--threads N]
 *   [--methods patchcl,supervised] [--split val|test] [--out bench/results/baselines.json]
 * Runs go to DIR/<method>-<labelled>-<seed>; finished ones are not repeated.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Evaluation } from '../src/metrics/summary.ts';
import { RUN_FILES } from '../src/train/run-folder.ts';
import { learningCurve } from './learning-curve.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    runs: { type: 'string' },
    labelled: { type: 'string', default: '7' },
    minutes: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(cpus().length) },
    methods: { type: 'string', default: 'patchcl,mean-teacher,supervised' },
    split: { type: 'string', default: 'val' },
    out: { type: 'string', default: fileURLToPath(new URL('results/baselines.json', import.meta.url)) },
  },
});
const { data, runs, labelled, minutes, seed, threads, methods, split, out } = values;
if (data === undefined || runs === undefined) throw new Error('--data and --runs are needed');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function patchcl(...args: readonly string[]): void {
  execFileSync(process.execPath, [here('../bin/patchcl.js'), ...args], { stdio: 'inherit' });
}

const rows = methods.split(',').map((method) => {
  const run = join(runs, `${method}-${labelled}-${seed}`);
  const scores = join(run, `${split}.json`);
  if (!existsSync(join(run, RUN_FILES.model))) {
    const budget = ['--labelled', labelled, '--max-minutes', minutes, '--seed', seed, '--threads', threads];
    const resume = existsSync(join(run, RUN_FILES.checkpoint)) ? ['--resume'] : budget;
    patchcl('train', '--data', data, '--out', run, ...(resume.length === 1 ? resume : ['--method', method, ...resume]));
  }
  if (!existsSync(scores)) patchcl('evaluate', run, '--data', data, '--split', split, '--json', scores);
  const evaluation = JSON.parse(readFileSync(scores, 'utf8')) as Evaluation;
  return { method, ...evaluation.mean, classDice: classDice(evaluation), curve: learningCurve(run) };
});

/** Mean Dice of each foreground class. */
function classDice({ cases, classes }: Evaluation): number[] {
  return classes.slice(1).map((_, k) => cases.reduce((sum, { dice }) => sum + (dice[k] ?? 0), 0) / cases.length);
}

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
const budget = { labelled: Number(labelled), minutes: Number(minutes), seed: Number(seed), threads: Number(threads) };
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify({ machine, data: basename(data), split, ...budget, rows }, null, 2)}\n`);
for (const { method, dice, hd95 } of rows) {
  process.stdout.write(`${method.padEnd(14)} ${split} Dice ${dice?.toFixed(4)}  HD95 ${hd95?.toFixed(2)}\n`);
}

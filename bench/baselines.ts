/**
 * Trains every method under the same budget, one after the other, and writes their validation scores to one file.
 *
 * usage: npm run bench:baselines -- --data DIR --labelled 7 --minutes 12 [--seed 1] [--methods patchcl,supervised] --runs DIR
 * Runs go to DIR/<method>-<labelled>-<seed>; finished ones are not repeated. Writes bench/results/baselines.json.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Evaluation } from '../src/metrics/summary.ts';
import { parseCsv } from '../src/train/logs/csv.ts';
import { RUN_FILES } from '../src/train/run-folder.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    runs: { type: 'string' },
    labelled: { type: 'string', default: '7' },
    minutes: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    methods: { type: 'string', default: 'patchcl,mean-teacher,supervised' },
  },
});
const { data, runs, labelled, minutes, seed, methods } = values;
if (data === undefined || runs === undefined) throw new Error('--data and --runs are needed');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function patchcl(...args: readonly string[]): void {
  execFileSync(process.execPath, [here('../bin/patchcl.js'), ...args], { stdio: 'inherit' });
}

const rows = methods.split(',').map((method) => {
  const run = join(runs, `${method}-${labelled}-${seed}`);
  const scores = join(run, 'val.json');
  if (!existsSync(join(run, RUN_FILES.model))) {
    const budget = ['--labelled', labelled, '--max-minutes', minutes, '--seed', seed];
    const resume = existsSync(join(run, RUN_FILES.checkpoint)) ? ['--resume'] : budget;
    patchcl('train', '--data', data, '--out', run, ...(resume.length === 1 ? resume : ['--method', method, ...resume]));
  }
  if (!existsSync(scores)) patchcl('evaluate', run, '--data', data, '--split', 'val', '--json', scores);
  const evaluation = JSON.parse(readFileSync(scores, 'utf8')) as Evaluation;
  return { method, ...evaluation.mean, classDice: classDice(evaluation), curve: curve(run) };
});

/** Mean Dice of each foreground class. */
function classDice({ cases, classes }: Evaluation): number[] {
  return classes.slice(1).map((_, k) => cases.reduce((sum, { dice }) => sum + (dice[k] ?? 0), 0) / cases.length);
}

/** [step, minutes since the first logged row, validation Dice of the better network] */
function curve(run: string): number[][] {
  const { rows: logged } = parseCsv(readFileSync(join(run, RUN_FILES.metrics), 'utf8'));
  const start = logged[0]?.wallSeconds ?? 0;
  return logged
    .filter((row) => row.values['validation/student'] !== undefined)
    .map(({ step, wallSeconds, values: { 'validation/student': student, 'validation/teacher': teacher } }) => {
      return [step, (wallSeconds - start) / 60, Math.max(student ?? 0, teacher ?? 0)].map((n) => Number(n.toFixed(4)));
    });
}

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
const protocol = { data: basename(data), labelled: Number(labelled), minutes: Number(minutes), seed: Number(seed) };
mkdirSync(here('results'), { recursive: true });
writeFileSync(here('results/baselines.json'), `${JSON.stringify({ machine, ...protocol, rows }, null, 2)}\n`);
for (const { method, dice, hd95 } of rows) {
  process.stdout.write(`${method.padEnd(14)} validation Dice ${dice?.toFixed(4)}  HD95 ${hd95?.toFixed(2)}\n`);
}

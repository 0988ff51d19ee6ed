/**
 * A training on two ranks loses one by `kill -9` in the middle; 1, 2 and 3 ranks go on from its checkpoint. What they reach
 * on the validation patients, beside what uninterrupted trainings of three seeds reach.
 *
 *   npx tsx bench/mpi/resume.ts --data DIR [--steps 600]     (at low priority beside other work is fine: budgets are steps)
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { lastStep } from '../../src/cli/testing/last-step.ts';
import { type Job, mpirun, rankProcesses } from '../../src/cli/testing/mpirun.ts';

const PATCHCL = fileURLToPath(new URL('../../bin/patchcl.js', import.meta.url));
const RESULTS = new URL('../results/mpi-resume.json', import.meta.url);

const { values } = parseArgs({ options: { data: { type: 'string' }, steps: { type: 'string', default: '600' } } });
if (values.data === undefined) throw new Error('say where the data are: --data DIR');
const data = values.data;
const steps = Number(values.steps);
const folder = mkdtempSync(join(tmpdir(), 'patchcl-resume-'));
const at = (name: string) => join(folder, name);
// Six of each kind: shared evenly by 1, 2 and 3 ranks.
writeFileSync(
  at('settings.yaml'),
  stringify({ preset: 'demo', batch: { labelled: 6, unlabelled: 6 }, budget: { steps }, validations: 10 }),
);

const train = (run: string, ...more: readonly string[]) => [
  ...['train', '--data', data, '--labelled', '10', '--config', at('settings.yaml')],
  ...['--out', at(run), '--threads', '1', '--distributed', 'mpi', ...more],
];

async function finish({ ended }: Job): Promise<void> {
  const { status, output } = await ended;
  if (status !== 0) throw new Error(output);
}

function validationDice(run: string): number {
  const file = at(`${run}.json`);
  const evaluate = ['evaluate', at(run), '--data', data, '--split', 'val', '--json', file];
  execFileSync(process.execPath, [PATCHCL, ...evaluate], { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(file, 'utf8')).mean.dice;
}

/** @returns the last step it has logged */
async function killedHalfway(run: string): Promise<number> {
  const job = mpirun(2, train(run));
  while (job.child.exitCode === null && (await lastStep(at(run))) < steps / 2) await setTimeout(50);
  process.kill(rankProcesses(job)[1] as number, 'SIGKILL');
  await job.ended;
  return lastStep(at(run));
}

const seeds: { seed: number; dice: number }[] = [];
for (const seed of [1, 2, 3]) {
  const run = `seed-${seed}`;
  await finish(mpirun(2, train(run, '--seed', String(seed))));
  const dice = validationDice(run);
  process.stdout.write(`2 ranks, seed ${seed}, not interrupted: validation Dice ${dice.toFixed(4)}\n`);
  seeds.push({ seed, dice });
}
const killedAt = await killedHalfway('killed');
process.stdout.write(`2 ranks, seed 1: one killed after step ${killedAt} of ${steps}\n`);
const resumed: { ranks: number; dice: number }[] = [];
for (const ranks of [1, 2, 3]) {
  const run = `resumed-${ranks}`;
  cpSync(at('killed'), at(run), { recursive: true });
  await finish(mpirun(ranks, train(run, '--resume')));
  const dice = validationDice(run);
  process.stdout.write(`gone on with ${ranks} ranks: validation Dice ${dice.toFixed(4)}\n`);
  resumed.push({ ranks, dice });
}
writeFileSync(RESULTS, `${JSON.stringify({ steps, seeds, killedAt, resumed }, null, 2)}\n`);
rmSync(folder, { recursive: true });

/**
 * A training on two ranks loses one by `kill -9` in the middle; 1, 2 and 3 ranks go on from its checkpoint. What they reach
 * on the validation patients, beside what uninterrupted trainings of three seeds reach.
 *
 *   npx tsx bench/mpi/resume.ts --data DIR [--steps 600]     (at low priority beside other work is fine: budgets are steps)
 */
import { type ChildProcess, type ExecFileSyncOptions, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';

const PATCHCL = fileURLToPath(new URL('../../bin/patchcl.js', import.meta.url));
const RESULTS = new URL('../results/mpi-resume.json', import.meta.url);
const ENVIRONMENT = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

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

const training = (run: string, ...more: readonly string[]) => [
  ...[PATCHCL, 'train', '--data', data, '--labelled', '10', '--config', at('settings.yaml')],
  ...['--out', at(run), '--threads', '1', ...more],
];
const onRanks = (count: number, args: readonly string[]) => [
  ...['-np', String(count), '--oversubscribe', '--bind-to', 'none', process.execPath],
  ...[...args, '--distributed', 'mpi'],
];
const options: ExecFileSyncOptions = { env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit'] };

function start(count: number, args: readonly string[]): ChildProcess {
  return spawn('mpirun', onRanks(count, args), { env: ENVIRONMENT, stdio: 'ignore' });
}

function validationDice(run: string): number {
  const file = at(`${run}.json`);
  execFileSync(
    process.execPath,
    [PATCHCL, 'evaluate', at(run), '--data', data, '--split', 'val', '--json', file],
    options,
  );
  return JSON.parse(readFileSync(file, 'utf8')).mean.dice;
}

/** The number in a file that may not be there yet. */
function lastStep(run: string): number {
  try {
    return (
      Number(
        readFileSync(at(`${run}/metrics.csv`), 'utf8')
          .trimEnd()
          .split('\n')
          .at(-1)
          ?.split(',')[0],
      ) || 0
    );
  } catch {
    return 0;
  }
}

async function killedHalfway(run: string): Promise<number> {
  const job = start(2, training(run));
  const ended = new Promise((resolve) => job.once('exit', resolve));
  while (job.exitCode === null && lastStep(run) < steps / 2) await new Promise((wake) => setTimeout(wake, 50));
  const ranks = execFileSync('pgrep', ['-P', String(job.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  process.kill(Number(ranks.at(-1)), 'SIGKILL');
  await ended;
  return lastStep(run);
}

const seeds = [1, 2, 3].map((seed) => {
  const run = `seed-${seed}`;
  execFileSync('mpirun', onRanks(2, training(run, '--seed', String(seed))), options);
  const dice = validationDice(run);
  process.stdout.write(`2 ranks, seed ${seed}, not interrupted: validation Dice ${dice.toFixed(4)}\n`);
  return { seed, dice };
});
const killedAt = await killedHalfway('killed');
process.stdout.write(`2 ranks, seed 1: one killed after step ${killedAt} of ${steps}\n`);
const resumed = [1, 2, 3].map((ranks) => {
  const run = `resumed-${ranks}`;
  cpSync(at('killed'), at(run), { recursive: true });
  execFileSync('mpirun', onRanks(ranks, training(run, '--resume')), options);
  const dice = validationDice(run);
  process.stdout.write(`gone on with ${ranks} ranks: validation Dice ${dice.toFixed(4)}\n`);
  return { ranks, dice };
});
writeFileSync(RESULTS, `${JSON.stringify({ steps, seeds, killedAt, resumed }, null, 2)}\n`);
rmSync(folder, { recursive: true });

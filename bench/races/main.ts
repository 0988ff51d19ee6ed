// Two processes do the same thing at the same moment, many times over: `npm run races -- --pairs 1000`
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Order, Outcome } from './worker.ts';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '1000' } } });
const pairs = Number(values.pairs);
const HOLDER = '.patchcl-running';

const workers = ['one', 'two'].map(() =>
  fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] }),
);

function ask(worker: ChildProcess | undefined, order: Order): Promise<Outcome> {
  return new Promise((resolve) => {
    worker?.once('message', (outcome) => resolve(outcome as Outcome));
    worker?.send(order);
  });
}

/** A claim of a process that has died. */
const DEAD = JSON.stringify({ pid: 2 ** 22 - 3, host: hostname(), since: Date.now() });

function prepare(race: Order['race'], folder: string): void {
  mkdirSync(folder);
  if (race === 'takeover') writeFileSync(join(folder, HOLDER), DEAD);
  if (race !== 'empty') return;
  writeFileSync(join(folder, HOLDER), '');
  utimesSync(join(folder, HOLDER), 1, 1);
}

/** What is wrong with how a pair ended. */
function verdict(race: Order['race'], folder: string, [a, b]: readonly Outcome[]): string | undefined {
  const lost = [a, b].find((outcome) => outcome?.result === 'lost');
  if (lost !== undefined) return lost.text;
  if (race === 'siblings' || race === 'writes') {
    const wanted =
      race === 'siblings'
        ? ['new/one/model.onnx', 'new/two/model.onnx']
        : ['a/b/c/one', 'a/b/c/two', 'x/y/one.csv', 'x/y/two.csv'];
    const missing = wanted.find((path) => !existsSync(join(folder, path)));
    return missing && `${missing} is lost`;
  }
  return [a, b].some((outcome) => outcome?.result === 'done') ? undefined : 'no winner';
}

const root = mkdtempSync(join(tmpdir(), 'patchcl-races-'));
let bad = 0;
for (const race of ['claim', 'takeover', 'empty', 'siblings', 'writes'] as const) {
  const counts = { done: 0, refused: 0, lost: 0 };
  let sentence = '';
  for (let n = 0; n < pairs; n++) {
    const folder = join(root, `${race}-${n}`);
    prepare(race, folder);
    const outcomes = await Promise.all(
      workers.map((worker, i) => ask(worker, { race, folder, name: i === 0 ? 'one' : 'two' })),
    );
    for (const outcome of outcomes) {
      counts[outcome.result]++;
      if (outcome.result === 'refused') sentence = outcome.text;
    }
    const problem = verdict(race, folder, outcomes);
    if (problem !== undefined) {
      bad++;
      process.stdout.write(`${race} ${n}: ${problem}\n`);
    }
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(
    `${race}: ${pairs} pairs, ${JSON.stringify(counts)}${sentence && `, as "${sentence.slice(0, 160)}"`}\n`,
  );
}
for (const worker of workers) worker.disconnect();
rmSync(root, { recursive: true, force: true });
process.stdout.write(`${bad} pairs went wrong\n`);
process.exitCode = bad === 0 ? 0 : 1;

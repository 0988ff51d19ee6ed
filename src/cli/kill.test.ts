import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Rng } from '../core/rng.ts';
import { nodeFiles } from '../node/node-files.ts';
import { PROGRAM } from '../node/program.ts';
import { tinyData } from '../train/testing/tiny-data.ts';
import { TINY, withoutClocks } from '../train/testing/tiny-run.ts';
import { lastStep } from './testing/last-step.ts';

const STEPS = 150;

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-kill-'));
  const files = nodeFiles(folder);
  for (const [path, content] of Object.entries(tinyData())) await files.write(path, content);
  await files.write('tiny.yaml', stringify({ ...TINY, budget: { steps: STEPS }, validations: 15 }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  /** Resolves to the exit status, null after a signal, and what was printed. */
  readonly ended: Promise<{ status: number | null; output: string }>;
}

function start(run: string, resume: boolean): Started {
  // The same command again, as a script would: whether there is something to continue depends on the moment of death.
  const settings = ['--config', at('tiny.yaml'), ...(resume ? ['--resume'] : [])];
  const child = spawn(process.execPath, [PROGRAM, 'train', '--data', at('data'), '--out', at(run), ...settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, output }));
  });
  return { child, ended };
}

const stepOf = (run: string) => lastStep(at(run));

/** Kills a run some random moment after its log has reached a step (0: after its start). @returns whether it was alive to be killed */
async function killAfter({ child, ended }: Started, run: string, step: number, milliseconds: number): Promise<boolean> {
  while (child.exitCode === null && (await stepOf(run)) < step) await new Promise((wake) => setTimeout(wake, 5));
  await new Promise((wake) => setTimeout(wake, milliseconds));
  child.kill('SIGKILL');
  return (await ended).status === null;
}

it('kill -9 at random moments and --resume lead to the same bits', { timeout: 180_000 }, async () => {
  const whole = await start('whole', false).ended;
  expect(whole.status, whole.output).toBe(0);

  const rng = new Rng(Date.now());
  const kills = [0, 20, 60, 110].map((step) => ({ step, wait: rng.int(step === 0 ? 1500 : 60) }));
  let deaths = 0;
  for (const [i, { step, wait }] of kills.entries()) {
    if (await killAfter(start('killed', i > 0), 'killed', step, wait)) deaths++;
  }
  // A death that struck a finished run would prove nothing.
  expect(deaths).toBe(kills.length);
  const resumed = await start('killed', true).ended;
  expect(resumed.status, resumed.output).toBe(0);

  const read = (run: string, name: string) => readFile(at(`${run}/${name}`));
  for (const name of ['best.safetensors', 'checkpoint.safetensors', 'model.onnx']) {
    const same = (await read('killed', name)).equals(await read('whole', name));
    expect(same, `${name} after deaths at ${JSON.stringify(kills)}`).toBe(true);
  }
  const logs = await Promise.all(['killed', 'whole'].map((run) => readFile(at(`${run}/metrics.csv`), 'utf8')));
  expect(withoutClocks(logs[0] as string)).toEqual(withoutClocks(logs[1] as string));
});

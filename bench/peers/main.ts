/**
 * `npm run bench:peers -- --setup`: installs the peers (PyTorch 2, ONNX Runtime for Python) into a virtual environment outside the
 * repository. `npm run bench:peers`: speed beside every peer that is there, each in its fastest mode, process by process in turns.
 * Ratios are peer / patchcl. Prints tables and writes bench/results/peers.json; says which peers are missing.
 * With names of rows (unet-256, unet-128, patchcl-96, patchcl-128, patchcl-256) only those are measured.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textTable } from '../../src/report/table.ts';
import { machineName } from '../machine.ts';
import { inference, step, THREADS } from '../processes.ts';
import { type Times, times } from '../times.ts';
import { pythonsWith, script, setUp } from './environment.ts';
import { bestMode, type Precision, type PyTorchScript, type PyTorchTimes, timesIn } from './pytorch.ts';

/** Processes of each side. */
const ROUNDS = 5;
const STEPS = 5;

export interface PeerRow {
  readonly what: string;
  readonly patchcl: Times;
  readonly peer: string;
  /** How the peer ran, and what its other modes took in a first trial, ms. */
  readonly mode: string;
  readonly tried?: Readonly<Record<string, number | null>>;
  readonly times: Times;
}

export interface PeerResults {
  readonly machine: string;
  readonly rows: readonly PeerRow[];
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const asked = process.argv.slice(2);
if (asked.includes('--setup')) {
  await setUp(say);
  process.exit(0);
}

const torches = await pythonsWith('torch');
const [onnxruntime] = await pythonsWith('onnxruntime');
if (torches.length === 0) say('PyTorch is not there: npm run bench:peers -- --setup, or apt-get install python3-torch');
if (onnxruntime === undefined) say('ONNX Runtime for Python is not there: npm run bench:peers -- --setup');

interface Competitor {
  readonly peer: string;
  readonly mode: string;
  readonly tried?: Readonly<Record<string, number | null>>;
  readonly run: () => Promise<readonly number[]>;
}

/** PyTorch of every version in its best mode of each precision. */
async function pytorch(what: PyTorchScript, pick: (times: PyTorchTimes) => readonly number[]): Promise<Competitor[]> {
  const found: Competitor[] = [];
  for (const peer of torches) {
    for (const precision of ['float32', 'bfloat16'] as const satisfies readonly Precision[]) {
      const best = await bestMode(peer, what, precision, pick);
      const name = `PyTorch ${peer.version}, ${precision}`;
      if (best === undefined) say(`${name}: no mode runs`);
      else found.push({ peer: name, ...best, run: async () => pick(await timesIn(peer, what, best.mode, STEPS)) });
    }
  }
  return found;
}

/** Takes turns, process by process, so that a machine whose speed drifts is fair to all. */
async function inTurns(
  what: string,
  own: () => Promise<readonly number[]>,
  competitors: readonly Competitor[],
): Promise<PeerRow[]> {
  const ours: number[] = [];
  const theirs = competitors.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(...(await own()));
    for (const [i, { run }] of competitors.entries()) theirs[i]?.push(...(await run()));
  }
  return competitors.map(({ run: _, ...competitor }, i) => {
    return { what, patchcl: times(ours), ...competitor, times: times(theirs[i] as number[]) };
  });
}

async function unetRows(batch: number, size: number): Promise<PeerRow[]> {
  const script32: PyTorchScript = { file: 'unet_step.py', batch, size, threads: THREADS };
  const label = `U-Net, ${batch} x 1 x ${size} x ${size}`;
  const train = await pytorch(script32, (found) => found.train);
  const infer = await pytorch(script32, (found) => found.inference ?? []);
  const control = await onnxRuntimeControl(batch, size);
  const own = () => inference({ batch, size });
  const int8 = infer.map((competitor) => ({ ...competitor }));
  return [
    ...(await inTurns(
      `${label}: training step`,
      async () => (await step({ method: 'supervised', network: 'classic', batch, size })).train,
      train,
    )),
    ...(await inTurns(`${label}: inference`, async () => (await own()).float32, [...infer, ...control])),
    ...(await inTurns(`${label}: inference, ours int8`, async () => (await own()).int8, int8)),
  ];
}

async function patchclRows(batch: number, size: number): Promise<PeerRow[]> {
  const what: PyTorchScript = { file: 'patchcl_step.py', batch, size, threads: THREADS };
  const own = async () => (await step({ method: 'patchcl', network: 'lean', batch, size })).train;
  return inTurns(
    `whole PatchCL step, ${batch} + ${batch} x ${size} x ${size}`,
    own,
    await pytorch(what, (found) => found.train),
  );
}

/** The same ONNX file in ONNX Runtime for Python: what the language costs. */
async function onnxRuntimeControl(batch: number, size: number): Promise<Competitor[]> {
  if (onnxruntime === undefined) return [];
  const run = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'patchcl-peers-'));
    try {
      const model = join(folder, 'model.onnx');
      await inference({ batch, size, steps: 1, write: model });
      const { inference: found } = await script<{ inference: number[] }>(
        onnxruntime.python,
        'onnxruntime_inference.py',
        [model, batch, size, STEPS, THREADS],
      );
      return found;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return [{ peer: `ONNX Runtime ${onnxruntime.version} in Python`, mode: 'the same file', run }];
}

const SECTIONS: Readonly<Record<string, () => Promise<PeerRow[]>>> = {
  'unet-256': () => unetRows(4, 256),
  'unet-128': () => unetRows(24, 128),
  'patchcl-96': () => patchclRows(12, 96),
  'patchcl-128': () => patchclRows(12, 128),
  'patchcl-256': () => patchclRows(4, 256),
};
const unknown = asked.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  say(`There is no row ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}.`);
  process.exit(1);
}

const file = fileURLToPath(new URL('../results/peers.json', import.meta.url));
const before = await readFile(file, 'utf8').then(
  (text) => (JSON.parse(text) as PeerResults).rows,
  () => [],
);
const rows: PeerRow[] = [];
for (const name of asked.length === 0 ? Object.keys(SECTIONS) : asked) rows.push(...((await SECTIONS[name]?.()) ?? []));
const machine = machineName(`${THREADS} threads`);
const columns = ['', 'peer', 'fastest mode', 'patchcl, ms', 'peer, ms', 'ratio'];
process.stdout.write(
  `${machine}\n${textTable({
    columns: columns.map((title) => ({ title, digits: title === 'ratio' ? 2 : 0 })),
    rows: rows.map(({ what, peer, mode, patchcl, times: theirs }) => [
      what,
      peer,
      mode,
      patchcl.median,
      theirs.median,
      theirs.median / patchcl.median,
    ]),
  })}\n`,
);
const measured = new Set(rows.map(({ what }) => what));
const results: PeerResults = { machine, rows: [...before.filter(({ what }) => !measured.has(what)), ...rows] };
await mkdir(fileURLToPath(new URL('../results', import.meta.url)), { recursive: true });
await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);

/**
 * `npm run bench [-- SECTION ...]`: training and inference speed beside PyTorch's on the same cores in the same run. Every measurement is a
 * process of its own; peers take turns, so that a machine whose speed drifts is fair to both. Ratios are PyTorch / patchcl.
 * Prints tables and writes bench/results/speed.json. Without PyTorch (Debian: apt-get install python3-torch) its columns stay
 * empty. With sections (unet-256, unet-128, steps-96, steps-128, steps-256, scaling) only those are measured; what the file holds
 * of others is kept.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferenceTimes } from './inference.ts';
import { machineName } from './machine.ts';
import { inference, type PeerTimes, pythonWithTorch, step, THREADS, torch } from './processes.ts';
import { scalingCurves } from './scaling.ts';
import { type Speed, type SpeedRow, speedText } from './speed-table.ts';
import type { StepTimes } from './step.ts';
import { median, times } from './times.ts';

/** Processes of each side: medians of fewer move by some per cent from one run of this table to the next. */
const ROUNDS = 7;

/** The U-Net of SSL4MIS, training and deployed, in turns with PyTorch's. */
async function besidePyTorch(python: string | undefined, batch: number, size: number): Promise<SpeedRow[]> {
  const own: (StepTimes & InferenceTimes)[] = [];
  const peers: PeerTimes[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const trained = await step({ method: 'supervised', network: 'classic', batch, size });
    own.push({ ...trained, ...(await inference({ batch, size })) });
    if (python !== undefined) peers.push(await torch(python, batch, size));
  }
  const row = (
    what: string,
    unit: string,
    pick: (t: StepTimes & InferenceTimes) => readonly number[],
    pickPeer: (t: PeerTimes) => readonly number[],
  ): SpeedRow => {
    const peer = peers.length === 0 ? {} : { pytorch: times(peers.flatMap(pickPeer)) };
    const label = `U-Net, ${batch} x 1 x ${size} x ${size}: ${what}`;
    return { what: label, patchcl: times(own.flatMap(pick)), unit, ...peer };
  };
  const train = (t: Pick<StepTimes, 'train'>) => t.train;
  const memory = (t: Pick<StepTimes, 'memoryMb'>) => [t.memoryMb];
  return [
    row('training step', 'ms', train, train),
    row(
      'inference',
      'ms',
      ({ float32 }) => float32,
      (t) => t.inference,
    ),
    row(
      'inference, int8',
      'ms',
      ({ int8 }) => int8,
      (t) => t.inference,
    ),
    row('peak memory', 'MB', memory, memory),
  ];
}

/** Whole steps of the default preset's methods, in turns. */
async function wholeSteps(batch: number, size: number): Promise<SpeedRow[]> {
  const methods = ['supervised', 'mean-teacher', 'patchcl'] as const;
  const measured = methods.map((): StepTimes[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, method] of methods.entries()) {
      measured[i]?.push(await step({ method, network: 'lean', batch, size }));
    }
  }
  const label = `default preset, ${batch} + ${batch} x ${size} x ${size}`;
  const rows = methods.map((method, i): SpeedRow => {
    const steps = (measured[i] as StepTimes[]).flatMap(({ train }) => train);
    return { what: `${label}: ${method} step`, patchcl: times(steps), unit: 'ms' };
  });
  const whole = measured[2] as StepTimes[];
  const batches = whole.flatMap(({ pipeline }) => pipeline);
  const engine = median(whole.flatMap(({ train }) => train));
  const busy = (100 * engine) / (engine + median(batches));
  return [
    ...rows,
    { what: `${label}: batch of a patchcl step`, patchcl: times(batches), unit: 'ms' },
    { what: `${label}: engine busy`, patchcl: { median: busy, best: busy }, unit: '%' },
    { what: `${label}: session start`, patchcl: times(whole.map(({ load }) => load)), unit: 'ms' },
  ];
}

const python = await pythonWithTorch();
if (python === undefined) {
  process.stderr.write('PyTorch is not installed (apt-get install python3-torch): its columns stay empty.\n');
}
const SECTIONS: Readonly<Record<string, () => Promise<SpeedRow[]>>> = {
  'unet-256': () => besidePyTorch(python, 4, 256),
  'unet-128': () => besidePyTorch(python, 24, 128),
  'steps-96': () => wholeSteps(12, 96),
  'steps-128': () => wholeSteps(12, 128),
  'steps-256': () => wholeSteps(4, 256),
};
const SCALING = 'scaling';

const known = [...Object.keys(SECTIONS), SCALING];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no section ${unknown.join(', ')}; there are ${known.join(', ')}.\n`);
  process.exit(1);
}
const sections = asked.length === 0 ? known : asked;
const file = fileURLToPath(new URL('results/speed.json', import.meta.url));
const before = sections.length === known.length ? undefined : (JSON.parse(await readFile(file, 'utf8')) as Speed);
const machine = machineName(`${THREADS} threads`);
const measured: SpeedRow[] = [];
for (const name of sections) measured.push(...((await SECTIONS[name]?.()) ?? []));
const points = sections.includes(SCALING) ? await scalingCurves() : undefined;
process.stdout.write(`${speedText({ machine, rows: measured, scaling: points ?? [] })}\n`);
const fresh = new Map(measured.map((row) => [row.what, row]));
const results: Speed = {
  machine,
  rows: before === undefined ? measured : before.rows.map((row) => fresh.get(row.what) ?? row),
  scaling: points ?? before?.scaling ?? [],
};
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);

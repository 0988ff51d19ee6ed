/**
 * Predicts many volumes with one `patchcl predict` and watches the memory of its process: it must not grow with the number of
 * volumes.
 *
 * usage: npm run bench:memory -- [--scans DIR] [--model RUN|MODEL.onnx]
 * By default 200 synthetic volumes, and the network of the default preset with random weights, which costs what a trained one
 * does. Prints the highest memory in each tenth of the work and writes bench/results/memory.json.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { syntheticHearts } from '../src/demo/synthetic-heart.ts';
import { writeNifti } from '../src/formats/index.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { findScans } from '../src/predict/scans/find-scans.ts';
import { textTable } from '../src/report/table.ts';
import { machineName } from './machine.ts';
import { randomModel } from './random-model.ts';

const VOLUMES = 200;
const POINTS = 10;
const EVERY_MS = 50;

const { values } = parseArgs({ options: { scans: { type: 'string' }, model: { type: 'string' } } });
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Memory of a process in MB; undefined when it has ended. Linux only: nowhere else can it be read without a tool. */
async function residentMb(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

async function writeScans(folder: string): Promise<void> {
  const files = nodeFiles();
  for (const { id, image } of syntheticHearts({ patients: VOLUMES, size: 128, slices: 10, seed: 1 })) {
    await files.write(join(folder, `${id}.nii.gz`), writeNifti(image));
  }
}

/** [masks written, MB] over the time of one prediction. */
async function watch(model: string, scans: string, out: string): Promise<(readonly [number, number])[]> {
  const child = spawn(process.execPath, [here('../bin/patchcl.js'), 'predict', model, scans, '--out', out], {
    stdio: 'inherit',
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const samples: (readonly [number, number])[] = [];
  while (child.exitCode === null) {
    const memory = await residentMb(child.pid as number);
    const masks = (await readdir(out).catch(() => [])).filter((name) => !name.startsWith('.'));
    if (memory !== undefined) samples.push([masks.length, memory]);
    await wait(EVERY_MS);
  }
  const status = await ended;
  if (status !== 0) throw new Error(`patchcl predict ended with status ${status}`);
  return samples;
}

const work = await mkdtemp(join(tmpdir(), 'patchcl-memory-'));
try {
  const scans = values.scans ?? join(work, 'scans');
  const model = values.model ?? join(work, 'model.onnx');
  if (values.scans === undefined) await writeScans(scans);
  if (values.model === undefined) await writeFile(model, randomModel());
  const count = (await findScans(nodeFiles(), [scans])).length;
  const samples = await watch(model, scans, join(work, 'masks'));
  const points = Array.from({ length: POINTS }, (_, i) => {
    const [from, to] = [(i * count) / POINTS, ((i + 1) * count) / POINTS];
    const within = samples.filter(([done]) => done >= from && (done < to || i === POINTS - 1));
    return { volumes: Math.round(to), peakMb: Math.round(Math.max(...within.map(([, memory]) => memory))) };
  });
  const half = (part: typeof points) => Math.max(...part.map(({ peakMb }) => peakMb));
  const growth = half(points.slice(POINTS / 2)) / half(points.slice(0, POINTS / 2));
  const machine = machineName(`${cpus().length} cores`);
  const columns = [
    { title: 'volumes', digits: 0 },
    { title: 'peak MB', digits: 0 },
  ];
  process.stdout.write(`${textTable({ columns, rows: points.map((point) => Object.values(point)) })}\n`);
  process.stdout.write(`peak of the second half / of the first: ${growth.toFixed(3)}\n`);
  await mkdir(here('results'), { recursive: true });
  const record = { machine, scans: values.scans === undefined ? 'synthetic hearts' : basename(scans), points, growth };
  await writeFile(here('results/memory.json'), `${JSON.stringify(record, null, 2)}\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '../src/core/rng.ts';
import { percentile } from '../src/data/percentiles.ts';
import { writeNifti } from '../src/formats/index.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { startStudio } from '../src/server/testing/start-studio.ts';

/**
 * How long the studio takes to show a slice and to save one, of a volume of 500 slices of 256 x 256, while it trains on all
 * cores and while it segments: milliseconds, median, 95 of 100, longest.
 */
const [DEPTH, SIDE] = [500, 256];
const REQUESTS = 60;

const files = nodeFiles();
const folder = await mkdtemp(join(tmpdir(), 'patchcl-latency-'));
const rng = new Rng('latency');
const data = Float32Array.from({ length: DEPTH * SIDE * SIDE }, () => Math.round(100 * rng.float()));
const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const geometry = { spacing: [1, 1, 1] as const, unit: 'mm' as const, affine };
for (const id of ['a', 'b']) {
  await files.write(
    join(folder, `scans/images/${id}.nii`),
    writeNifti({ data, shape: [1, DEPTH, SIDE, SIDE], geometry }, { gzip: false, int16: true }),
  );
}
const { studio, end } = await startStudio('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
try {
  const start = performance.now();
  await studio.ask('intensities', { case: 'a', first: 0, count: 1 });
  process.stdout.write(`first slice, scan decoded: ${Math.round(performance.now() - start)} ms\n`);
  const body = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % 97 === 0 ? 1 : 0));
  for (const first of [10, 20, 30])
    await studio.ask('saveMask', { case: 'a', first, count: 1, provenance: 'drawn', body });
  await measure('idle', body);
  const { id } = await studio.ask('train', { body: { minutes: 5 } });
  for (;;) {
    const { state, progress, problem } = await studio.ask('run', { run: id });
    if (state === 'crashed') throw new Error(problem);
    if (state === 'training' && progress !== undefined) break;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  await measure('training', body);
} finally {
  await end();
  await rm(folder, { recursive: true, force: true });
}

async function measure(when: string, body: Uint8Array): Promise<void> {
  const times: Record<'show' | 'save', number[]> = { show: [], save: [] };
  for (let i = 0; i < REQUESTS; i++) {
    const first = (i * 37) % DEPTH;
    const start = performance.now();
    await studio.ask('intensities', { case: 'a', first, count: 1 });
    await studio.ask('mask', { case: 'a', first, count: 1 });
    const shown = performance.now();
    await studio.ask('saveMask', { case: 'a', first, count: 1, provenance: 'drawn', body });
    times.show.push(shown - start);
    times.save.push(performance.now() - shown);
    await new Promise((wake) => setTimeout(wake, 30));
  }
  for (const [what, values] of Object.entries(times)) {
    const [middle, late, last] = [50, 95, 100].map((percent) =>
      percentile(Float32Array.from(values), percent).toFixed(0),
    );
    process.stdout.write(`${when}, ${what} a slice: ${middle} / ${late} / ${last} ms\n`);
  }
}

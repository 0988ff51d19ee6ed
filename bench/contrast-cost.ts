/**
 * What the contrast costs in a step, everything else equal: processor time of steps with it and without, in turns in one process, so
 * that what else the machine does falls on all of them. One thread, the default preset's network and batch on 144 x 144 pixels.
 *
 * usage: npx tsx bench/contrast-cost.ts [ROUNDS]
 * prints a table and writes bench/results/contrast-cost.json
 */
import { fileURLToPath } from 'node:url';
import { nodeFiles } from '../src/node/node-files.ts';
import { textTable } from '../src/report/table.ts';
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';
import type { Overrides } from '../src/settings/settings-file.ts';
import { machineName } from './machine.ts';
import { median } from './times.ts';
import { type LoadedStep, trainingStep } from './training-step.ts';

const WITHOUT: Overrides = {
  mixing: { paste: 1 },
  consistency: { dice: 1, threshold: 0.8, mainPart: 'auto' },
};
const PARTS = { at: 'decoder', hardAnchors: 0.5, hardNegatives: 0.25, reliable: 0.9 };

/** The first one is what the others are measured against. */
const VARIANTS: readonly (readonly [name: string, method: string, overrides: Overrides])[] = [
  ['no contrast', 'mean-teacher', WITHOUT],
  ['at the encoder', 'patchcl', {}],
  ['at the decoder, plain', 'patchcl', { contrast: { at: 'decoder' } }],
  ['at the decoder, all parts', 'patchcl', { contrast: PARTS }],
  ["at the decoder, all parts, student's keys", 'patchcl', { contrast: { ...PARTS, keys: 'student' } }],
];

const rounds = Number(process.argv[2] ?? 12);
const runtime = await tunedNodeRuntime({ threads: 1 });
const loaded: LoadedStep[] = [];
for (const [, method, overrides] of VARIANTS) {
  loaded.push(await trainingStep({ method, network: 'lean', batch: 12, size: 144, overrides }, runtime));
}

/** Processor seconds of a step. */
async function timedStep({ stateful, feeds }: LoadedStep): Promise<number> {
  const start = process.cpuUsage();
  await stateful.step(feeds);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const seconds: number[][] = VARIANTS.map(() => []);
for (let round = -2; round < rounds; round++) {
  for (const [i, step] of loaded.entries()) {
    const spent = await timedStep(step);
    // The first two fill caches.
    if (round >= 0) seconds[i]?.push(spent);
  }
}
const rows = VARIANTS.map(([name], i) => {
  const own = seconds[i] as number[];
  const ratio = median(own.map((value, round) => value / (seconds[0]?.[round] as number)));
  return { name, median: median(own), ratio, seconds: own.map((value) => Number(value.toFixed(4))) };
});
process.stdout.write(
  textTable({
    columns: [{ title: 'contrast' }, { title: 'CPU s a step', digits: 3 }, { title: 'against none', digits: 3 }],
    rows: rows.map(({ name, median: value, ratio }) => [name, value, ratio]),
  }),
);
const out = fileURLToPath(new URL('results/contrast-cost.json', import.meta.url));
await nodeFiles().write(out, `${JSON.stringify({ machine: machineName('1 thread'), rounds, rows })}\n`);

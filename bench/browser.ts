/**
 * `npm run bench:browser`: training steps natively and in Chromium's WebAssembly, in turns on the same cores in the same run,
 * and the ratio of the medians. Takes about a minute. Prints a table and writes bench/results/browser.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromiumRuntime, noChromium } from '../src/runtime/browser/testing/chromium.ts';
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';
import type { StepModel } from '../src/runtime/runtime.ts';
import type { RemoteSteps } from '../src/runtime/testing/serve.ts';
import { machineName } from './machine.ts';
import { type BrowserSpeed, browserText } from './speed-table.ts';
import { median, timed } from './times.ts';
import { type TrainingStep, trainingStep } from './training-step.ts';

const THREADS = availableParallelism();
const ROUNDS = 3;
const STEPS = 3;

const BENCHMARKS: readonly (TrainingStep & { readonly what: string })[] = [
  { what: 'U-Net, 4 x 1 x 256 x 256', method: 'supervised', network: 'classic', batch: 4, size: 256 },
  { what: 'default preset, 12 x 1 x 96 x 96', method: 'supervised', network: 'lean', batch: 12, size: 96 },
];

async function measure(benchmark: TrainingStep) {
  const native = await trainingStep(benchmark, await tunedNodeRuntime({ threads: THREADS }));
  const browser = await chromiumRuntime({ threads: THREADS });
  try {
    let session: RemoteSteps | undefined;
    const loadResident = async (step: StepModel) => {
      session = await browser.loadResident(step);
      return session;
    };
    const page = await trainingStep(benchmark, { ...browser, loadResident });
    const steps = session as RemoteSteps;
    // Browsers compile twice, first in haste: the first steps run code that later ones do not.
    await steps.times(page.feeds, STEPS);
    const times: { native: number[]; wasm: number[] } = { native: [], wasm: [] };
    for (let round = 0; round < ROUNDS; round++) {
      times.native.push(...(await timed(STEPS, () => native.stateful.step(native.feeds))));
      times.wasm.push(...(await steps.times(page.feeds, STEPS)));
    }
    return times;
  } finally {
    await native.stateful.dispose();
    await browser.close();
  }
}

const reason = noChromium();
if (reason !== undefined) {
  process.stderr.write(`Nothing to measure: ${reason}.\n`);
  process.exit(1);
}

const rows: BrowserSpeed['rows'][number][] = [];
for (const { what, ...benchmark } of BENCHMARKS) {
  const times = await measure(benchmark);
  const [native, wasm] = [median(times.native), median(times.wasm)];
  rows.push({ what: `${what}: training step`, native, wasm, ratio: wasm / native });
}
const machine = machineName(`${THREADS} threads`);
const speed: BrowserSpeed = { machine, rows };
process.stdout.write(`${browserText(speed)}\n`);
const results = fileURLToPath(new URL('results/', import.meta.url));
await mkdir(results, { recursive: true });
await writeFile(`${results}browser.json`, `${JSON.stringify(speed, null, 2)}\n`);

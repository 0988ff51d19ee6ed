/**
 * Where the time of a training step goes: ONNX Runtime's own profile, summed over operators or over single nodes.
 *
 * usage: npm run bench:profile -- '{"method": "supervised", "network": "classic", "batch": 4, "size": 256}' [--nodes]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../src/report/table.ts';
import { nodeRuntime, tunedNodeRuntime } from '../src/runtime/node/runtime.ts';
import { type TrainingStep, trainingStep } from './training-step.ts';

interface Event {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    readonly output_type_shape?: readonly Record<string, readonly number[]>[];
  };
}

const STEPS = 10;
const [description = '{}', flag] = process.argv.slice(2);
const benchmark = JSON.parse(description) as TrainingStep;
const folder = mkdtempSync(join(tmpdir(), 'patchcl-profile-'));
const threads = benchmark.threads === undefined ? {} : { threads: benchmark.threads };
const tuned = await tunedNodeRuntime(threads);
const profiled = nodeRuntime({ ...threads, profilePrefix: join(folder, 'step') });
const { stateful, feeds } = await trainingStep(benchmark, { ...profiled, target: tuned.target });
for (let i = 0; i < STEPS; i++) await stateful.step(feeds);
await stateful.dispose();
const [file] = readdirSync(folder);
const events = JSON.parse(readFileSync(join(folder, file as string), 'utf8')) as Event[];
rmSync(folder, { recursive: true });

const label = ({ name, args }: Event) => {
  const shape = Object.values(args.output_type_shape?.[0] ?? {})[0]?.join(' x ') ?? '';
  return flag === '--nodes' ? `${name.replace('_kernel_time', '')} ${shape}` : (args.op_name as string);
};
const totals = new Map<string, { ms: number; count: number }>();
const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
// The first step warms up caches and memory.
const warm = kernels.slice(kernels.length / STEPS);
for (const event of warm) {
  const total = totals.get(label(event)) ?? { ms: 0, count: 0 };
  total.ms += event.dur / 1000 / (STEPS - 1);
  total.count += 1 / (STEPS - 1);
  totals.set(label(event), total);
}
const sum = [...totals.values()].reduce((all, { ms }) => all + ms, 0);
const rows = [...totals].sort(([, a], [, b]) => b.ms - a.ms).slice(0, 200);
process.stdout.write(
  `${textTable({
    columns: [
      { title: 'operator' },
      { title: 'nodes', digits: 0 },
      { title: 'ms', digits: 2 },
      { title: '%', digits: 1 },
    ],
    rows: rows.map(([name, { ms, count }]) => [name, count, ms, (100 * ms) / sum]),
  })}\nall nodes: ${sum.toFixed(1)} ms per step\n`,
);

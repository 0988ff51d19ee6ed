/**
 * `npm run bench:networks -- --data DIR --runs DIR [--labelled 7] [--minutes 5] [--seed 1]`: which network learns most per second.
 * Trains each from labels alone, two at a time with a thread each, and writes the validation Dice over the minutes to
 * bench/results/networks.json. Finished runs (DIR/<widths>) are not repeated.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { mapConcurrently } from '../src/data/concurrency.ts';
import { RUN_FILES } from '../src/train/run-folder.ts';
import { learningCurve } from './learning-curve.ts';

const WIDTHS = [
  [32, 64, 128, 256],
  [16, 32, 64, 128, 256],
  [16, 32, 64, 128],
] as const;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    runs: { type: 'string' },
    labelled: { type: 'string', default: '7' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const { data, runs, labelled, minutes, seed } = values;
if (data === undefined || runs === undefined) throw new Error('--data and --runs are needed');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
mkdirSync(runs, { recursive: true });

const rows = await mapConcurrently(WIDTHS, 2, async (widths) => {
  const run = join(runs, widths.join('-'));
  if (!existsSync(join(run, RUN_FILES.model))) {
    const config = `${run}.yaml`;
    writeFileSync(config, `network: { widths: [${widths.join(', ')}], stem: space-to-depth }\n`);
    const budget = ['--labelled', labelled, '--max-minutes', minutes, '--seed', seed, '--threads', '1'];
    const rest = ['--method', 'supervised', '--config', config, ...budget];
    await promisify(execFile)(process.execPath, [
      here('../bin/patchcl.js'),
      'train',
      '--data',
      data,
      '--out',
      run,
      ...rest,
    ]);
  }
  return { widths, curve: learningCurve(run) };
});

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, 1 thread each, two at a time, Node ${process.version}`;
const protocol = { data: basename(data), labelled: Number(labelled), minutes: Number(minutes), seed: Number(seed) };
writeFileSync(here('results/networks.json'), `${JSON.stringify({ machine, ...protocol, rows }, null, 2)}\n`);
for (const { widths, curve } of rows) {
  const points = curve.map(([, minute, dice]) => `${dice?.toFixed(3)} (${minute?.toFixed(1)} min)`);
  process.stdout.write(`${widths.join('-').padEnd(18)} ${points.join('  ')}\n`);
}

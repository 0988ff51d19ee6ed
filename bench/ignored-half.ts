/**
 * What masks are worth of which half is not annotated: trains on whole masks, on masks of which a random half (left, right, upper or
 * lower) is ignored, and on masks whose other half is wrongly background, with the same patients, seed and budget, and measures all of
 * them on whole masks of the test part.
 *
 * usage: npx tsx bench/ignored-half.ts --data DIR [--minutes 3] [--labelled 5%] [--method patchcl] [--seed 1]
 * DIR has images/ and masks/ of pictures with one foreground class. Minutes are those of the processor. Prints a table and writes
 * bench/results/ignored-half-NAME.json.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readText, stem } from '../src/core/files.ts';
import { Rng } from '../src/core/rng.ts';
import { normaliseBinaryLabels, readLabels, writeLabelPng } from '../src/formats/index.ts';
import type { LabelVolume } from '../src/imaging/volume.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { textTable } from '../src/report/table.ts';
import { machineName } from './machine.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    labelled: { type: 'string', default: '5%' },
    method: { type: 'string', default: 'patchcl' },
    seed: { type: 'string', default: '1' },
  },
});
const { data, minutes, labelled, method, seed } = values;
if (data === undefined) throw new Error('--data DIR is needed');

const files = nodeFiles();
const folder = await mkdtemp(join(tmpdir(), 'patchcl-ignored-half-'));
const patchcl = (...args: string[]) =>
  execFileSync(process.execPath, [fileURLToPath(new URL('../bin/patchcl.js', import.meta.url)), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** The value that nobody has annotated. */
const UNKNOWN = 2;

/** A mask of which a random half has another value. */
function halved(mask: LabelVolume, value: number, name: string): LabelVolume {
  const [, height, width] = mask.shape;
  const side = new Rng(7, name).int(4);
  const isLost = (row: number, column: number) =>
    side < 2 ? column < width / 2 === (side === 0) : row < height / 2 === (side === 2);
  return {
    ...mask,
    data: mask.data.map((own, i) => (isLost(Math.floor(i / width), i % width) ? value : own)),
  };
}

const KINDS = {
  whole: { title: 'whole masks', make: (mask: LabelVolume) => mask },
  half: { title: 'half of each ignored', make: (mask: LabelVolume, name: string) => halved(mask, UNKNOWN, name) },
  wrong: {
    title: 'half of each taken for background',
    make: (mask: LabelVolume, name: string) => halved(mask, 0, name),
  },
};

async function writeSet(kind: keyof typeof KINDS): Promise<string> {
  const root = join(folder, kind);
  await cp(join(data as string, 'images'), join(root, 'images'), { recursive: true });
  for (const { name } of await files.list(join(data as string, 'masks'))) {
    const path = join(data as string, 'masks', name);
    const mask = normaliseBinaryLabels(await readLabels(await files.read(path), path));
    await files.write(join(root, 'masks', `${stem(name)}.png`), writeLabelPng(KINDS[kind].make(mask, name)));
  }
  const labels = { background: 0, foreground: 1, ...(kind === 'half' && { ignore: UNKNOWN }) };
  await files.write(join(root, 'dataset.json'), JSON.stringify({ labels }));
  return root;
}

const rows: { title: string; steps: number; dice: number; interval: readonly number[] | null }[] = [];
try {
  const whole = await writeSet('whole');
  const config = join(folder, 'budget.yaml');
  await files.write(config, `method: ${method}\nseed: ${seed}\nbudget: { minutes: ${minutes}, clock: cpu }\n`);
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    const root = kind === 'whole' ? whole : await writeSet(kind);
    const run = join(folder, `run-${kind}`);
    patchcl('train', '--data', root, '--out', run, '--config', config, '--labelled', labelled, '--threads', '1');
    const json = join(folder, `${kind}.json`);
    patchcl('evaluate', run, '--data', whole, '--split', 'test', '--json', json);
    const { mean, statistics } = JSON.parse(await readText(files, json));
    const log = (await readText(files, join(run, 'metrics.csv'))).trim().split('\n');
    const steps = Number(log.at(-1)?.split(',')[0]);
    rows.push({ title: KINDS[kind].title, steps, dice: mean.dice, interval: statistics[0].metrics.dice.interval });
  }
} finally {
  await rm(folder, { recursive: true });
}

const table = textTable({
  columns: [{ title: 'masks' }, { title: 'steps', digits: 0 }, { title: 'test Dice' }, { title: '95 % CI' }],
  rows: rows.map(({ title, steps, dice, interval }) => [
    title,
    steps,
    dice,
    interval?.map((value) => value.toFixed(3)).join(' to ') ?? '-',
  ]),
});
process.stdout.write(`${table}\n`);
const out = fileURLToPath(new URL(`results/ignored-half-${basename(data)}.json`, import.meta.url));
await files.write(
  out,
  `${JSON.stringify({ machine: machineName('1 thread'), method, labelled, seed, minutes, rows })}\n`,
);

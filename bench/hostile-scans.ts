// Two hundred scans, ten of them hostile, each in its own way: `npm run bench:hostile [-- --scans 200]` predicts them with one command.
// The others must have their masks, each of the ten its sentence. Tells what the command took. Linux only.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../src/core/rng.ts';
import { HOSTILE, scan } from './chaos/hostile.ts';
import { commandCost } from './command-cost.ts';
import { randomModel } from './random-model.ts';

const { values } = parseArgs({ options: { scans: { type: 'string', default: '200' } } });
const hostile = Object.entries(HOSTILE);
const good = Number(values.scans) - hostile.length;

const root = mkdtempSync(join(tmpdir(), 'patchcl-hostile-'));
try {
  const [scans, masks, model] = ['scans', 'masks', 'model.onnx'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(scans);
  writeFileSync(model, randomModel());
  const number = (n: number) => String(n).padStart(4, '0');
  for (let n = 0; n < good; n++) writeFileSync(join(scans, `good${number(n)}.nii.gz`), scan(n, 128).image);
  // Among the others, not behind them: what one costs must not fall on the next.
  for (const [n, [, make]] of hostile.entries())
    make(scans, `good${number(Math.floor((n * good) / hostile.length))}-bad${n}`, new Rng('hostile', n));
  const { status, text, wallSeconds, processorSeconds, peakBytes } = await commandCost([
    'predict',
    model,
    scans,
    '--out',
    masks,
    '--memory',
    '1G',
  ]);
  const written = readdirSync(masks).filter((name) => name.startsWith('good')).length;
  const sentences = text.split('\n').filter((line) => /^patchcl: .*-bad\d/.test(line));
  const lines = [
    ...sentences.map((line) => line.replaceAll(`${root}/`, '')),
    `${good + hostile.length} scans, ${hostile.length} of them hostile (${hostile.map(([name]) => name).join(', ')})`,
    `${written} masks, ${sentences.length} sentences, exit status ${status}`,
    `${wallSeconds.toFixed(0)} s, ${processorSeconds.toFixed(0)} s of a processor, at most ${Math.round(peakBytes / 1e6)} MB`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}

// The real commands and a real studio, against hostile files, crashes and each other, at random:
// npm run chaos -- --minutes 60 [--seed 7]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../../src/core/rng.ts';
import { nodeFiles } from '../../src/node/node-files.ts';
import { writeBalls } from '../../src/server/testing/ball-scans.ts';
import { patchcl } from './command.ts';
import { scan } from './hostile.ts';
import { OPERATIONS, type Place } from './operations.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    only: { type: 'string' },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

const SETTINGS = `size: 32
budget: { steps: 12 }
validations: 3
threads: 1
network: { widths: [4, 8], stem: plain }
batch: { labelled: 2, unlabelled: 2 }
contrast: { warmUp: 0.5, keysPerClass: 16, dimensions: 8, anchorsPerClass: 2, positivesPerAnchor: 2 }
`;

/** A data set, scans for the studio, and a training that nothing disturbed. */
async function prepare(root: string, rng: Rng): Promise<Place> {
  for (const folder of ['images', 'masks']) mkdirSync(join(root, 'data', folder), { recursive: true });
  for (let n = 0; n < 8; n++) {
    const { image, mask } = scan(n);
    writeFileSync(join(root, 'data', 'images', `p${n}.nii.gz`), image);
    if (n < 6) writeFileSync(join(root, 'data', 'masks', `p${n}.nii.gz`), mask);
  }
  writeFileSync(join(root, 'tiny.yaml'), SETTINGS);
  await writeBalls(nodeFiles(root), 'balls', 4);
  const straight = join(root, 'straight');
  const args = ['train', '--data', join(root, 'data'), '--config', join(root, 'tiny.yaml'), '--out', straight];
  const { status, text } = await patchcl(args);
  if (status !== 0) throw new Error(text);
  return { root, rng, straight };
}

const root = mkdtempSync(join(tmpdir(), 'patchcl-chaos-'));
const rng = new Rng('chaos', values.seed);
const end = Date.now() + 60_000 * Number(values.minutes);
const counts = { operations: 0, faults: 0, losses: 0 };
const done = new Map<string, number>();
try {
  const place = await prepare(root, rng);
  const names = Object.keys(OPERATIONS).filter((name) => values.only === undefined || name === values.only);
  // Each once, then at random.
  const queue = [...names];
  while (queue.length > 0 || Date.now() < end) {
    const name = queue.shift() ?? (names[rng.int(names.length)] as string);
    const findings =
      (await OPERATIONS[name]?.(place).catch((error: unknown) => [
        { kind: 'fault' as const, text: `${name}: ${error instanceof Error ? error.stack : String(error)}` },
      ])) ?? [];
    counts.operations++;
    done.set(name, (done.get(name) ?? 0) + 1);
    for (const { kind, text } of findings) {
      counts[kind === 'loss' ? 'losses' : 'faults']++;
      say(`${kind}: ${text}`);
    }
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
say(
  `seed ${values.seed}: ${counts.operations} operations (${[...done].map(([name, n]) => `${n} ${name}`).join(', ')}), ${counts.faults} faults, ${counts.losses} losses`,
);
process.exitCode = counts.faults + counts.losses === 0 ? 0 : 1;

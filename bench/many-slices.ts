// Ten thousand slices in five hundred folders, a patient each: `npm run bench:slices [-- --side 256]` makes them in a temporary
// folder and tells what `patchcl inspect` takes of time, of a processor and of memory, and whether it has found the patients. Linux only.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../src/core/rng.ts';
import { writeLabelPng } from '../src/formats/index.ts';
import { PIXEL_GEOMETRY } from '../src/imaging/volume.ts';
import { commandCost } from './command-cost.ts';

const { values } = parseArgs({
  options: { side: { type: 'string', default: '256' }, folders: { type: 'string', default: '500' } },
});
const [side, folders] = [Number(values.side), Number(values.folders)];
const SLICES = 20;

/** A grey picture: an ellipse on noise. */
function slice(rng: Rng, isMask: boolean): Uint8Array {
  const [row, column] = [rng.int(side / 4) + side / 3, rng.int(side / 4) + side / 3];
  const isInside = (i: number) =>
    ((Math.floor(i / side) - row) / 40) ** 2 + (((i % side) - column) / 30) ** 2 < (side / 256) ** 2;
  const noise = isMask ? () => 0 : () => rng.int(24);
  const data = Uint8Array.from({ length: side * side }, (_, i) => (isInside(i) ? (isMask ? 1 : 150) : 0) + noise());
  return writeLabelPng({ data, shape: [1, side, side], geometry: PIXEL_GEOMETRY });
}

/** Twenty slices a folder, under the same names in each; a fifth of the folders has masks. */
function writeSlices(root: string): void {
  const rng = new Rng('many-slices');
  const drawn = Array.from({ length: 50 }, () => [slice(rng, false), slice(rng, true)] as const);
  for (let n = 0; n < folders; n++) {
    for (const [index, kind] of ['images', 'masks'].entries()) {
      if (index === 1 && n % 5 > 0) continue;
      const folder = join(root, kind, `P${n}`);
      mkdirSync(folder, { recursive: true });
      for (let z = 0; z < SLICES; z++) {
        const bytes = (drawn[(n * 7 + z * 3) % drawn.length] as readonly Uint8Array[])[index] as Uint8Array;
        writeFileSync(join(folder, `slice_${z}.png`), bytes);
      }
    }
  }
}

const root = mkdtempSync(join(tmpdir(), 'patchcl-slices-'));
try {
  writeSlices(join(root, 'data'));
  const json = join(root, 'found.json');
  const { status, wallSeconds, processorSeconds, peakBytes } = await commandCost([
    'inspect',
    join(root, 'data'),
    '--json',
    json,
  ]);
  const { counts } = JSON.parse(readFileSync(json, 'utf8')) as { counts: object };
  const lines = [
    `status ${status}, ${JSON.stringify(counts)}`,
    `${wallSeconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of a processor, ${Math.round(peakBytes / 1e6)} MB at most`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}

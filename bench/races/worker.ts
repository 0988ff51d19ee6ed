import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkWritable } from '../../src/cli/outputs.ts';
import { holdingFolder } from '../../src/node/hold-folder.ts';
import { nodeFiles } from '../../src/node/node-files.ts';

/** What one of the two is told to do, at the same moment as the other. */
export interface Order {
  readonly race: keyof typeof RACES;
  readonly folder: string;
  readonly name: string;
}

/** What it says afterwards: `held`, the sentence of a refusal, or what went wrong. */
export interface Outcome {
  readonly result: 'done' | 'refused' | 'lost';
  readonly text: string;
}

const files = nodeFiles();

/** Two must never be here at once. */
async function alone(folder: string): Promise<void> {
  const mark = join(folder, 'inside');
  writeFileSync(mark, '', { flag: 'wx' });
  await new Promise((wake) => setTimeout(wake, 15));
  rmSync(mark);
}

const hold = ({ folder }: Order) => holdingFolder(folder, () => alone(folder), { patience: 0 });

const RACES = {
  /** Nobody has claimed the folder. */
  claim: hold,
  /** A process that has died holds it. */
  takeover: hold,
  /** The lock file of an earlier version, empty as its writer had just made it. */
  empty: hold,
  /** Runs side by side in a new folder: each checks, claims and writes. */
  siblings: async ({ folder, name }: Order) => {
    const run = join(folder, 'new', name);
    await checkWritable(files, run);
    await holdingFolder(run, () => files.write(join(run, 'model.onnx'), name));
  },
  /** Single files into folders that are not there yet. */
  writes: async ({ folder, name }: Order) => {
    await files.write(join(folder, 'a', 'b', 'c', name), name);
    await files.append(join(folder, 'x', 'y', `${name}.csv`), name);
  },
} as const;

process.on('message', async (order: Order) => {
  let outcome: Outcome = { result: 'done', text: '' };
  try {
    await RACES[order.race](order);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    outcome = { result: text.includes('is at work in this folder') ? 'refused' : 'lost', text };
  }
  process.send?.(outcome);
});

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Files } from '../../core/files.ts';
import { writeLabelPng } from '../../formats/index.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { runCli } from '../program.ts';

export interface CommandResult {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command within this process and catches what it prints. */
export async function runCommand(...args: readonly string[]): Promise<CommandResult> {
  const printed = { out: [] as string[], error: [] as string[] };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.error.push(String(text)) > 0),
  ];
  try {
    return { status: await runCli(args), out: printed.out.join(''), error: printed.error.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}

/** An empty folder, and the disk as a file system. */
export async function workplace(): Promise<{ folder: string; files: Files }> {
  return { folder: await mkdtemp(join(tmpdir(), 'patchcl-cli-')), files: nodeFiles() };
}

/** A grey PNG of constant side; values by row and column. */
export function greyPng(side: number, value: (row: number, column: number) => number): Uint8Array {
  const data = Uint8Array.from({ length: side * side }, (_, i) => value(Math.floor(i / side), i % side));
  return writeLabelPng({ data, shape: [1, side, side], geometry: PIXEL_GEOMETRY });
}

const SIDE = 32;

/** Bright squares on a dark ground, eight patients; the last two have no mask. */
export async function writeSquares(files: Files, folder: string): Promise<void> {
  for (let n = 0; n < 8; n++) {
    const inside = (row: number, column: number) => row >= 6 + n && row < 20 + n && column >= 8 && column < 22;
    const image = greyPng(SIDE, (row, column) => (inside(row, column) ? 200 : 40) + ((row * 7 + column * 3 + n) % 20));
    await files.write(`${folder}/images/p${n}.png`, image);
    if (n < 6)
      await files.write(
        `${folder}/masks/p${n}.png`,
        greyPng(SIDE, (row, column) => (inside(row, column) ? 1 : 0)),
      );
  }
}

/** Settings for a training of a second. */
export const TINY = `size: 32
network: { widths: [4, 8], stem: plain }
batch: { labelled: 2, unlabelled: 2 }
validations: 2
contrast: { weight: 0.1, warmUp: 0.5, keysPerClass: 16, dimensions: 8, anchorsPerClass: 2, positivesPerAnchor: 2 }
`;

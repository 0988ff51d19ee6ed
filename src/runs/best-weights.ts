import type { Files } from '../core/files.ts';
import { readSafetensors } from '../formats/index.ts';
import { mapNamed } from '../nn/parameters.ts';
import type { NetworkName } from '../train/state.ts';
import { runPath } from './run-folder.ts';

/** The weights with the best validation Dice, and where they come from. */
export interface BestWeights {
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly step: number;
  readonly network: NetworkName;
  /** Null without validation cases. */
  readonly dice: number | null;
}

/** @throws PatchclError `bad-file` when the run has not come to its first validation, or the file is damaged */
export async function loadBest(files: Files, run: string): Promise<BestWeights> {
  const path = runPath(run, 'best');
  const { tensors, metadata } = readSafetensors(await files.read(path), path);
  const dice = Number(metadata.dice);
  return {
    weights: mapNamed(tensors, ({ data }) => data),
    step: Number(metadata.step),
    network: metadata.network === 'student' ? 'student' : 'teacher',
    dice: Number.isFinite(dice) ? dice : null,
  };
}

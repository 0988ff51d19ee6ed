/** PyTorch's best way to run something on this processor, found by trying all. */
import { median } from '../times.ts';
import { type Peer, script } from './environment.ts';

const FLOAT32 = ['eager', 'channels-last', 'compile', 'compile+channels-last'] as const;
const BFLOAT16 = FLOAT32.map((mode) => (mode === 'eager' ? 'bfloat16' : `${mode}+bfloat16`));

/** What a PyTorch script prints: milliseconds of each run. */
export interface PyTorchTimes {
  readonly version: string;
  readonly train: readonly number[];
  readonly inference?: readonly number[];
  readonly memoryMb: number;
}

export interface PyTorchScript {
  readonly file: 'unet_step.py' | 'patchcl_step.py';
  readonly batch: number;
  readonly size: number;
  readonly threads: number;
}

export type Precision = 'float32' | 'bfloat16';

/** Times a script in one mode. @param steps counted */
export function timesIn(peer: Peer, { file, batch, size, threads }: PyTorchScript, mode: string, steps: number) {
  return script<PyTorchTimes>(peer.python, file, [batch, size, steps, threads, mode]);
}

/** Modes that a version has: `torch.compile` came with PyTorch 2. */
function modesOf({ version }: Peer, precision: Precision): readonly string[] {
  const modes: readonly string[] = precision === 'float32' ? FLOAT32 : BFLOAT16;
  return Number.parseInt(version, 10) >= 2 ? modes : modes.filter((mode) => !mode.includes('compile'));
}

export interface BestMode {
  readonly mode: string;
  /** Median milliseconds of every mode that was tried; null of one that failed. */
  readonly tried: Readonly<Record<string, number | null>>;
}

/**
 * Tries every mode with a few steps.
 *
 * @param pick which of a script's times count
 * @returns the fastest; undefined where none runs
 */
export async function bestMode(
  peer: Peer,
  what: PyTorchScript,
  precision: Precision,
  pick: (times: PyTorchTimes) => readonly number[],
): Promise<BestMode | undefined> {
  const tried: Record<string, number | null> = {};
  for (const mode of modesOf(peer, precision)) {
    tried[mode] = await timesIn(peer, what, mode, 3).then(
      (times) => median(pick(times)),
      () => null,
    );
  }
  const [fastest] = Object.entries(tried)
    .filter((entry): entry is [string, number] => entry[1] !== null)
    .sort(([, a], [, b]) => a - b);
  return fastest && { mode: fastest[0], tried };
}

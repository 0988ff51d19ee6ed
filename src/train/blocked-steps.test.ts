import { describe, expect, it } from 'vitest';
import { nodeRuntime, tunedNodeRuntime } from '../runtime/node/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ConfigInput } from '../settings/config.ts';
import { largestDifference } from '../testing/compare.ts';
import { type StepCase, stepCase } from './testing/step-case.ts';

/*
 * Other tests of training steps have networks too narrow for blocked layout, and images too small. Here whole steps with both
 * are compared with those of plain layout, which are compared with PyTorch (program.test.ts).
 */

const tuned = await tunedNodeRuntime({ threads: 1 });
const STEPS = 2;

/**
 * Relative to the largest loss, and to the largest change within a tensor. Losses differ by 1e-6, changes by up to 5e-4; a pixel
 * more or less that attains its window's maximum, which the last digit may decide, can change a gradient by several times that.
 */
const TOLERANCE = { loss: 1e-5, change: 1e-2 };

/** Pixels enough at every level for blocked convolution to pay. */
const SETTINGS = {
  size: 64,
  batch: { labelled: 3, unlabelled: 3 },
  // Nothing for the last digit to decide: no thresholds, and no even areas, where the pixels of a window are equal.
  consistency: { target: 'soft', threshold: 0 },
  augment: {
    labelledStrong: 0,
    weak: { rotation: 0, scale: 0, shift: 0 },
    strong: { brightness: { probability: 0 }, contrast: { probability: 0 }, cutout: { probability: 0 } },
  },
} as const satisfies ConfigInput;
/** Channels that fill blocks. */
const network = { widths: [16, 32], dropout: [0, 0.25] };

async function train({ feeds, start, scalars }: StepCase, runtime: Runtime) {
  const session = await start(runtime);
  const before = Object.entries(await session.state()).map(([name, values]) => [name, values.slice()] as const);
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const outputs = await session.step(feeds(step));
    losses.push(...scalars.map((name) => Number(outputs[name]?.data[0])));
  }
  const state = await session.state();
  const change = before.map(([name, values]) => {
    return [name, values.map((value, i) => (state[name]?.[i] as number) - value)] as const;
  });
  await session.dispose();
  return { losses, change };
}

describe.skipIf(tuned.target.nchwcBlock === undefined)('PatchCL in blocked layout', () => {
  it.each([
    { stem: 'space-to-depth', normalisation: 'instance', upsampling: 'nearest' },
    { stem: 'plain', normalisation: 'batch', upsampling: 'bilinear' },
  ] as const)('takes the steps of plain layout: %j', async (kind) => {
    const steps = stepCase('patchcl', { overrides: { ...SETTINGS, network: { ...network, ...kind } } });
    const plain = await train(steps, nodeRuntime({ threads: 1 }));
    const blocked = await train(steps, tuned);
    expect(largestDifference(blocked.losses, plain.losses)).toBeLessThan(TOLERANCE.loss);
    for (const [i, [name, change]] of plain.change.entries()) {
      expect(largestDifference(blocked.change[i]?.[1] ?? [], change), name).toBeLessThan(TOLERANCE.change);
    }
  });
});

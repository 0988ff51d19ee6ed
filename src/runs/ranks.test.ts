import { describe, expect, it } from 'vitest';
import type { Ranks } from '../core/ranks.ts';
import { localRanks } from '../core/testing/local-ranks.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import type { ConfigInput } from '../settings/config.ts';
import { largestDifference } from '../testing/compare.ts';
import { stepCase } from '../train/testing/step-case.ts';

const runtime = nodeRuntime({ threads: 1 });
const STEPS = 10; // of PatchCL past its warm-up

/** The state and the scalars of every step of one rank of a training. */
async function train(method: string, overrides: ConfigInput, { ranks, ignores }: { ranks?: Ranks; ignores?: boolean }) {
  const { feeds, start, scalars } = stepCase(method, {
    overrides,
    ...(ranks && { ranks }),
    ...(ignores && { ignores }),
  });
  const session = await start(runtime);
  const log: number[][] = [];
  for (let step = 0; step < STEPS; step++) {
    const outputs = await session.step(feeds(step));
    log.push(scalars.map((name) => Number(outputs[name]?.data[0])));
  }
  const state = Object.fromEntries(
    Object.entries(await session.state()).map(([name, values]) => [name, values.slice()]),
  );
  await session.dispose();
  return { state, log };
}

const BATCH = { labelled: 4, unlabelled: 8 };
const network = { widths: [8, 16], dropout: [0, 0.25] };
const batchNorm = { ...network, normalisation: 'batch' as const };
/** Where a decision hangs on a threshold, a difference in the last digit can tip it: smooth targets have none. */
const consistency = { target: 'soft' as const, threshold: 0 };
/** As many anchors, and keys, as four ranks can share evenly. */
const evenContrast = { dimensions: 4, anchorsPerClass: 4, positivesPerAnchor: 1, keysPerClass: 24, leastKeys: 4 };
/** Attended features of the decoder, some of them where the student is wrong. */
const atDecoder = { ...evenContrast, at: 'decoder' as const, hardAnchors: 0.5, hardNegatives: 0.5 };
/**
 * And a seed with which in these steps no pixel is the largest of its window by the last digit: such a one, from its step on, makes
 * a difference of 1e-5 to 3e-4 of what a bias has changed, where the sums of ranks alone make 1e-6.
 */
const seed = 4;
const optimiser = { kind: 'sgd' as const, learningRate: 0.005, rampSteps: 0 };

describe('ranks that share a batch', () => {
  it.each([
    ['supervised', 2, { network }],
    ['local-contrast', 2, { network, consistency }],
    ['cps', 2, { network, consistency }],
    ['supervised', 4, { network: batchNorm }],
    ['mean-teacher', 4, { network, consistency }],
    ['patchcl', 2, { network, consistency }],
    ['patchcl', 4, { network, consistency }],
    ['patchcl', 2, { network, consistency, contrast: atDecoder }],
    ['patchcl', 2, { network, consistency, contrast: { ...atDecoder, keys: 'student' } }],
    ['patchcl', 4, { network: batchNorm, consistency }],
    ['patchcl', 4, { network: batchNorm, consistency, contrast: evenContrast }],
  ] as const)('%s on %i ranks takes the steps that one rank takes: %j', (method, count, settings) =>
    expectSame(method, count, settings),
  );

  it.each([
    ['supervised', 2, { network }],
    ['supervised', 4, { network }],
    ['patchcl', 2, { network, consistency }],
    ['local-contrast', 2, { network, consistency }],
    ['structure-entropy', 2, { network, consistency }],
  ] as const)(
    '%s on %i ranks weighs by the pixels that somebody has annotated, of all ranks: %j',
    (method, count, settings) => expectSame(method, count, settings, true),
  );

  async function expectSame(method: string, count: number, settings: ConfigInput, ignores = false) {
    const overrides = { seed, batch: BATCH, optimiser, ...settings };
    const alone = await train(method, overrides, { ignores });
    const together = await Promise.all(localRanks(count).map((ranks) => train(method, overrides, { ranks, ignores })));
    for (const { state, log } of together) {
      for (const [name, values] of Object.entries(state)) {
        const isParameter = /^(student|teacher)/.test(name);
        expect(largestDifference(values, alone.state[name] ?? []), name).toBeLessThan(isParameter ? 1e-5 : 1e-4);
      }
      log.forEach((scalars, step) => {
        expect(largestDifference(scalars, alone.log[step] ?? []), `step ${step}`).toBeLessThan(1e-5);
      });
    }
    // To the bit: no rank drifts away from the others.
    for (const { state } of together) expect(state).toEqual(together[0]?.state);
  }
});

import { describe, expect, it } from 'vitest';
import type { Slice } from '../data/dataset.ts';
import { methodNamed } from '../methods/index.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { type Runtime, scalarValue } from '../runtime/runtime.ts';
import { configSchema } from '../settings/config.ts';
import { plannedConfig } from '../settings/plan.ts';
import { Trainer, type TrainerHost } from './trainer.ts';

const SIZE = 16;
const slice: Slice = {
  id: 'slice',
  patient: '1',
  image: Float32Array.from({ length: SIZE * SIZE }, (_, i) => i / (SIZE * SIZE)),
  label: Uint8Array.from({ length: SIZE * SIZE }, (_, i) => i % 2),
};

const processor = nodeRuntime({ threads: 1 });

/** A training whose steps report these losses, one after the other, and the count of its sessions. */
function training(losses: readonly number[], host: Partial<TrainerHost> = {}) {
  const sessions = { loaded: 0, open: 0 };
  let steps = 0;
  const runtime: Runtime = {
    ...processor,
    async load(model) {
      const session = await processor.load(model);
      sessions.loaded++;
      sessions.open++;
      return {
        run: async (feeds) => ({ ...(await session.run(feeds)), loss: scalarValue(losses[steps++] as number) }),
        async dispose() {
          sessions.open--;
          await session.dispose();
        },
      };
    },
  };
  const requested = configSchema.parse({
    method: 'supervised',
    size: SIZE,
    network: { widths: [4, 6] },
    batch: { labelled: 1, unlabelled: 1 },
    budget: { steps: losses.length },
    validations: 1,
  });
  const config = plannedConfig(requested, undefined);
  const network = { ...config.network, channels: 1, classes: 2 };
  const trainer = new Trainer({
    method: methodNamed('supervised'),
    config,
    shape: { network, size: SIZE, labelled: 1, unlabelled: 1 },
    slices: { labelled: [slice], unlabelled: [] },
    runtime,
    host: {
      elapsed: () => 0,
      spent: () => 0,
      validate: async () => ({ student: 0.5, teacher: 0.5 }),
      onStep: async () => {},
      onValidation: async () => {},
      onCheckpoint: async () => {},
      stopRequested: async () => false,
      ...host,
    },
  });
  return { trainer, sessions };
}

describe('the session of a training ends', () => {
  it('with the last step', async () => {
    const { trainer, sessions } = training([3, 2, 1]);
    expect(await trainer.run()).toBe('finished');
    expect(sessions).toEqual({ loaded: 1, open: 0 });
  });

  it('when somebody stops it', async () => {
    const { trainer, sessions } = training([3, 2, 1], { stopRequested: async () => true });
    expect(await trainer.run()).toBe('stopped');
    expect(sessions).toEqual({ loaded: 1, open: 0 });
  });

  it('when the loss is no number any more', async () => {
    const { trainer, sessions } = training([3, Number.NaN, 1]);
    await expect(trainer.run()).rejects.toThrow('the loss is NaN at step 2');
    expect(sessions).toEqual({ loaded: 1, open: 0 });
  });

  it('when a validation fails', async () => {
    const { trainer, sessions } = training([3, 2, 1], {
      validate: async () => {
        throw new Error('a scan is gone');
      },
    });
    await expect(trainer.run()).rejects.toThrow('a scan is gone');
    expect(sessions).toEqual({ loaded: 1, open: 0 });
  });
});

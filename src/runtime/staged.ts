import type { Ranks } from '../core/ranks.ts';
import { type DType, sizeOf } from '../graph/tensor.ts';
import type { NamedValues, Runtime, Session, StageModel, Values } from './runtime.ts';

/**
 * A model in stages as one session: each stage's message is added up over the ranks, and whatever a stage leaves behind is
 * fed to the later ones. Every run reuses the same buffers.
 */
export async function stagedSession(
  runtime: Runtime,
  last: Uint8Array,
  before: readonly StageModel[],
  ranks: Ranks,
): Promise<Session> {
  const stages = await Promise.all(
    before.map(async (stage) => ({ ...stage, session: await runtime.load(stage.model) })),
  );
  const final = await runtime.load(last);
  const buffers = stages.map(
    ({ values }): NamedValues =>
      Object.fromEntries(
        Object.entries(values).map(([name, { dtype, shape }]) => [
          name,
          { dtype, shape, data: bufferOf(dtype, sizeOf(shape)) },
        ]),
      ),
  );
  return {
    async run(feeds, into) {
      let known = feeds;
      for (const [i, { session, message }] of stages.entries()) {
        const made = await session.run(known, buffers[i]);
        known = { ...known, ...made };
        await ranks.sum(made[message]?.data as Float32Array);
      }
      return final.run(known, into);
    },
    async dispose() {
      for (const { session } of stages) await session.dispose();
      await final.dispose();
    },
  };
}

function bufferOf(dtype: DType, length: number): Values['data'] {
  if (dtype === 'float32') return new Float32Array(length);
  if (dtype === 'int32') return new Int32Array(length);
  return dtype === 'int64' ? new BigInt64Array(length) : new Uint8Array(length);
}

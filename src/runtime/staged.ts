import type { Ranks } from '../core/ranks.ts';
import type { Runtime, Session, StageModel } from './runtime.ts';

/**
 * A model in stages as one session: each stage's message is added up over the ranks, and whatever a stage leaves behind is
 * fed to the later ones.
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
  return {
    async run(feeds) {
      let known = feeds;
      for (const { session, message } of stages) {
        const made = await session.run(known);
        known = { ...known, ...made };
        await ranks.sum(made[message]?.data as Float32Array);
      }
      return final.run(known);
    },
    async dispose() {
      for (const { session } of stages) await session.dispose();
      await final.dispose();
    },
  };
}

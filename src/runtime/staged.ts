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
  const loaded = await Promise.allSettled(
    [...before.map(({ model }) => model), last].map((model) => runtime.load(model)),
  );
  const sessions = loaded.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const dispose = async () => {
    for (const session of sessions) await session.dispose();
  };
  const failed = loaded.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await dispose();
    throw failed.reason;
  }
  const final = sessions.at(-1) as Session;
  return {
    async run(feeds) {
      let known = feeds;
      for (const [i, { message }] of before.entries()) {
        const made = await (sessions[i] as Session).run(known);
        known = { ...known, ...made };
        await ranks.sum(made[message]?.data as Float32Array);
      }
      return final.run(known);
    },
    dispose,
  };
}

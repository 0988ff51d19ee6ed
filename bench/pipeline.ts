/** The data pipeline of a training step: drawing, augmenting and joining its images. */
import type { RankPlace } from '../src/core/ranks.ts';
import { Rng } from '../src/core/rng.ts';
import type { Slice } from '../src/data/dataset.ts';
import type { Feed } from '../src/methods/feeds.ts';
import type { NamedValues } from '../src/runtime/runtime.ts';
import type { Config } from '../src/settings/config.ts';
import { FeedMaker } from '../src/train/feeds.ts';
import { SEED } from './training-step.ts';

const SCHEDULE = { learningRate: 1e-3, emaDecay: 0.99, beta: 1, gamma: 1, progress: 1, lambda: 1 };

/**
 * A function that makes what step `i` is fed, from `count` random labelled slices and as many unlabelled ones.
 *
 * @param ranks who shares the batch; default: nobody
 */
export function pipeline(
  config: Config,
  requests: readonly Feed[],
  count: number,
  ranks?: RankPlace,
): (step: number) => NamedValues {
  const { size } = config;
  const rng = new Rng(SEED, 'slices');
  const image = Float32Array.from({ length: size * size }, () => rng.float());
  const label = Uint8Array.from(image, () => rng.int(2));
  const unlabelled = Array.from({ length: count }, (_, i): Slice => {
    return { id: `${i}`, patient: `${i}`, image: image.slice() };
  });
  const labelled = unlabelled.map((slice): Slice => ({ ...slice, image: image.slice(), label: label.slice() }));
  const maker = new FeedMaker(config, { labelled, unlabelled }, ranks);
  return (step) => maker.make(requests, step, SCHEDULE);
}

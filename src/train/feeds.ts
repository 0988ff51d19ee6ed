import { ALONE, type RankPlace } from '../core/ranks.ts';
import { Rng } from '../core/rng.ts';
import { drawBoxes } from '../data/augment/boxes.ts';
import { strongAugment } from '../data/augment/strong.ts';
import { BatchSampler, channelDropoutMask, makeBatch, slicesByClass } from '../data/batch.ts';
import type { Batch, Slice } from '../data/dataset.ts';
import { type Shape, sizeOf } from '../graph/index.ts';
import type { Feed, ScheduledName } from '../methods/index.ts';
import { floats, type NamedValues, scalarValue, type Values } from '../runtime/runtime.ts';
import type { Config } from '../settings/config.ts';
import { PartOfBatch } from './part-of-batch.ts';
import type { StepSchedule } from './schedule.ts';

/** Prepared training slices. */
export interface TrainingSlices {
  readonly labelled: readonly Slice[];
  readonly unlabelled: readonly Slice[];
}

/**
 * Makes what a step is fed. A step's feeds depend on the seed and the step alone, so a resumed run repeats them. Of several
 * ranks each makes its part of the batch, image by image the same as in the whole.
 */
export class FeedMaker {
  readonly #config: Config;
  readonly #slices: TrainingSlices;
  readonly #sampler: BatchSampler;
  readonly #place: RankPlace;
  readonly #part: PartOfBatch;

  /** @param place which part of every batch to make; default: all of it */
  constructor(config: Config, slices: TrainingSlices, place: RankPlace = ALONE) {
    this.#config = config;
    this.#place = place;
    this.#part = new PartOfBatch(config.batch, place);
    // Without unlabelled images the labelled ones take their place, unlabelled: consistency then regularises on them.
    this.#slices = slices.unlabelled.length > 0 ? slices : { ...slices, unlabelled: slices.labelled };
    this.#sampler = new BatchSampler({
      seed: config.seed,
      labelledCount: this.#slices.labelled.length,
      unlabelledCount: this.#slices.unlabelled.length,
      labelledBatch: config.batch.labelled,
      unlabelledBatch: config.batch.unlabelled,
      byClass:
        config.batch.byClass === 0
          ? undefined
          : { share: config.batch.byClass, slices: slicesByClass(this.#slices.labelled) },
    });
  }

  /** @param step from 0 */
  make(feeds: readonly Feed[], step: number, schedule: StepSchedule): NamedValues {
    const views = this.#views(step, feeds);
    const scalars: Record<string, Values> = {
      learningRate: scalarValue(schedule.learningRate),
      emaDecay: scalarValue(schedule.emaDecay),
    };
    for (const feed of feeds) scalars[feed.name] = this.#values(feed, views, step, schedule);
    return scalars;
  }

  #values(feed: Feed, views: Views, step: number, schedule: StepSchedule): Values {
    const { name, shape } = feed;
    const rng = () => new Rng(this.#config.seed, name, step);
    const ofRank = () => (this.#place.index === 0 ? rng() : rng().fork(this.#place.index));
    switch (feed.kind) {
      case 'student-images':
        return floats(views.student(), shape);
      case 'labels':
        return { dtype: 'int32', shape, data: views.labelledWeak.labels as Int32Array };
      case 'labelled-weak':
        return floats(views.labelledWeak.images, shape);
      case 'unlabelled-weak':
        return floats((views.unlabelledWeak as Batch).images, shape);
      case 'boxes':
        return floats(drawBoxes(shape[0] as number, shape.at(-1) as number, feed.options, ofRank()), shape);
      case 'uniform':
      case 'normal': {
        // What is drawn evenly decides about the whole batch; noise is one rank's own.
        const random = feed.kind === 'uniform' ? rng() : ofRank();
        const draw = feed.kind === 'uniform' ? () => random.float() : () => random.normal();
        return floats(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
      }
      case 'dropout':
        return floats(this.#dropoutMask(rng(), shape, feed.rate), shape);
      case 'scheduled':
        return scalarValue(schedule[name as ScheduledName]);
    }
  }

  /** Every image has random numbers of its own, by its place in the whole batch. */
  #dropoutMask(rng: Rng, [images = 0, channels = 0]: Shape, rate: number): Float32Array {
    const mask = new Float32Array(images * channels);
    for (let i = 0; i < images; i++) {
      mask.set(channelDropoutMask(rng.fork(this.#part.placeInBatch(i)), 1, channels, rate), i * channels);
    }
    return mask;
  }

  /** The images of a step under their augmentations. */
  #views(step: number, feeds: readonly Feed[]): Views {
    const { seed, size, augment } = this.#config;
    const { firstLabelled, firstUnlabelled } = this.#part;
    const seen = feeds.find((feed) => feed.kind === 'student-images');
    const studentSeesUnlabelled = (seen?.shape[0] ?? 0) > this.#part.labelled;
    const withUnlabelled = studentSeesUnlabelled || feeds.some(({ kind }) => kind === 'unlabelled-weak');
    const { labelled, unlabelled } = this.#part.of(this.#sampler.at(step));
    const rng = (purpose: string) => new Rng(seed, purpose, step);
    const view = (pool: 'labelled' | 'unlabelled', indices: readonly number[], first: number) =>
      makeBatch(this.#slices[pool], indices, { size, weak: augment.weak, first }, rng(`weak.${pool}`));
    const labelledWeak = view('labelled', labelled, firstLabelled);
    const unlabelledWeak = withUnlabelled ? view('unlabelled', unlabelled, firstUnlabelled) : undefined;
    const isLabelledStrong = rng('strong.choice').chance(augment.labelledStrong);
    const student = () => {
      const parts = [{ pool: 'labelled', weak: labelledWeak, first: firstLabelled, isStrong: isLabelledStrong }];
      if (studentSeesUnlabelled && unlabelledWeak) {
        const isStrong = seen?.unlabelled !== 'weak';
        parts.push({ pool: 'unlabelled', weak: unlabelledWeak, first: firstUnlabelled, isStrong });
      }
      // One array for all: fresh memory costs as much as filling it.
      const images = new Float32Array(parts.reduce((sum, { weak }) => sum + weak.images.length, 0));
      let start = 0;
      for (const { pool, weak, first, isStrong } of parts) {
        const own = images.subarray(start, start + weak.images.length);
        if (isStrong) strongAugment(weak, augment.strong, rng(`strong.${pool}`), first, own);
        else own.set(weak.images);
        start += own.length;
      }
      return images;
    };
    return { labelledWeak, ...(unlabelledWeak && { unlabelledWeak }), student };
  }
}

interface Views {
  readonly labelledWeak: Batch;
  readonly unlabelledWeak?: Batch;
  readonly student: () => Float32Array;
}

import { PatchclError } from '../core/errors.ts';
import { Rng } from '../core/rng.ts';
import type { Size } from '../imaging/resize.ts';
import { IGNORED } from '../imaging/volume.ts';
import { type WeakOptions, type WeakTarget, weakView } from './augment/weak.ts';
import { cropPlane, type Window } from './crop.ts';
import type { Batch, Slice } from './dataset.ts';
import { drawTile } from './tiles/draw-tile.ts';

export interface BatchSamplerOptions {
  readonly seed: number;
  /** Number of slices in each pool. */
  readonly labelledCount: number;
  readonly unlabelledCount: number;
  /** Number of slices of each pool in a batch. */
  readonly labelledBatch: number;
  readonly unlabelledBatch: number;
  /** Draws some of the labelled slices by what their masks show. Default: none. */
  readonly byClass?: ByClass | undefined;
}

/** Slices that are drawn class by class, so that rare classes are seen as often as common ones. */
export interface ByClass {
  /** Share of the labelled batch, in [0, 1], rounded to whole slices. */
  readonly share: number;
  /** Indices of the labelled slices that show a class, for every class that any of them shows. */
  readonly slices: readonly (readonly number[])[];
}

/** Which slices show each foreground class; classes that none shows are left out. */
export function slicesByClass(slices: readonly Pick<Slice, 'label'>[]): number[][] {
  const found = new Map<number, number[]>();
  for (const [i, { label = [] }] of slices.entries())
    for (const value of new Set(label)) {
      if (value === 0 || value === IGNORED) continue;
      const known = found.get(value);
      if (known === undefined) found.set(value, [i]);
      else known.push(i);
    }
  return [...found].sort(([a], [b]) => a - b).map(([, indices]) => indices);
}

/** Indices into the two pools. */
export interface BatchIndices {
  readonly labelled: readonly number[];
  readonly unlabelled: readonly number[];
}

/**
 * Says which slices a training step sees. Each pool is walked through in epochs, every epoch a new shuffle without
 * replacement, one epoch following the other without a gap; a pool smaller than its batch is repeated. What a step sees
 * depends on the seed and the step alone, so a resumed run needs no state. An empty unlabelled pool gives no indices. Slices that
 * are drawn by class come first, and are taken from no epoch.
 *
 * @example
 * const { labelled, unlabelled } = sampler.at(step);
 */
export class BatchSampler {
  readonly #options: BatchSamplerOptions;
  readonly #shuffles = new Map<string, { readonly epoch: number; readonly order: readonly number[] }>();

  constructor(options: BatchSamplerOptions) {
    if (options.labelledCount < 1 && options.labelledBatch > 0) {
      throw new PatchclError('bad-data', 'there is no labelled slice to draw batches from');
    }
    this.#options = options;
  }

  /** @param step from 0 */
  at(step: number): BatchIndices {
    const { labelledCount, labelledBatch, unlabelledCount, unlabelledBatch } = this.#options;
    const chosen = this.#drawByClass(step);
    return {
      labelled: [...chosen, ...this.#draw('labelled', labelledCount, labelledBatch - chosen.length, step)],
      unlabelled: this.#draw('unlabelled', unlabelledCount, unlabelledBatch, step),
    };
  }

  #drawByClass(step: number): number[] {
    const { byClass, labelledBatch, seed } = this.#options;
    if (byClass === undefined || byClass.slices.length === 0) return [];
    const rng = new Rng(seed, 'batch', 'by class', step);
    const pick = <T>(list: readonly T[]) => list[rng.int(list.length)] as T;
    return Array.from({ length: Math.round(byClass.share * labelledBatch) }, () => pick(pick(byClass.slices)));
  }

  #draw(pool: string, count: number, batch: number, step: number): number[] {
    if (count === 0) return [];
    return Array.from({ length: batch }, (_, i) => {
      const position = step * batch + i;
      return this.#order(pool, count, Math.floor(position / count))[position % count] as number;
    });
  }

  #order(pool: string, count: number, epoch: number): readonly number[] {
    const known = this.#shuffles.get(pool);
    if (known?.epoch === epoch) return known.order;
    const indices = Array.from({ length: count }, (_, i) => i);
    const order = new Rng(this.#options.seed, 'batch', pool, epoch).shuffle(indices);
    this.#shuffles.set(pool, { epoch, order });
    return order;
  }
}

export interface MakeBatchOptions {
  /** Side of the images of the batch, pixels. */
  readonly size: number;
  /** Left out: the slices are copied as they are. */
  readonly weak?: WeakOptions;
  /** Place of the first image where these are a part of a larger batch; default 0. */
  readonly first?: number;
}

/**
 * Puts slices of one number of channels side by side, weakly augmented when asked for, neighbours in a `stack` along with them. Of slices that are not of the batch's
 * size a tile is taken, at a random place. Labels come along when every chosen slice has one. Every image has random numbers
 * of its own, by its place in the batch: a part of a batch is made as it is made in the whole.
 *
 * @param indices into `slices`, repeats allowed
 * @throws PatchclError `bad-data` when sizes or channels of the slices differ.
 * @example
 * const batch = makeBatch(slices, sampler.at(step).labelled, { size: 128, weak: config.augment.weak }, new Rng(seed, 'weak', step));
 */
export function makeBatch(
  slices: readonly Slice[],
  indices: readonly number[],
  { size, weak, first = 0 }: MakeBatchOptions,
  rng: Rng,
): Batch {
  const pixels = size * size;
  const chosen = indices.map((index) => slices[index] as Slice);
  const planes = chosen[0]?.stack?.length ?? 1;
  const channels = planes * (chosen[0] === undefined ? 1 : channelsOf(chosen[0], size));
  const images = new Float32Array(chosen.length * channels * pixels);
  const annotated = chosen.every((slice) => slice.label !== undefined);
  const labels = annotated ? new Int32Array(chosen.length * pixels) : undefined;
  chosen.forEach((slice, n) => {
    const [height, width] = slice.size ?? [size, size];
    const stack = slice.stack ?? [slice.image];
    const intensities = stack.reduce((sum, plane) => sum + plane.length, 0);
    if (intensities !== channels * height * width) {
      const problem = `${channels * height * width} intensities were expected, found ${intensities}`;
      const hint = 'Prepare all slices of a run with the same settings.';
      throw new PatchclError('bad-data', problem, { subject: slice.id, hint });
    }
    const image = images.subarray(n * channels * pixels, (n + 1) * channels * pixels);
    const target = { image, size, ...(labels && { label: labels.subarray(n * pixels, (n + 1) * pixels) }) };
    // Tiles have random numbers of their own, so that without them augmentation is what it is.
    const { top, left } =
      slice.size === undefined
        ? { top: 0, left: 0 }
        : drawTile(slice.size, size, slice.label, rng.fork('tile', first + n));
    if (weak === undefined) {
      copyTile(slice, [height, width], { top, left, height: size, width: size }, target);
      return;
    }
    const centre = (size - 1) / 2;
    const frame = { height, width, centreY: top + centre, centreX: left + centre };
    const source = { planes: stack, frame, ...(slice.label && { label: slice.label }) };
    weakView(source, target, weak, rng.fork('image', first + n));
  });
  const shape = [chosen.length, channels, size, size] as const;
  return { images, shape, ...(labels && { labels }), ...(planes > 1 && { planes }) };
}

/** Channels of a slice, those of its neighbours left out. @param size of the training images */
export function channelsOf({ image, size: own }: Slice, size: number): number {
  const [height, width] = own ?? [size, size];
  return Math.floor(image.length / (height * width));
}

function copyTile(slice: Slice, size: Size, window: Window, { image, label }: WeakTarget): void {
  const [own, wanted] = [size[0] * size[1], window.height * window.width];
  let at = 0;
  for (const plane of slice.stack ?? [slice.image]) {
    for (let start = 0; start < plane.length; start += own, at += wanted) {
      image.set(cropPlane(plane, start, size, window), at);
    }
  }
  if (slice.label !== undefined) label?.set(cropPlane(slice.label, 0, size, window));
}

/**
 * Inverted dropout of whole channels: [n, c, 1, 1], each value 0 with probability `p` and 1 / (1 - p) else.
 *
 * @param p in [0, 1)
 */
export function channelDropoutMask(rng: Rng, n: number, c: number, p: number): Float32Array {
  return Float32Array.from({ length: n * c }, () => (rng.chance(p) ? 0 : 1 / (1 - p)));
}

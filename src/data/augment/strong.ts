import type { Rng } from '../../core/rng.ts';
import type { Batch } from '../dataset.ts';
import { addNoise, applyGamma, blur, fillRectangle, mean, scaleAbout } from './intensity.ts';

/** One change: how often, and how far at most. */
export interface Change {
  /** Probability per image, in [0, 1]. */
  readonly probability: number;
  /** Largest magnitude; its meaning stands with the change. */
  readonly max: number;
}

/** Intensity changes, in the order they are made. */
export interface StrongOptions {
  /** `max` is the largest absolute logarithm of the exponent. */
  readonly gamma: Change;
  /** `max` is the largest absolute logarithm of the factor about the channel's mean. */
  readonly contrast: Change;
  /** `max` is the largest amount added or taken away. */
  readonly brightness: Change;
  /**
   * Each channel by itself, images of several channels only: stains and sequences vary in strength one by one. `max` is the
   * largest absolute logarithm of the factor about the channel's mean, and half the largest amount added or taken away.
   */
  readonly channels: Change;
  /** `max` is the largest weight of each neighbour in the 3-tap kernel: 1/4 is binomial, 1/3 a box. */
  readonly blur: Change;
  /** `max` is the largest standard deviation of the Gaussian noise. */
  readonly noise: Change;
  /** `max` is the longest side as a fraction of the image's; `count` rectangles get the channel's mean or 0. */
  readonly cutout: Change & { readonly count: number; readonly fill: 'mean' | 'zero' };
}

/**
 * Changes intensities and leaves the geometry alone, so that a student that sees the result and a teacher that sees the
 * original stay pixel-aligned. All channels of an image change alike, but for what `channels` allows, and neighbouring slices as
 * the one between them. Gamma clips its input to [0, 1], its domain; nothing
 * is clipped after it, so the result may leave [0, 1].
 *
 * @param first place of the first image where these are a part of a larger batch: random numbers go by the place
 * @param images where the changed images go; default: a new array
 * @returns a batch of the same shape, with the labels of the given one
 */
export function strongAugment(
  batch: Batch,
  options: StrongOptions,
  rng: Rng,
  first = 0,
  images: Float32Array = new Float32Array(batch.images.length),
): Batch {
  const [count, channels, size] = batch.shape;
  const ofOneSlice = channels / (batch.planes ?? 1);
  images.set(batch.images);
  const pixels = size * size;
  for (let n = 0; n < count; n++) {
    const ofImage = rng.fork('image', first + n);
    const changes = drawChanges(options, ofImage, size);
    const own = ofOneSlice === 1 ? [] : drawOwnChanges(options.channels, ofImage, ofOneSlice);
    for (let channel = 0; channel < channels; channel++) {
      const start = (n * channels + channel) * pixels;
      const plane = images.subarray(start, start + pixels);
      // Before the common changes, whose cut-out stays as flat as it is meant to be.
      const { contrast, brightness } = own[channel % ofOneSlice] ?? UNCHANGED;
      if (contrast !== 1 || brightness !== 0) scaleAbout(plane, mean(plane), contrast, brightness);
      changePlane(plane, size, changes, options.cutout.fill, channel);
    }
  }
  return { ...batch, images };
}

interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What happens to one image; neutral values leave it alone. */
interface Changes {
  readonly gamma: number;
  readonly contrast: number;
  readonly brightness: number;
  readonly blur: number;
  readonly noise: number;
  readonly noiseSeed: number;
  readonly rectangles: readonly Rectangle[];
}

/** The number of draws is fixed, so one option does not change the others. */
function drawChanges(options: StrongOptions, rng: Rng, size: number): Changes {
  const draw = (change: Change, low: number) => {
    const amount = rng.uniform(low, 1) * change.max;
    return rng.chance(change.probability) ? amount : 0;
  };
  const gamma = Math.exp(draw(options.gamma, -1));
  const contrast = Math.exp(draw(options.contrast, -1));
  const brightness = draw(options.brightness, -1);
  const neighbourWeight = draw(options.blur, 0);
  const noise = draw(options.noise, 0);
  const noiseSeed = rng.int(2 ** 32);
  const cut = rng.chance(options.cutout.probability);
  const rectangles = Array.from({ length: options.cutout.count }, () => drawRectangle(rng, options.cutout.max, size));
  return { gamma, contrast, brightness, blur: neighbourWeight, noise, noiseSeed, rectangles: cut ? rectangles : [] };
}

/** What happens to one channel of an image of several. */
type OwnChange = Pick<Changes, 'contrast' | 'brightness'>;

const UNCHANGED: OwnChange = { contrast: 1, brightness: 0 };

/** Drawn for images of several channels only, so that grey images are changed as they were before there were others. */
function drawOwnChanges({ probability, max }: Change, rng: Rng, channels: number): OwnChange[] {
  const happens = rng.chance(probability);
  return Array.from({ length: channels }, () => {
    const [contrast, brightness] = [Math.exp(rng.uniform(-max, max)), rng.uniform(-max / 2, max / 2)];
    return happens ? { contrast, brightness } : UNCHANGED;
  });
}

function drawRectangle(rng: Rng, max: number, size: number): Rectangle {
  const side = () => Math.min(size, Math.ceil(rng.float() * max * size));
  const height = side();
  const width = side();
  return { height, width, top: rng.int(size - height + 1), left: rng.int(size - width + 1) };
}

function changePlane(
  plane: Float32Array,
  size: number,
  changes: Changes,
  fill: 'mean' | 'zero',
  channel: number,
): void {
  if (changes.gamma !== 1) applyGamma(plane, changes.gamma);
  if (changes.contrast !== 1 || changes.brightness !== 0) {
    const about = mean(plane);
    scaleAbout(plane, about, changes.contrast, changes.brightness);
  }
  if (changes.blur > 0) blur(plane, size, changes.blur);
  if (changes.noise > 0) addNoise(plane, changes.noise, changes.noiseSeed + channel * 0x632be5ab);
  if (changes.rectangles.length > 0) {
    const value = fill === 'mean' ? mean(plane) : 0;
    for (const { top, left, height, width } of changes.rectangles) {
      fillRectangle(plane, size, top, left, height, width, value);
    }
  }
}

import {
  abs,
  add,
  constant,
  div,
  exp,
  imageShape,
  log,
  logSoftmax,
  maximum,
  mean,
  meanOverRanks,
  mul,
  neg,
  oneHot,
  reshape,
  sameShape,
  shapeError,
  show,
  sizeOf,
  softmax,
  sub,
  sum,
  sumOverRanks,
  type Tensor,
} from '../graph/index.ts';

/** Which pixels count in a loss, and how much. */
export interface PixelLossOptions {
  /** Weight of every pixel, [N, H, W]; a mean is taken over all pixels, whatever their weight. */
  readonly pixelWeights?: Tensor | undefined;
  /** [N, 1, H, W]: 1 for pixels that take part, else 0; a mean is taken over these, on all ranks. Default: all. */
  readonly annotated?: Tensor | undefined;
}

/**
 * Mean cross-entropy over pixels, or over the rows of [N, K].
 *
 * @param logits [N, K, ...], of images [N, K, H, W]
 * @param target classes [N, ...] as whole numbers, of which those outside of [0, K) add nothing to the sum; or one-hot classes or a
 * teacher's probabilities [N, K, ...], which sum to 1 over K; constant for differentiation
 * @returns scalar
 * @throws PatchclError `shape`
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: PixelLossOptions = {}): Tensor {
  const [n, classes, ...places] = logits.shape as readonly [number, number, ...number[]];
  const isClasses = target.dtype !== 'float32';
  const expected = isClasses ? [n, ...places] : logits.shape;
  if (logits.shape.length < 2 || !sameShape(target.shape, expected)) {
    throw shapeError('crossEntropy', `targets ${show(target.shape)} do not fit logits ${show(logits.shape)}`);
  }
  const { pixelWeights: weights, annotated } = options;
  const probabilities = isClasses ? oneHot(target, classes, 1) : target;
  const wanted = annotated === undefined ? probabilities : mul(probabilities, annotated);
  const weighted = weights === undefined ? wanted : mul(wanted, reshape(weights, [n, 1, ...places]));
  const count = annotated === undefined ? n * sizeOf(places) : maximum(meanOverRanks(sum(annotated)), 1);
  return div(neg(sum(mul(logSoftmax(logits, 1), weighted))), count);
}

/**
 * Mean cross-entropy of yes and no, -t log p - (1 - t) log(1 - p) with p = sigmoid(logits), without overflow.
 *
 * @param logits any shape
 * @param target of the same shape, from 0 to 1; constant for differentiation
 * @returns scalar
 */
export function binaryCrossEntropy(logits: Tensor, target: Tensor): Tensor {
  return mean(sub(softplus(logits), mul(logits, target)));
}

/** log(1 + e^x) without overflow. */
export function softplus(x: Tensor): Tensor {
  return add(maximum(x, 0), log(add(1, exp(neg(abs(x))))));
}

/** Added to both sides of the Dice ratio, so that a class that is absent and not predicted costs nothing. */
const DICE_SMOOTHING = 1;

/**
 * 1 - Dice, Dice taken per foreground class over all pixels of the batch, that of all ranks, and averaged over classes.
 * Source: Milletari et al., "V-Net", 3DV 2016, with the plain (not squared) denominator.
 *
 * @param logits [N, K, H, W]
 * @param target one-hot [N, K, H, W]
 * @returns scalar
 */
export function diceLoss(logits: Tensor, target: Tensor, { pixelWeights, annotated }: PixelLossOptions = {}): Tensor {
  const [n, classes, height, width] = imageShape(logits, 'diceLoss');
  const pixels = { axes: [0, 2, 3] };
  const weighted = (x: Tensor) => {
    const counted = annotated === undefined ? x : mul(x, annotated);
    return pixelWeights === undefined ? counted : mul(counted, reshape(pixelWeights, [n, 1, height, width]));
  };
  const [probabilities, wanted] = [weighted(softmax(logits, 1)), weighted(target)];
  const overlap = sumOverRanks(sum(mul(probabilities, target), pixels));
  const sizes = sumOverRanks(add(sum(probabilities, pixels), sum(wanted, pixels)));
  const dice = div(add(mul(overlap, 2), DICE_SMOOTHING), add(sizes, DICE_SMOOTHING));
  // The first class is the background: it is left out by weight, not by slicing.
  const share = Array.from({ length: classes }, (_, k) => (k === 0 ? 0 : 1 / (classes - 1)));
  return sub(1, weightedSum(dice, share));
}

function weightedSum(values: Tensor, weights: readonly number[]): Tensor {
  return sum(mul(values, constant(weights, [weights.length])));
}

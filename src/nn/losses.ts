import {
  add,
  constant,
  div,
  imageShape,
  logSoftmax,
  maximum,
  meanOverRanks,
  mul,
  neg,
  reshape,
  softmax,
  sub,
  sum,
  sumOverRanks,
  type Tensor,
} from '../graph/index.ts';

export interface PixelLossOptions {
  /** Weight of every pixel, [N, H, W]; a mean is taken over all pixels, whatever their weight. */
  readonly pixelWeights?: Tensor | undefined;
  /** [N, 1, H, W]: 1 for pixels that take part, else 0; a mean is taken over these, on all ranks. Default: all. */
  readonly annotated?: Tensor | undefined;
}

/**
 * Mean cross-entropy over pixels. Hard targets are one-hot, soft ones are a teacher's probabilities.
 *
 * @param logits [N, K, H, W]
 * @param target [N, K, H, W], sums to 1 over K; constant for differentiation
 * @returns scalar
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: PixelLossOptions = {}): Tensor {
  const [n, , height, width] = imageShape(logits, 'crossEntropy');
  const { pixelWeights: weights, annotated } = options;
  const wanted = annotated === undefined ? target : mul(target, annotated);
  const weighted = weights === undefined ? wanted : mul(wanted, reshape(weights, [n, 1, height, width]));
  const count = annotated === undefined ? n * height * width : maximum(meanOverRanks(sum(annotated)), 1);
  return div(neg(sum(mul(logSoftmax(logits, 1), weighted))), count);
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

import {
  add,
  cast,
  extent,
  gatherAlong,
  greater,
  greaterOrEqual,
  imageShape,
  max,
  maximum,
  minimum,
  mul,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  top,
  transpose,
} from '../graph/index.ts';
import { frozenShapes, frozenTeacher } from './frozen-teacher.ts';
import { afterLabels, consistencyLoss, withUnlabelled } from './mean-teacher.ts';
import type { Method } from './method.ts';

/** Of so many pixels in either direction one is looked at to find a quantile. */
const STRIDES = [4, 2];

/** One pixel of every block in either direction: [N, K, S / stride, S / stride]. */
function thinned(x: Tensor): Tensor {
  const [n, classes, size] = imageShape(x, 'thinned');
  const stride = STRIDES.find((pixels) => size % pixels === 0) ?? 1;
  const side = size / stride;
  const blocks = reshape(x, [n, classes, side, stride, side, stride]);
  const rows = slice(blocks, { axis: 3, start: 0, end: 1 });
  return reshape(slice(rows, { axis: 5, start: 0, end: 1 }), [n, classes, side, side]);
}

/**
 * The probability that the surest pixels of a class have at least, of those that are said to be of it: a share of them in every class, so
 * that none is left out for being hard. Found from some of the pixels.
 *
 * @param sureness [N, K, S, S]: a pixel's probability in the plane of its most likely class, 0 in the others
 * @param share of the pixels of a class, in [0, 1], scalar
 * @returns [1, K, 1, 1]
 */
export function classThresholds(sureness: Tensor, share: Tensor): Tensor {
  const classes = extent(sureness.shape, 1);
  const some = transpose(thinned(sureness), [1, 0, 2, 3]);
  const pixels = some.shape.slice(1).reduce((product, length) => product * length, 1);
  const { values } = top(reshape(some, [classes, pixels]), pixels);
  const counts = sum(cast(greater(values, 0), 'float32'), { axes: [1], keepDims: true }); // [K, 1]
  const lastTaken = cast(maximum(sub(mul(counts, share), 1), 0), 'int64');
  return reshape(gatherAlong(values, lastTaken, 1), [1, classes, 1, 1]);
}

/**
 * The round that training is in, from 1 to `rounds`, each as long as the others.
 *
 * @param progress of training, in [0, 1], scalar
 * @param start where the first round begins
 */
export function roundAt(progress: Tensor, start: number, rounds: number): Tensor {
  const part = mul(sub(progress, start), rounds / Math.max(1e-6, 1 - start));
  return minimum(add(cast(cast(maximum(part, 0), 'int32'), 'float32'), 1), rounds);
}

/**
 * Self-training in rounds: at the start of each the teacher labels what is unlabelled, and of every class the surest pixels count, a larger
 * share in every round. Chosen here: pixels in place of images; the student goes on from round to round where the paper starts anew,
 * for which minutes are too few; the labelled images' boxes are pasted where `mixing.paste` says so.
 */
export const curriculum: Method = {
  name: 'curriculum',
  description: 'self-training in rounds, on a share of the surest pseudo-labels that grows',
  reference:
    'Cascante-Bonilla et al., "Curriculum labeling: revisiting pseudo-labeling for semi-supervised learning", AAAI 2021',
  defaults: { consistency: { target: 'hard' } },
  phases: ({ consistency: { start }, curriculum: { rounds } }) =>
    afterLabels({
      name: 'rounds',
      start,
      usesUnlabelled: true,
      objective: (step) => {
        const round = roundAt(step.scheduled('progress'), start, rounds);
        const { logits, buffers } = frozenTeacher(step, round, greater);
        const share = mul(round, 1 / rounds);
        const consistency = consistencyLoss(step, logits, (probabilities) => {
          const most = max(probabilities, { axes: [1], keepDims: true });
          const isMost = cast(greaterOrEqual(probabilities, most), 'float32');
          const sureness = mul(probabilities, isMost);
          const isSure = mul(isMost, cast(greaterOrEqual(sureness, classThresholds(sureness, share)), 'float32'));
          return max(isSure, { axes: [1] });
        });
        return { ...withUnlabelled(step, consistency), ...(buffers && { buffers }) };
      },
    }),
  buffers: (_, { network }) => frozenShapes(network),
};

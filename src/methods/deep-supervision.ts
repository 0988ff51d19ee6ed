import { add, averagePool2d, concat, div, imageShape, maximum, mul, slice, sum, type Tensor } from '../graph/index.ts';
import { withoutDropout } from '../nn/context.ts';
import { crossEntropy, diceLoss } from '../nn/losses.ts';
import { kaiming, zeros } from '../nn/parameters.ts';
import { repeated } from './mixing.ts';
import type { StepGraph } from './step-graph.ts';

/** Keeps the quotient finite where no pixel of a cell is annotated. */
const TINY = 1e-6;

/**
 * L_Sup at the decoder's coarser levels, each by a 1 x 1 head of its own, which is trained with the student and not exported. A coarse
 * pixel's target is the mean of the labels that it covers. Source: Lee et al., "Deeply-supervised nets", AISTATS 2015; means of labels
 * in place of nearest ones keep what thin structures there are.
 *
 * @returns scalar; undefined where no level has a weight
 */
export function deepLoss(step: StepGraph): Tensor | undefined {
  const { deep } = step.settings.supervised;
  const weighted = deep
    .map((weight, i) => ({ weight, level: i + 1 }))
    .filter(({ weight, level }) => weight > 0 && level < step.shape.network.widths.length - 1);
  if (weighted.length === 0) return undefined;
  const levels = step.labelledLevels();
  return weighted
    .map(({ weight, level }) => mul(levelLoss(step, levels[level] as Tensor, level), weight))
    .reduce((sum, loss) => add(sum, loss));
}

function levelLoss(step: StepGraph, features: Tensor, level: number): Tensor {
  const { classes, widths } = step.shape.network;
  const head = step.parameters(`deep${level}`, {
    weight: kaiming([classes, widths[level] as number, 1, 1], 1),
    bias: zeros([classes]),
  });
  const context = withoutDropout();
  const logits = context.convolve(features, head.weight, { bias: head.bias });
  const [, , height] = imageShape(logits, 'deepLoss');
  const coarse = (x: Tensor) => averagePool2d(x, step.shape.size / height);
  const seen = labelsAsSeen(step);
  const share = seen.annotated && coarse(seen.annotated);
  const labels = coarse(seen.labels);
  const target = share === undefined ? labels : div(labels, maximum(share, TINY));
  const options = { annotated: share };
  const loss = crossEntropy(logits, target, options);
  const { dice } = step.settings.supervised;
  return dice === 0 ? loss : add(loss, mul(diceLoss(logits, target, options), dice));
}

/**
 * Labels of what the student sees in the labelled images: where boxes were exchanged with unlabelled ones, nobody has annotated them.
 */
function labelsAsSeen(step: StepGraph): { labels: Tensor; annotated?: Tensor | undefined } {
  const { settings, shape, usesUnlabelled } = step;
  if (settings.mixing.labelled === 0) return { labels: step.labels(), annotated: step.annotated() };
  const own = step.labels();
  const all = usesUnlabelled ? concat([own, mul(repeated(own, shape.unlabelled), 0)], 0) : own;
  const labels = slice(step.exchange(all), { axis: 0, start: 0, end: shape.labelled });
  const isPartly = usesUnlabelled || shape.ignores === true;
  return { labels, ...(isPartly && { annotated: sum(labels, { axes: [1], keepDims: true }) }) };
}

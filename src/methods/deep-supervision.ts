import { add, averagePool2d, div, imageShape, maximum, mul, type Tensor } from '../graph/index.ts';
import { ForwardContext } from '../nn/context.ts';
import { crossEntropy, diceLoss } from '../nn/losses.ts';
import { kaiming, zeros } from '../nn/parameters.ts';
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
  const context = new ForwardContext({ training: true, dropout: false });
  const logits = context.convolve(features, head.weight, { bias: head.bias });
  const [, , height] = imageShape(logits, 'deepLoss');
  const coarse = (x: Tensor) => averagePool2d(x, step.shape.size / height);
  const annotated = step.annotated();
  const share = annotated === undefined ? undefined : coarse(annotated);
  const labels = coarse(step.labels());
  const target = share === undefined ? labels : div(labels, maximum(share, TINY));
  const options = { annotated: share };
  const loss = crossEntropy(logits, target, options);
  const { dice } = step.settings.supervised;
  return dice === 0 ? loss : add(loss, mul(diceLoss(logits, target, options), dice));
}

import { shapeError } from '../shape.ts';
import { applies, applyOne, type Node, type Op, type Tensor } from '../tensor.ts';

/*
 * Sums over the processes (ranks) that train one model together, each of which runs this graph on its part of the batch. A
 * graph with such a sum is cut there into stages (stages.ts), between which the numbers travel. Alone, a process is the sum
 * already: these operators are then the identity.
 *
 * Gradients are those of the sum of all ranks' losses: what a rank puts in reaches every rank's loss, so the gradient of a
 * sum is the sum of the gradients. Gradients of parameters, of which every rank has its copy, are averaged at the end, which
 * makes them those of the mean loss.
 */

/** Which of the ranks' sum and mean a node stands for. */
interface AllReduceAttributes {
  readonly kind: 'sum' | 'mean';
}

/** An application of it. */
export type AllReduce = Node<AllReduceAttributes, [x: Tensor], [y: Tensor]> & Node;

const allReduceOp: Op<AllReduceAttributes, [x: Tensor]> = {
  name: 'allReduce',
  infer: ([{ dtype, shape }]) => {
    if (dtype !== 'float32') throw shapeError('allReduce', `float32 values were expected, got ${dtype}`);
    return [{ dtype, shape }];
  },
  gradient: (node, [dy]) => [applyOne(allReduceOp, [dy], node.attributes)],
  lower: (_, inputs) => inputs,
};

/** Whether a node is a {@link sumOverRanks} or {@link meanOverRanks}. */
export function isAllReduce(node: Node): node is AllReduce {
  return applies(node, allReduceOp);
}

/** The sum of every rank's `x`, of its shape. */
export function sumOverRanks(x: Tensor): Tensor {
  return applyOne(allReduceOp, [x], { kind: 'sum' });
}

/** The mean of every rank's `x`, of its shape. */
export function meanOverRanks(x: Tensor): Tensor {
  return applyOne(allReduceOp, [x], { kind: 'mean' });
}

import { scalar } from './leaf.ts';
import { add } from './ops/elementwise.ts';
import { shapeError, show } from './shape.ts';
import { type Node, type Tensor, topologicalOrder } from './tensor.ts';

/**
 * Reverse-mode differentiation: extends the graph by the gradients of a scalar.
 *
 * @param loss scalar tensor, shape []
 * @param variables tensors to differentiate by
 * @returns one gradient per variable, of its shape; undefined where the loss does not depend on it
 *
 * @example
 * const loss = mean(square(sub(matmul(x, w), y)));
 * const [dw] = gradients(loss, [w]);
 */
export function gradients(loss: Tensor, variables: readonly Tensor[]): (Tensor | undefined)[] {
  if (loss.shape.length !== 0) throw shapeError('gradients', `the loss must be a scalar, got ${show(loss.shape)}`);
  const order = topologicalOrder([loss.node]);
  const active = nodesFrom(variables, order);
  const collected = new Map<Node, (Tensor | undefined)[]>();
  collected.set(loss.node, [scalar(1)]);
  for (const node of order.reverse()) {
    const outputGradients = collected.get(node);
    if (outputGradients === undefined || !active.has(node) || node.op.gradient === undefined) continue;
    const dense = node.outputs.map((_, i) => outputGradients[i]);
    node.op.gradient(node, dense).forEach((gradient, i) => {
      const input = node.inputs[i] as Tensor;
      if (gradient !== undefined && active.has(input.node)) accumulate(collected, input, gradient);
    });
  }
  return variables.map((variable) => collected.get(variable.node)?.[variable.output]);
}

/** Nodes that depend on a variable: the others need no gradient, whatever leads to them. */
function nodesFrom(variables: readonly Tensor[], order: readonly Node[]): Set<Node> {
  const active = new Set(variables.map((variable) => variable.node));
  for (const node of order) {
    if (node.op.gradient !== undefined && node.inputs.some((input) => active.has(input.node))) active.add(node);
  }
  return active;
}

function accumulate(collected: Map<Node, (Tensor | undefined)[]>, input: Tensor, gradient: Tensor): void {
  const sums = collected.get(input.node) ?? [];
  const sum = sums[input.output];
  sums[input.output] = sum === undefined ? gradient : add(sum, gradient);
  collected.set(input.node, sums);
}

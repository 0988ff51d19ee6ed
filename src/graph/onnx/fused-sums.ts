import { sameShape } from '../shape.ts';
import type { Node, Tensor } from '../tensor.ts';

/** An addition that can be left to the operator that makes one of its two parts. */
export interface FusibleSum {
  readonly part: Node;
  readonly addend: Tensor;
}

/**
 * Additions of a tensor of the same shape to the output of an operator with `lowerSum`, where nothing else reads that output:
 * the sum then costs no pass over memory of its own.
 *
 * @param order all nodes, every node after its inputs
 * @param outputs tensors that are read from outside
 * @returns by the node of the addition
 */
export function fusibleSums(order: readonly Node[], outputs: readonly Tensor[]): Map<Node, FusibleSum> {
  const readers = new Map<Node, number>();
  for (const { node } of [...outputs, ...order.flatMap(({ inputs }) => inputs)]) {
    readers.set(node, (readers.get(node) ?? 0) + 1);
  }
  const sums = new Map<Node, FusibleSum>();
  for (const node of order) {
    if (node.op.name !== 'Add') continue;
    const [a, b] = node.inputs as readonly [Tensor, Tensor];
    if (!sameShape(a.shape, b.shape)) continue;
    // The part that is made last: its addend has been made before it.
    for (const [part, addend] of [
      [b, a],
      [a, b],
    ] as const) {
      if (part.node.op.lowerSum === undefined || readers.get(part.node) !== 1) continue;
      sums.set(node, { part: part.node, addend });
      break;
    }
  }
  return sums;
}

import type { Lowering } from './lowering.ts';
import type { TensorType } from './shape.ts';

/** A value in a graph that is not computed yet: its shape and type are known, its numbers are not. */
export interface Tensor extends TensorType {
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly output: number;
}

/** One application of an operator. */
export interface Node<A = unknown> {
  readonly op: Op<A>;
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly outputs: readonly Tensor[];
}

/** An operator: everything about it in one place. `A` are its attributes. */
export interface Op<A = unknown> {
  readonly name: string;
  /** One pass over memory: where a value is needed again elsewhere, making it anew costs no more than keeping it. */
  readonly light?: true;
  /** Shape rule: types of the outputs. @throws PatchclError `shape` when the inputs do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /**
   * Gradient rule: from the loss gradients of the outputs (undefined where an output does not reach the loss) to those of
   * the inputs. An operator without one is constant for differentiation.
   */
  gradient?(node: Node<A>, outputGradients: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
  /** Lowering: writes ONNX nodes and returns the names of the outputs. */
  lower(writer: Lowering, inputs: readonly string[], node: Node<A>): readonly string[];
  /** Lowering of the only output plus `addend`, a value of its shape, where one ONNX operator does both; else undefined. */
  lowerSum?(writer: Lowering, inputs: readonly string[], node: Node<A>, addend: string): string | undefined;
}

/** Applies an operator to tensors; every operator function of the graph room ends here. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
  const types = op.infer(inputs, attributes);
  const outputs: Tensor[] = [];
  const node: Node<A> = { op, inputs, attributes, outputs };
  types.forEach((type, output) => {
    outputs.push({ node: node as Node, output, shape: type.shape, dtype: type.dtype });
  });
  return outputs;
}

/** Applies an operator with one output. */
export function applyOne<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return apply(op, inputs, attributes)[0] as Tensor;
}

/** Nodes that the given ones need, every node after its inputs. Iterative: graphs are deeper than the call stack. */
export function topologicalOrder(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ node: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: Node; next: number };
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(input.node)) {
        seen.add(input.node);
        stack.push({ node: input.node, next: 0 });
      }
    }
  }
  return order;
}

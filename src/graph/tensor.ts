import type { Lowering } from './lowering.ts';
import type { TensorType } from './shape.ts';

/** A value in a graph that is not computed yet: its shape and type are known, its numbers are not. */
export interface Tensor extends TensorType {
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly output: number;
}

/** One application of an operator; what it reads and gives is known by number only where its operator is. */
export interface Node<A = unknown, In extends Tensors = Tensors, Out extends Tensors = Tensors> {
  readonly op: Op<A, In, Out>;
  readonly inputs: Readonly<In>;
  readonly attributes: A;
  readonly outputs: Readonly<Out>;
}

type Tensors = readonly Tensor[];

/** One `T` for each tensor of a list, in its order: types, names, gradients. */
export type Each<List extends Tensors, T> = { readonly [I in keyof List]: T };

/** Gradients of the outputs. Of several, those that do not reach the loss have none; an only one always has. */
type OutputGradients<Out extends Tensors> = Out extends [Tensor] ? Out : Each<Out, Tensor | undefined>;

/**
 * An operator: everything about it in one place.
 *
 * @typeParam A attributes
 * @typeParam In the tensors that it reads, e.g. `[x: Tensor, weight: Tensor, ...bias: Tensor[]]`
 * @typeParam Out the tensors that it gives, mostly one
 */
export interface Op<A, In extends Tensors, Out extends Tensors = [y: Tensor]> {
  readonly name: string;
  /** One pass over memory: where a value is needed again elsewhere, making it anew costs no more than keeping it. */
  readonly light?: true;
  /** Shape rule: types of the outputs. @throws PatchclError `shape` when the inputs do not fit. */
  infer(inputs: Each<In, TensorType>, attributes: A): Each<Out, TensorType>;
  /** Gradient rule: from those of the outputs to those of the inputs. An operator without one is constant for differentiation. */
  gradient?(node: Node<A, In, Out>, outputGradients: OutputGradients<Out>): Each<In, Tensor | undefined>;
  /** Lowering: writes ONNX nodes that read the inputs by their names, and returns the names of the outputs. */
  lower(writer: Lowering, inputs: Each<In, string>, node: Node<A, In, Out>): Each<Out, string>;
  /** Lowering of the only output plus `addend`, a value of its shape, where one ONNX operator does both; else undefined. */
  lowerSum?(writer: Lowering, inputs: Each<In, string>, node: Node<A, In, Out>, addend: string): string | undefined;
}

/** Applies an operator to tensors; every operator function of the graph room ends here. */
export function apply<A, In extends Tensors, Out extends Tensors>(
  op: Op<A, In, Out>,
  inputs: Readonly<NoInfer<In>>,
  attributes: NoInfer<A>,
): Readonly<Out> {
  const types = op.infer(inputs as Each<In, Tensor>, attributes);
  const outputs: Tensor[] = [];
  // As many as the shape rule gives types.
  const node = { op, inputs, attributes, outputs } as unknown as Node<A, In, Out>;
  (types as readonly TensorType[]).forEach(({ shape, dtype }, output) => {
    outputs.push({ node: node as unknown as Node, output, shape, dtype });
  });
  return node.outputs;
}

/** Applies an operator with one output. */
export function applyOne<A, In extends Tensors>(
  op: Op<A, In>,
  inputs: Readonly<NoInfer<In>>,
  attributes: NoInfer<A>,
): Tensor {
  const [y] = apply(op, inputs, attributes);
  return y;
}

/** Whether a node applies an operator: what it reads, gives and is told is then known. */
export function applies<A, In extends Tensors, Out extends Tensors>(
  node: Node,
  op: Op<A, In, Out>,
): node is Node<A, In, Out> & Node {
  return (node.op as unknown) === op;
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

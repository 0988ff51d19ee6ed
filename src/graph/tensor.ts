import { PatchclError } from '../core/errors.ts';
import type { GraphWriter } from './writer.ts';

export type DType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8' | 'int8';
export type Shape = readonly number[];

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

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
  lower(writer: GraphWriter, inputs: readonly string[], node: Node<A>): readonly string[];
  /** Lowering of the only output plus `addend`, a value of its shape, where one ONNX operator does both; else undefined. */
  lowerSum?(writer: GraphWriter, inputs: readonly string[], node: Node<A>, addend: string): string | undefined;
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

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Extent of an axis; negative axes count from the end. */
export function extent(shape: Shape, axis: number): number {
  const value = shape[axis < 0 ? axis + shape.length : axis];
  if (value === undefined) throw shapeError('axis', `axis ${axis} of a tensor of shape ${show(shape)}`);
  return value;
}

/** [N, C, H, W] of an image tensor. @throws PatchclError `shape` when it has another rank. */
export function imageShape(type: TensorType, operator: string): [number, number, number, number] {
  if (type.shape.length !== 4) throw shapeError(operator, `expected [N, C, H, W], got ${show(type.shape)}`);
  return type.shape as unknown as [number, number, number, number];
}

/** An axis counted from the front, where negative ones count from the end. @throws PatchclError `shape` */
export function axisIndex(shape: Shape, axis: number): number {
  extent(shape, axis);
  return axis < 0 ? axis + shape.length : axis;
}

export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function shapeError(operator: string, problem: string): PatchclError {
  return new PatchclError('shape', problem, { subject: operator });
}

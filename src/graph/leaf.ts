import type { ConstantData } from './lowering.ts';
import type { DType, Shape } from './shape.ts';
import { applies, applyOne, type Node, type Op, type Tensor } from './tensor.ts';

interface InputAttributes {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

const inputOp: Op<InputAttributes, []> = {
  name: 'input',
  infer: (_, { shape, dtype }) => [{ shape, dtype }],
  lower: (writer, _, { attributes: { name, dtype, shape } }) => [writer.input(name, dtype, shape)],
};

/** Whether a node's value is fed. */
export function isInput(node: Node): node is Node<InputAttributes, [], [y: Tensor]> & Node {
  return applies(node, inputOp);
}

/** A value fed at every run under `name`. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
  return applyOne(inputOp, [], { name, shape, dtype });
}

interface ConstantAttributes {
  readonly data: ConstantData;
  readonly shape: Shape;
  readonly dtype: DType;
}

const constantOp: Op<ConstantAttributes, []> = {
  name: 'constant',
  infer: (_, { shape, dtype }) => [{ shape, dtype }],
  lower: (writer, _, { attributes: { data, shape, dtype } }) => {
    const isNarrow = writer.stored(dtype) === 'int32' && data instanceof BigInt64Array;
    return [isNarrow ? writer.constant(Int32Array.from(data, Number), shape) : writer.constant(data, shape, dtype)];
  },
};

/** A float32 constant. */
export function constant(values: ArrayLike<number>, shape: Shape): Tensor {
  return applyOne(constantOp, [], { data: Float32Array.from(values), shape, dtype: 'float32' });
}

/** An int64 constant, as indices are. */
export function integers(values: ArrayLike<number>, shape: Shape): Tensor {
  return applyOne(constantOp, [], { data: BigInt64Array.from(Array.from(values), BigInt), shape, dtype: 'int64' });
}

/** A float32 constant of rank 0. */
export function scalar(value: number): Tensor {
  return constant([value], []);
}

import { describe, expect, it } from 'vitest';
import { evaluate } from '../testing/evaluate.ts';
import { gradients } from './autodiff.ts';
import { constant, scalar } from './leaf.ts';
import { sum } from './ops/broadcast.ts';
import { add, cast, greater, mul, square, stopGradient } from './ops/elementwise.ts';
import type { Tensor } from './tensor.ts';

const x = constant([1, 2, 3], [3]);

const valuesOf = async (...tensors: (Tensor | undefined)[]) => {
  const named = Object.fromEntries(tensors.map((tensor, i) => [`t${i}`, tensor as Tensor]));
  const found = await evaluate(named);
  return tensors.map((_, i) => found[`t${i}`]);
};

describe('gradients', () => {
  it('adds up over every way from a variable to the loss', async () => {
    const y = mul(x, 3);
    const loss = sum(add(mul(x, y), y)); // 3 x² + 3 x
    expect(await valuesOf(...gradients(loss, [x]))).toEqual([[9, 15, 21]]);
  });

  it('differentiates by a tensor in the middle', async () => {
    const y = square(x);
    const loss = sum(mul(y, y));
    expect(await valuesOf(...gradients(loss, [y]))).toEqual([[2, 8, 18]]);
  });

  it('is 1 for the loss itself', async () => {
    const loss = sum(x);
    expect(await valuesOf(...gradients(loss, [loss]))).toEqual([[1]]);
  });

  it('differentiates a gradient again', async () => {
    const [first] = gradients(sum(mul(square(x), x)), [x]) as [Tensor];
    expect(await valuesOf(...gradients(sum(first), [x]))).toEqual([[6, 12, 18]]);
  });

  it('is undefined where the loss does not depend on a variable', () => {
    expect(gradients(sum(x), [constant([1], [1])])).toEqual([undefined]);
  });

  it('does not pass what is constant for differentiation', async () => {
    expect(gradients(sum(stopGradient(x)), [x])).toEqual([undefined]);
    expect(gradients(sum(cast(greater(x, 2), 'float32')), [x])).toEqual([undefined]);
    const partly = sum(mul(x, stopGradient(x)));
    expect(await valuesOf(...gradients(partly, [x]))).toEqual([[1, 2, 3]]);
  });

  it('refuses a loss that is no scalar', () => {
    expect(() => gradients(x, [x])).toThrow('gradients: the loss must be a scalar, got [3]');
  });

  it('goes through graphs deeper than the call stack', async () => {
    let y: Tensor = scalar(1);
    const start = y;
    for (let i = 0; i < 20_000; i++) y = add(y, start);
    const [gradient] = gradients(y, [start]);
    expect(gradient?.shape).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { input } from '../leaf.ts';
import { conv2d } from '../ops/conv/conv.ts';
import { add, exp } from '../ops/elementwise.ts';
import { type Tensor, topologicalOrder } from '../tensor.ts';
import { fusibleSums } from './fused-sums.ts';

const x = input('x', [1, 2, 4, 4]);
const w = input('w', [2, 2, 3, 3]);
const conv = () => conv2d(x, w, { padding: 1 });
const sumsIn = (...outputs: Tensor[]) => fusibleSums(topologicalOrder(outputs.map(({ node }) => node)), outputs);

describe('fusibleSums', () => {
  it('leaves an addition to the convolution that makes one part', () => {
    const y = conv();
    const total = add(exp(x), y);
    expect(sumsIn(total).get(total.node)).toEqual({ part: y.node, addend: (total.node.inputs as Tensor[])[0] });
  });

  it('of two convolutions takes the one that is made last', () => {
    const [first, second] = [conv(), conv()];
    const total = add(first, second);
    expect(sumsIn(total).get(total.node)?.part).toBe(second.node);
  });

  it('does not where something else reads the part, or the shapes differ', () => {
    const y = conv();
    expect(sumsIn(add(exp(x), y), y).size).toBe(0);
    expect(sumsIn(add(exp(x), y), exp(y)).size).toBe(0);
    expect(sumsIn(add(y, y)).size).toBe(0);
    expect(sumsIn(add(conv(), input('bias', [1, 2, 1, 1]))).size).toBe(0);
  });
});

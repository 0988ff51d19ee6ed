import { describe, expect, it } from 'vitest';
import { Rng } from '../../../core/rng.ts';
import { nodeRuntime } from '../../../runtime/node/runtime.ts';
import { floats } from '../../../runtime/runtime.ts';
import { largestDifference } from '../../../testing/compare.ts';
import { evaluate } from '../../../testing/evaluate.ts';
import { constant, input } from '../../leaf.ts';
import { toOnnx } from '../../model.ts';
import { type Shape, sizeOf } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { resizeBilinear } from '../bilinear.ts';
import { add, div, leakyRelu, mul, sqrt, sub } from '../elementwise.ts';
import { planeStatistics } from '../normalise.ts';
import { concat } from '../rearrange.ts';
import { depthToSpace, spaceToDepth, upsampleNearest } from '../resample.ts';
import { softmax } from '../softmax.ts';
import { conv2d } from './conv.ts';
import { inferenceConv, instanceNormLeakyRelu } from './inference.ts';

const rng = new Rng(1, 'conv-inference.test');
const draw = (shape: Shape) => Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
const normals = (...shape: number[]) => constant(draw(shape), shape);

const x = normals(2, 3, 8, 6);
const joined = concat([x, mul(x, 2)], 1);
const [w, wide, b] = [normals(4, 3, 3, 3), normals(4, 6, 3, 3), normals(4)];

function instanceNormByHand(gamma: readonly number[], beta: readonly number[]): Tensor {
  const { mean, variance } = planeStatistics(x);
  const plane = (values: readonly number[]) => constant(values, [1, values.length, 1, 1]);
  const normal = div(sub(x, mean), sqrt(add(variance, 1e-5)));
  return leakyRelu(add(mul(normal, plane(gamma)), plane(beta)), 0.1);
}

describe('inference forms give what their trainable twins give:', () => {
  const pairs: Readonly<Record<string, readonly [Tensor, Tensor]>> = {
    'convolution, bias, activation': [
      inferenceConv(x, w, { bias: b, padding: 1, slope: 0.01 }),
      leakyRelu(conv2d(x, w, { bias: b, padding: 1 }), 0.01),
    ],
    'neither bias nor activation': [inferenceConv(x, w), conv2d(x, w)],
    'of a concatenation': [inferenceConv(joined, wide, { bias: b }), conv2d(joined, wide, { bias: b })],
    'instance norm': [
      instanceNormLeakyRelu(
        x,
        { gamma: constant([1, 2, 3], [3]), beta: constant([0, -1, 1], [3]) },
        { epsilon: 1e-5, slope: 0.1 },
      ),
      instanceNormByHand([1, 2, 3], [0, -1, 1]),
    ],
  };

  it.each(Object.entries(pairs))('%s', async (_, [found, expected]) => {
    const values = await evaluate({ found, expected });
    expect(largestDifference(values.found as number[], values.expected as number[])).toBeLessThan(1e-5);
  });

  it('what does not fit is said', () => {
    expect(() => inferenceConv(x, w, { bias: normals(3) })).toThrow('bias [3] does not fit weight [4, 3, 3, 3]');
    expect(() => instanceNormLeakyRelu(x, { gamma: b, beta: b }, { epsilon: 1, slope: 1 })).toThrow(
      '[4] do not fit [2, 3, 8, 6]',
    );
  });
});

it('a model for any number of images treats each one as on its own', async () => {
  const image = input('image', [1, 1, 8, 12]);
  const deep = inferenceConv(spaceToDepth(image), normals(8, 4, 3, 3), { bias: normals(8), padding: 1, slope: 0.01 });
  const normal = instanceNormLeakyRelu(deep, { gamma: normals(8), beta: normals(8) }, { epsilon: 1e-5, slope: 0.01 });
  const enlarged = [upsampleNearest(normal), resizeBilinear(normal, [8, 12], { alignCorners: true })];
  const y = depthToSpace(softmax(concat(enlarged, 1), 1));
  const session = await nodeRuntime({ threads: 1 }).load(toOnnx({ y }, { anyBatch: true }));
  const data = draw([3, 1, 8, 12]);
  const together = (await session.run({ image: floats(data, [3, 1, 8, 12]) })).y;
  expect(together?.shape).toEqual([3, 4, 16, 24]);
  for (let i = 0; i < 3; i++) {
    const alone = (await session.run({ image: floats(data.slice(i * 96, (i + 1) * 96), [1, 1, 8, 12]) })).y;
    const part = Array.from(together?.data ?? [], Number).slice(i * 1536, (i + 1) * 1536);
    expect(largestDifference(part, alone?.data as Float32Array)).toBeLessThan(1e-5);
  }
  await session.dispose();
});

import { describe, expect, it } from 'vitest';
import { input, integers } from './leaf.ts';
import { GraphWriter } from './onnx/writer.ts';
import { broadcastTo, reshape, sum } from './ops/broadcast.ts';
import { conv2d } from './ops/conv/conv.ts';
import { add, cast, where } from './ops/elementwise.ts';
import { matmul } from './ops/matmul.ts';
import { planeStatistics, scaleShiftLeakyRelu } from './ops/normalise.ts';
import { averagePool2d, maxPool2d } from './ops/pool.ts';
import { concat, slice, transpose } from './ops/rearrange.ts';
import { depthToSpace, spaceToDepth } from './ops/resample.ts';
import { argMax, gatherRows, top } from './ops/select.ts';
import { softmax } from './ops/softmax.ts';
import type { Tensor } from './tensor.ts';

const t = (...shape: number[]) => input('x', shape);

describe('a shape that does not fit is an error that names operator and shapes', () => {
  it.each<[string, () => Tensor | string, string]>([
    ['add', () => add(t(2, 3), t(2)), 'Add: [2, 3] and [2] do not broadcast.'],
    [
      'add of two types',
      () => add(t(2), cast(t(2), 'int64')),
      'Add: expected two tensors of one type, got float32 and int64',
    ],
    ['where without a bool', () => where(t(2), t(2), t(2)), 'where: expected a bool condition'],
    ['reshape', () => reshape(t(2, 3), [4]), 'reshape: [2, 3] does not hold as many values as [4]'],
    ['broadcastTo', () => broadcastTo(t(2, 3), [2, 4]), 'broadcast: [2, 3] does not broadcast to [2, 4]'],
    ['sum over no axis', () => sum(t(2, 3), { axes: [2] }), 'axis: axis 2 of a tensor of shape [2, 3]'],
    ['sum, far from the end', () => sum(t(2, 3, 4), { axes: [-5] }), 'axis: axis -5 of a tensor of shape [2, 3, 4]'],
    ['transpose', () => transpose(t(2, 3), [0, 0]), 'transpose: [0, 0] is not an order of the axes of [2, 3]'],
    ['transpose of too few axes', () => transpose(t(2, 3), [0]), 'transpose: [0] is not an order'],
    ['concat', () => concat([t(2, 3), t(3, 3)], 1), 'concat: [2, 3] and [3, 3] differ beside axis 1'],
    ['concat of ranks', () => concat([t(2, 3), t(2)], 1), 'concat: [2, 3] and [2] differ beside axis 1'],
    ['concat of nothing', () => concat([], 1), 'concat: there is nothing to join'],
    ['slice', () => slice(t(4), { axis: 0, start: 2, end: 5 }), 'slice: [2, 5) is not a part of axis 0 of [4]'],
    ['an empty slice', () => slice(t(4), { axis: 0, start: 2, end: 2 }), 'slice: [2, 2) is not a part'],
    ['matmul', () => matmul(t(2, 3), t(2, 3)), 'matmul: [2, 3] and [2, 3] do not multiply'],
    ['matmul of a vector', () => matmul(t(3), t(3, 2)), 'matmul: expected at least 2 axes, got [3]'],
    [
      'conv2d',
      () => conv2d(t(1, 3, 8, 8), t(4, 2, 3, 3)),
      'conv2d: weight [4, 2, 3, 3] does not fit image [1, 3, 8, 8]',
    ],
    ['conv2d of a matrix', () => conv2d(t(8, 8), t(4, 2, 3, 3)), 'conv2d: expected [N, C, H, W], got [8, 8]'],
    [
      'a large kernel',
      () => conv2d(t(1, 2, 2, 2), t(4, 2, 3, 3)),
      'conv2d: a kernel of 3 x 3 does not fit into [1, 2, 2, 2]',
    ],
    [
      'a wide padding',
      () => conv2d(t(1, 2, 8, 8), t(4, 2, 3, 2), { padding: 2 }),
      'conv2d: a kernel of 3 x 2 does not reach over a padding of 2',
    ],
    ['maxPool2d', () => maxPool2d(t(1, 1, 5, 4)), 'maxPool2d: [1, 1, 5, 4] is not divisible by the window of 2'],
    [
      'averagePool2d',
      () => averagePool2d(t(1, 1, 2, 4), 3),
      'averagePool2d: a window of 3 does not fit into [1, 1, 2, 4]',
    ],
    ['spaceToDepth', () => spaceToDepth(t(1, 1, 3, 4)), 'spaceToDepth: [1, 1, 3, 4] is not divisible by 2'],
    ['depthToSpace', () => depthToSpace(t(1, 6, 3, 4)), 'depthToSpace: 6 channels are not divisible by 2 x 2'],
    ['planeStatistics', () => planeStatistics(t(2, 3)).mean, 'planeStatistics: expected [N, C, H, W]'],
    [
      'scale and shift',
      () => scaleShiftLeakyRelu(t(2, 3, 4, 4), { scale: t(3), shift: t(3) }),
      'scaleShiftLeakyRelu: coefficients [3] do not fit [2, 3, 4, 4]',
    ],
    ['gatherRows', () => gatherRows(t(2, 3), t(2)), 'gatherRows: indices must be int64, got float32'],
    ['top', () => top(t(2, 3), 4).values, 'top: cannot take 4 of the last axis of [2, 3]'],
    ['argMax', () => argMax(integers([1], [1]), 1), 'axis: axis 1 of a tensor of shape [1]'],
    ['softmax', () => softmax(t(2), 3), 'axis: axis 3 of a tensor of shape [2]'],
    [
      'a constant',
      () => new GraphWriter({ device: 'cpu' }).constant(new Float32Array(3), [2]),
      'a constant of shape [2] was given 3 values',
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

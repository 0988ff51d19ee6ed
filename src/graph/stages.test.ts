import { describe, expect, it } from 'vitest';
import type { Ranks } from '../core/ranks.ts';
import { localRanks } from '../core/testing/local-ranks.ts';
import { nodeRuntime, tunedNodeRuntime } from '../runtime/node/runtime.ts';
import { floats, type StageModel } from '../runtime/runtime.ts';
import { stagedSession } from '../runtime/staged.ts';
import { largestDifference } from '../testing/compare.ts';
import { evaluate } from '../testing/evaluate.ts';
import { operatorsOf } from '../testing/operators.ts';
import { gradients } from './autodiff.ts';
import { constant, input } from './leaf.ts';
import { stagesToOnnx, toOnnx } from './model.ts';
import { meanOverRanks, sumOverRanks } from './ops/all-reduce.ts';
import { sum } from './ops/broadcast.ts';
import { conv2d } from './ops/conv/conv.ts';
import { add, div, greater, leakyRelu, mul, square, sub, where } from './ops/elementwise.ts';
import { matmul } from './ops/matmul.ts';
import { split } from './ops/rearrange.ts';
import { mean } from './ops/reduce.ts';
import { gatherRows, top } from './ops/select.ts';
import { sizeOf } from './shape.ts';
import { cutIntoStages, type Stage } from './stages.ts';
import type { Tensor } from './tensor.ts';

const runtime = nodeRuntime({ threads: 1 });

const stageModel = ({ outputs, message }: Stage, model: Uint8Array): StageModel => ({
  model,
  message,
  length: sizeOf((outputs[message] as Tensor).shape),
});

/** Outputs of a graph of `x` on every rank, each with its own part of x. */
async function onRanks(parts: readonly number[][], build: (x: Tensor) => Record<string, Tensor>) {
  const run = async (ranks: Ranks) => {
    const part = parts[ranks.index] as number[];
    const { before, last } = cutIntoStages(build(input('x', [part.length])), ranks.count);
    const stages = before.map((stage) => stageModel(stage, toOnnx(stage.outputs)));
    const session = await stagedSession(runtime, toOnnx(last.outputs), stages, ranks);
    const outputs = await session.run({ x: floats(Float32Array.from(part), [part.length]) });
    await session.dispose();
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)]));
  };
  return Promise.all(localRanks(parts.length).map(run));
}

/** w (x - mean)² / variance with the statistics of all ranks, its mean over this rank's x, and the gradient of w. */
function whitened(x: Tensor): Record<string, Tensor> {
  const w = constant([2, 3], [2]);
  const centred = sub(x, meanOverRanks(mean(mul(x, sum(w)))));
  const variance = meanOverRanks(mean(square(centred)));
  const loss = mean(div(mul(square(centred), gatherRows(w, top(w, 1).indices)), add(variance, sum(square(w)))));
  const [gradient] = gradients(loss, [w]);
  return { loss: meanOverRanks(loss), gradient: meanOverRanks(gradient as Tensor) };
}

describe('a graph cut where ranks hear from each other', () => {
  const x = [0.5, -1, 2, 4, 3, -0.5, 1, 7];

  it.each([1, 2, 4])('gives on %i ranks what one gets from everything, gradients included', async (count) => {
    const length = x.length / count;
    const parts = Array.from({ length: count }, (_, i) => x.slice(i * length, (i + 1) * length));
    const expected = await evaluate(whitened(constant(x, [x.length])));
    for (const outputs of await onRanks(parts, whitened)) {
      for (const [name, values] of Object.entries(expected)) {
        values.forEach((value, i) => {
          expect(outputs[name]?.[i], name).toBeCloseTo(value, 5);
        });
      }
    }
  });

  it('sends sums that do not wait for each other as one message', () => {
    const a = input('a', [3]);
    const both = add(sumOverRanks(a), meanOverRanks(mul(a, 2)));
    const { before } = cutIntoStages({ y: sumOverRanks(square(both)), z: both }, 2);
    expect(before.map(({ outputs, message }) => outputs[message]?.shape)).toEqual([[6], [3]]);
  });

  it('makes anew what a pass makes of values that are carried anyway, and of small ones', () => {
    const product = matmul(input('a', [8, 3]), input('b', [3, 8]));
    const active = leakyRelu(product);
    const perRow = sum(product, { axes: [1], keepDims: true });
    const shifted = add(active, perRow);
    const share = div(shifted, sumOverRanks(sum(shifted)));
    const { before } = cutIntoStages({ y: mul(mul(share, active), product) }, 2);
    const carried = Object.entries(before[0]?.outputs ?? {}).filter(([name]) => name !== before[0]?.message);
    expect(carried.map(([, { shape }]) => shape)).toEqual([
      [8, 8],
      [8, 1],
    ]);
  });

  it('makes parts anew rather than carry them all', () => {
    const [a, b] = split(sumOverRanks(input('x', [8])), [4, 4], 0) as [Tensor, Tensor];
    const ahead = mul(b, sumOverRanks(mul(a, b)));
    const { before } = cutIntoStages({ y: add(a, ahead) }, 2);
    expect(before.flatMap(({ outputs }) => Object.keys(outputs))).toEqual(['message:0', 'message:1']);
  });

  it('carries choices and places as well as numbers', async () => {
    const outputs = await onRanks(
      [
        [1, 5, 3],
        [2, 2, 9],
      ],
      (values) => {
        const best = top(values, 2);
        const isLarge = greater(values, 2);
        const total = sumOverRanks(sum(values));
        return { picked: gatherRows(mul(values, total), best.indices), kept: where(isLarge, values, total) };
      },
    );
    expect(outputs).toEqual([
      { picked: [110, 66], kept: [22, 5, 3] },
      { picked: [198, 44], kept: [22, 22, 9] },
    ]);
  });

  it('hands images on in the layout that they were computed in', async () => {
    const tuned = await tunedNodeRuntime({ threads: 1 });
    const { target } = tuned;
    const w = input('w', [16, 16, 3, 3]);
    const convolved = conv2d(input('x', [1, 16, 64, 64]), w, { padding: 1 });
    const y = conv2d(div(convolved, sumOverRanks(sum(square(convolved)))), w, { padding: 1 });
    const stages = cutIntoStages({ y }, 2);
    const [before, model] = stagesToOnnx(stages, { target });
    const models = stages.before.map((stage, i) => stageModel(stage, before[i] as Uint8Array));
    if (target.nchwcBlock !== undefined) {
      const reorderings = [...before, model].map((stage) =>
        operatorsOf(stage).filter((type) => type.startsWith('Reorder')),
      );
      // Of x and w, and of what is summed up; of w, and of the result. Nothing of the image between them.
      expect(reorderings).toEqual([
        ['ReorderInput', 'ReorderInput', 'ReorderOutput'],
        ['ReorderInput', 'ReorderOutput'],
      ]);
    }
    const random = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * i));
    const feeds = {
      x: floats(random(16 * 64 * 64), [1, 16, 64, 64]),
      w: floats(random(16 * 16 * 9), [16, 16, 3, 3]),
    };
    const alone = await runtime.load(toOnnx({ y }));
    const session = await stagedSession(tuned, model, models, { ...(localRanks(1)[0] as Ranks), count: 2 });
    const [got, expected] = [(await session.run(feeds)).y, (await alone.run(feeds)).y];
    expect(largestDifference(got?.data as Float32Array, expected?.data as Float32Array)).toBeLessThan(1e-5);
    await session.dispose();
    await alone.dispose();
  });

  it('stays whole for a rank alone', () => {
    const a = input('a', [3]);
    expect(cutIntoStages({ y: sumOverRanks(a) }, 1).before).toEqual([]);
  });
});

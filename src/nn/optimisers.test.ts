import { describe, expect, it } from 'vitest';
import { constant, input } from '../graph/leaf.ts';
import { toOnnx } from '../graph/model.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { floats, scalarValue } from '../runtime/runtime.ts';
import { nextName, StatefulSession } from '../runtime/stateful.ts';
import { evaluate } from '../testing/evaluate.ts';
import { adamW, exponentialMovingAverage, type Optimiser, sgd } from './optimisers.ts';

/** Parameter values after each of some steps with given gradients. */
async function path(optimiser: Optimiser, start: number, gradients: readonly number[], learningRate: number) {
  const [parameter, gradient] = [input('p', [1]), input('g', [1])];
  const slots = optimiser.slots.map((name) => input(name, [1]));
  const numbers = { learningRate: input('learningRate', []), step: input('step', []) };
  const next = optimiser.update({ parameter, gradient, slots, ...numbers });
  const state = {
    p: parameter,
    ...Object.fromEntries(optimiser.slots.map((name, i) => [name, slots[i] ?? parameter])),
  };
  const outputs = Object.fromEntries([
    [nextName('p'), next.parameter],
    ...optimiser.slots.map((name, i) => [nextName(name), next.slots[i] ?? parameter]),
  ]);
  const initial = Object.fromEntries(
    Object.keys(state).map((name) => [name, Float32Array.of(name === 'p' ? start : 0)]),
  );
  const session = new StatefulSession(await nodeRuntime({ threads: 1 }).load(toOnnx(outputs)), state, initial);
  const found: number[] = [];
  for (const [step, value] of gradients.entries()) {
    await session.step({
      g: floats(Float32Array.of(value), [1]),
      learningRate: scalarValue(learningRate),
      step: scalarValue(step + 1),
    });
    found.push(session.state().p?.[0] as number);
  }
  await session.dispose();
  return found;
}

/** 1 - 0.999^t has 5 digits in float32, and so have Adam's steps. */
const expectPath = (found: number[], expected: number[]) => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
};

describe('sgd', () => {
  it('without momentum moves by the learning rate', async () => {
    expectPath(await path(sgd({ momentum: 0, weightDecay: 0 }), 1, [1, -2], 0.1), [0.9, 1.1]);
  });

  it('sums a constant gradient up geometrically', async () => {
    // v_t = g (1 - m^t) / (1 - m), p_t = p_0 - lr sum v.
    const expected: number[] = [];
    let value = 1;
    for (let t = 1; t <= 5; t++) {
      value -= 0.01 * ((1 - 0.9 ** t) / 0.1);
      expected.push(value);
    }
    expectPath(await path(sgd({ momentum: 0.9, weightDecay: 0 }), 1, [1, 1, 1, 1, 1], 0.01), expected);
  });

  it('shrinks a parameter without gradient by its decay', async () => {
    expectPath(await path(sgd({ momentum: 0, weightDecay: 0.5 }), 2, [0, 0], 0.1), [2 * 0.95, 2 * 0.95 ** 2]);
  });
});

describe('adamW', () => {
  const options = { beta1: 0.9, beta2: 0.999, weightDecay: 0 };

  it.each([3, 1e-3, -50])('moves by the learning rate under a constant gradient of %f', async (gradient) => {
    const sign = Math.sign(gradient);
    expectPath(await path(adamW(options), 1, [gradient, gradient, gradient], 0.1), [
      1 - 0.1 * sign,
      1 - 0.2 * sign,
      1 - 0.3 * sign,
    ]);
  });

  it('decays apart from the gradient', async () => {
    expectPath(await path(adamW({ ...options, weightDecay: 0.5 }), 2, [0, 0], 0.1), [2 * 0.95, 2 * 0.95 ** 2]);
  });

  it('follows its definition', async () => {
    const gradients = [1, -0.5, 2];
    let [m, v, p] = [0, 0, 1];
    const expected = gradients.map((g, i) => {
      m = 0.8 * m + 0.2 * g;
      v = 0.9 * v + 0.1 * g * g;
      p = p * (1 - 0.01 * 0.1) - (0.01 * (m / (1 - 0.8 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.9 ** (i + 1))) + 1e-8);
      return p;
    });
    expectPath(await path(adamW({ beta1: 0.8, beta2: 0.9, weightDecay: 0.1 }), 1, gradients, 0.01), expected);
  });
});

describe('exponentialMovingAverage', () => {
  it.each([
    [0, 5],
    [1, 1],
    [0.75, 2],
  ])('with decay %f of 1 and 5 is %f', async (decay, expected) => {
    const [teacher, student] = [constant([1], [1]), constant([5], [1])];
    const { y } = await evaluate({ y: exponentialMovingAverage(teacher, student, constant([decay], [])) });
    expect(y).toEqual([expected]);
  });
});

import { describe, expect, it } from 'vitest';
import { mean, mul, reshape, sigmoid, square, sub, sum, tanh } from '../graph/index.ts';
import { linear } from '../nn/linear.ts';
import { binaryCrossEntropy, crossEntropy } from '../nn/losses.ts';
import { adamW, sgd } from '../nn/optimisers.ts';
import { kaiming, ones, zeros } from '../nn/parameters.ts';
import { nodeRuntime, tunedNodeRuntime } from '../runtime/node/runtime.ts';
import { floats } from '../runtime/runtime.ts';
import { trainer } from './trainer.ts';

const runtime = nodeRuntime({ threads: 1 });
const PLAIN = sgd({ momentum: 0, weightDecay: 0 });
const ADAM = adamW();
const XOR = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] };

const xor = (seed: number) =>
  trainer(runtime, {
    parameters: {
      hidden: { weight: kaiming([8, 2]), bias: zeros([8]) },
      output: { weight: kaiming([1, 8]), bias: zeros([1]) },
    },
    inputs: { x: [4, 2], y: [4, 1] },
    model: (p, { x, y }) => {
      const logits = linear(tanh(linear(x, p.hidden)), p.output);
      return { loss: binaryCrossEntropy(logits, y), probabilities: sigmoid(logits) };
    },
    optimiser: ADAM,
    learningRate: 0.05,
    seed,
  });

describe('a trainer', () => {
  it('learns exclusive or', async () => {
    const net = await xor(1);
    for (let step = 0; step < 200; step++) await net.step(XOR);
    const { loss, probabilities } = await net.evaluate(XOR);
    expect(loss).toBeLessThan(0.05);
    expect(Array.from(probabilities, Math.round)).toEqual(XOR.y);
    await net.dispose();
  });

  it('makes the steps of gradient descent, and tells the outputs before them', async () => {
    // loss (w - 3)², from w = 1 with rate 0.1: w = 1 + 0.4 = 1.4, then + 0.64.
    const net = await trainer(runtime, {
      parameters: { w: ones([1]), scale: ones([1], false) },
      inputs: { t: [1] },
      model: ({ w, scale }, { t }) => ({ loss: sum(square(sub(mul(w, scale), t))) }),
      optimiser: PLAIN,
      learningRate: (step) => (step < 1 ? 0.1 : 0.2),
    });
    expect((await net.step({ t: [3] })).loss).toBeCloseTo(4, 5);
    expect((await net.parameters()).w?.[0]).toBeCloseTo(1.4, 5);
    expect((await net.step({ t: [3] })).loss).toBeCloseTo(2.56, 5);
    // The second step's rate is 0.2: w = 1.4 + 0.64.
    const { w, scale } = await net.parameters();
    expect([w?.[0], scale?.[0]]).toEqual([expect.closeTo(2.04, 5), 1]);
    expect((await net.evaluate({ t: [2.04] })).loss).toBeCloseTo(0, 5);
    await net.dispose();
  });

  it('has the same bits for the same seed, others for another', async () => {
    const weights = async (seed: number) => {
      const net = await xor(seed);
      for (let step = 0; step < 5; step++) await net.step(XOR);
      const { 'hidden.weight': found } = await net.parameters();
      await net.dispose();
      return Array.from(found as Float32Array);
    };
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });

  it('writes the network that it has trained as a model of its own inputs', async () => {
    const net = await xor(3);
    for (let step = 0; step < 200; step++) await net.step(XOR);
    const model = await net.toOnnx({ x: [1, 2] }, (p, { x }) => ({
      y: reshape(sigmoid(linear(tanh(linear(x, p.hidden)), p.output)), [1]),
    }));
    const session = await runtime.load(model);
    for (const [i, wanted] of XOR.y.entries()) {
      const { y } = await session.run({ x: floats(Float32Array.from(XOR.x.slice(2 * i, 2 * i + 2)), [1, 2]) });
      expect(Math.round(Number(y?.data[0]))).toBe(wanted);
    }
    await session.dispose();
    await net.dispose();
  });

  it('takes class numbers', async () => {
    const net = await trainer(await tunedNodeRuntime({ threads: 1 }), {
      parameters: { weight: zeros([3, 2]), bias: zeros([3]) },
      inputs: { x: [2, 2], labels: { shape: [2], dtype: 'int64' } },
      model: (p, { x, labels }) => ({ loss: crossEntropy(linear(x, p), labels) }),
      optimiser: PLAIN,
      learningRate: 1,
    });
    expect((await net.step({ x: [1, 0, 0, 1], labels: [0, 2] })).loss).toBeCloseTo(Math.log(3), 5);
    expect((await net.step({ x: [1, 0, 0, 1], labels: [0, 2] })).loss).toBeLessThan(1);
    await net.dispose();
  });
});

describe('a trainer refuses', () => {
  const base = { parameters: { w: ones([2]) }, inputs: { x: [2] }, optimiser: PLAIN, learningRate: 0.1 } as const;

  it('numbers that do not fit an input, and an input that is missing', async () => {
    const net = await trainer(runtime, { ...base, model: ({ w }, { x }) => ({ loss: mean(mul(w, x)) }) });
    await expect(net.step({ x: [1, 2, 3] })).rejects.toThrow('input x: 2 numbers of shape [2] were expected, got 3');
    await expect(net.evaluate({} as { x: number[] })).rejects.toThrow('were expected, got none');
    await net.dispose();
  });

  it('a loss that is no scalar', async () => {
    const made = trainer(runtime, { ...base, model: ({ w }, { x }) => ({ loss: mul(w, x) }) });
    await expect(made).rejects.toThrow('the loss must be a scalar');
  });

  it('a parameter that the loss does not depend on', async () => {
    const made = trainer(runtime, { ...base, model: (_, { x }) => ({ loss: mean(x) }) });
    await expect(made).rejects.toThrow('the loss does not depend on the parameter w');
  });

  it('an input with a name of the training state', async () => {
    const inputs = { 'a.b': [2] } as const;
    const made = trainer(runtime, {
      ...base,
      inputs,
      model: ({ w }, tensors) => ({ loss: mean(mul(w, tensors['a.b'])) }),
    });
    await expect(made).rejects.toThrow('an input cannot be called a.b');
  });
});

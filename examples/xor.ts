// The engine alone: a network of nine neurons learns exclusive or.
import { nodeRuntime } from 'patchcl';
import { adamW, binaryCrossEntropy, linear, sigmoid, tanh, trainer, weightAndBias } from 'patchcl/graph';

const net = await trainer(await nodeRuntime(), {
  parameters: { hidden: weightAndBias(8, 2), output: weightAndBias(1, 8) },
  inputs: { x: [4, 2], y: [4, 1] },
  model: (p, { x, y }) => {
    const logits = linear(tanh(linear(x, p.hidden)), p.output);
    return { loss: binaryCrossEntropy(logits, y), probabilities: sigmoid(logits) };
  },
  optimiser: adamW(),
  learningRate: 0.05,
});

const table = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] };
for (let step = 0; step < 200; step++) await net.step(table);

const { loss, probabilities } = await net.evaluate(table);
console.log(`loss ${loss.toFixed(4)}; 00, 01, 10 and 11 give ${Array.from(probabilities, Math.round).join(', ')}`);
await net.dispose();

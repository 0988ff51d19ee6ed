// The engine alone: a small convolutional network tells three directions of stripes apart, in noise.
import { nodeRuntime } from 'patchcl';
import { adamW, argMax, conv2d, crossEntropy, linear, mean, Rng, relu, trainer, weightAndBias } from 'patchcl/graph';

const net = await trainer(await nodeRuntime(), {
  parameters: { conv1: weightAndBias(16, 1, 3, 3), conv2: weightAndBias(16, 16, 3, 3), head: weightAndBias(3, 16) },
  inputs: { images: [24, 1, 16, 16], labels: { shape: [24], dtype: 'int64' } },
  model: (p, { images, labels }) => {
    const halved = relu(conv2d(images, p.conv1.weight, { bias: p.conv1.bias, padding: 1, stride: 2 }));
    const wide = relu(conv2d(halved, p.conv2.weight, { bias: p.conv2.bias, padding: 2, dilation: 2 }));
    const logits = linear(mean(wide, { axes: [2, 3] }), p.head);
    return { loss: crossEntropy(logits, labels), found: argMax(logits, 1) };
  },
  optimiser: adamW({ weightDecay: 0.01 }),
  learningRate: 0.01,
});

const rng = new Rng('stripes');
const value = (label: number, row: number, column: number) => Math.sin([row, column, row + column][label] as number);
const image = (label: number) =>
  Array.from({ length: 256 }, (_, i) => value(label, i >> 4, i & 15) + 0.5 * rng.normal());
for (let step = 0; step < 100; step++) {
  const labels = Array.from({ length: 24 }, () => rng.int(3));
  const { loss, found } = await net.step({ labels, images: labels.flatMap(image) });
  const right = labels.filter((label, i) => label === found[i]).length;
  if (step % 25 === 24) console.log(`step ${step + 1}: loss ${loss.toFixed(3)}, ${right} of 24 right`);
}
await net.dispose();

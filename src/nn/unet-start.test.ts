import { expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { constant } from '../graph/leaf.ts';
import type { Tensor } from '../graph/tensor.ts';
import { largestDifference } from '../testing/compare.ts';
import { evaluate } from '../testing/evaluate.ts';
import { ForwardContext } from './context.ts';
import { fill, initialise, mapNamed, namedSpecs } from './parameters.ts';
import { type UNetOptions, unet, unetSpec } from './unet.ts';

const SIZE = 8;
const rng = new Rng('unet-start');
const random = (length: number) => Float32Array.from({ length }, () => rng.float());

/** The answer of a network with its starting weights to an image. */
async function answer(options: UNetOptions, image: Float32Array): Promise<number[]> {
  const tree = unetSpec(options);
  const specs = namedSpecs(tree);
  const values = initialise(specs, new Rng(5));
  const parameters = mapNamed(specs, ({ shape }, name): Tensor => constant(values[name] as Float32Array, shape));
  const x = constant(image, [1, options.channels, SIZE, SIZE]);
  const { y } = await evaluate({ y: unet(fill(tree, parameters), x, options, new ForwardContext({ training: true })) });
  return y ?? [];
}

it.each([
  ['plain', 1],
  ['plain', 2],
  ['space-to-depth', 1],
  ['space-to-depth', 3],
] as const)('%s, %i channels: with neighbouring slices it starts as without, whatever they show', async (stem, own) => {
  const alone: UNetOptions = {
    channels: own,
    classes: 3,
    widths: [4, 6],
    stem,
    normalisation: 'instance',
    upsampling: 'nearest',
    dropout: [],
  };
  const middle = random(own * SIZE * SIZE);
  const expected = await answer(alone, middle);
  for (const planes of [3, 5]) {
    const stack = random(planes * own * SIZE * SIZE);
    stack.set(middle, ((planes - 1) / 2) * middle.length);
    const found = await answer({ ...alone, planes, channels: planes * own }, stack);
    expect(largestDifference(found, expected)).toBeLessThan(1e-5);
  }
});

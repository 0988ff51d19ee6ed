import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { fill, initialise, kaiming, namedSpecs, ones, zeros } from './parameters.ts';
import { unetSpec } from './unet.ts';

describe('parameters', () => {
  const tree = { block: [{ weight: kaiming([2, 3]), bias: zeros([2]) }], scale: ones([1]) };

  it('have dotted names, and go back into their tree', () => {
    const specs = namedSpecs(tree);
    expect(Object.keys(specs)).toEqual(['block.0.weight', 'block.0.bias', 'scale']);
    const filled = fill(tree, Object.fromEntries(Object.keys(specs).map((name) => [name, name])));
    expect(filled).toEqual({ block: [{ weight: 'block.0.weight', bias: 'block.0.bias' }], scale: 'scale' });
    expect(() => fill(tree, {})).toThrow('parameter block.0.weight is missing');
  });

  it('are drawn each by its own name', () => {
    const all = initialise(namedSpecs(tree), new Rng(1));
    const alone = initialise({ 'block.0.weight': kaiming([2, 3]) }, new Rng(1));
    expect(alone['block.0.weight']).toEqual(all['block.0.weight']);
    expect(all.scale).toEqual(Float32Array.of(1));
  });

  it('keep the variance of activations: Kaiming', () => {
    const weights = kaiming([1, 64, 3, 3], 0.1).init(new Rng(1), 40_000);
    const variance = weights.reduce((total, value) => total + value * value, 0) / weights.length;
    expect(variance * 64 * 9 * (1 + 0.1 ** 2)).toBeCloseTo(2, 1);
  });

  it('are those of the field: the U-Net of SSL4MIS has 1.81 million', () => {
    const specs = namedSpecs(
      unetSpec({
        channels: 1,
        classes: 4,
        widths: [16, 32, 64, 128, 256],
        stem: 'plain',
        normalisation: 'batch',
        upsampling: 'bilinear',
        dropout: [],
      }),
    );
    const trainable = Object.values(specs).filter((spec) => spec.trainable);
    const count = trainable.reduce((total, { shape }) => total + shape.reduce((size, extent) => size * extent, 1), 0);
    expect(count / 1e6).toBeCloseTo(1.81, 2);
  });
});

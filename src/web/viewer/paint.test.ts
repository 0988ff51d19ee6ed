import { describe, expect, it } from 'vitest';
import { classColour } from '../../report/colours.ts';
import { outlinesOf, paintIntensities, paintLabels } from './paint.ts';

describe('painting', () => {
  it('maps the window to black and white, and what is missing to black', () => {
    const rgba = new Uint8ClampedArray(16);
    paintIntensities(rgba, [Float32Array.of(-5, 10, 20, Number.NaN)], [0, 20]);
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([0, 128, 255, 0]);
    expect([...rgba].filter((_, i) => i % 4 === 3)).toEqual([255, 255, 255, 255]);
  });

  it('takes three channels as colours', () => {
    const rgba = new Uint8ClampedArray(4);
    paintIntensities(rgba, [Float32Array.of(1), Float32Array.of(0), Float32Array.of(0.2)], [0, 1]);
    expect([...rgba]).toEqual([255, 0, 51, 255]);
  });

  it('gives classes their colours and leaves background clear', () => {
    const rgba = new Uint8ClampedArray(8);
    paintLabels(rgba, Uint8Array.of(0, 2), 0.5);
    expect([...rgba]).toEqual([0, 0, 0, 0, ...classColour(2), 128]);
  });

  it('outlines each class, borders of two once', () => {
    const { edges } = outlinesOf(Uint8Array.of(1, 2), 1, 2);
    expect(edges.get(1)).toHaveLength(3 * 4);
    expect(edges.get(2)).toHaveLength(4 * 4);
    expect(outlinesOf(new Uint8Array(6), 2, 3).edges.size).toBe(0);
  });
});

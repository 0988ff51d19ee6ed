import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { classColour, ROLE_COLOURS, viridis } from './colours.ts';
import { overlayPicture } from './overlay.ts';
import { patchPicture } from './patches.ts';
import { encodePicture, gridOf, type Picture, slicePicture } from './picture.ts';

const SIZE = 16;
const image = new Float32Array(SIZE * SIZE).fill(0.5);
/** A square of a class with its upper left corner at (`at`, `at`). */
const square = (at: number, side: number, label = 1) =>
  Uint8Array.from({ length: SIZE * SIZE }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / SIZE) - at, (pixel % SIZE) - at];
    return Math.min(row, column) >= 0 && Math.max(row, column) < side ? label : 0;
  });

describe('pictures', () => {
  it('survive PNG', () => {
    const picture = slicePicture(Float32Array.of(0, 1, 0.5, 2), [2, 2], 1);
    const png = decode(encodePicture(picture));
    expect([png.width, png.height, png.channels]).toEqual([2, 2, 3]);
    expect([...png.data]).toEqual([0, 0, 0, 255, 255, 255, 128, 128, 128, 255, 255, 255]);
  });

  it('have the colours of three channels', () => {
    const picture = slicePicture(Float32Array.of(1, 0, 0.5, 0, 0, 1), [1, 2], 1);
    expect([...picture.pixels]).toEqual([255, 128, 0, 0, 0, 255]);
    expect(() => slicePicture(new Float32Array(4), [1, 2], 1)).toThrow('expected 1 x 2 pixels, got 4 values');
  });

  it('are enlarged between pixel centres', () => {
    const picture = slicePicture(Float32Array.of(0, 1), [1, 2], 2);
    expect([picture.width, picture.height]).toEqual([4, 2]);
    expect([0, 1, 2, 3].map((column) => picture.pixels[column * 3])).toEqual([0, 64, 191, 255]);
  });

  it('stand in a grid with gaps', () => {
    const cell = slicePicture(Float32Array.of(1), [1, 1], 2);
    const grid = gridOf([cell, cell, cell], 2, 1, [9, 9, 9]);
    expect([grid.width, grid.height]).toEqual([5, 5]);
    expect(pixel(grid, 0, 2)).toEqual([9, 9, 9]);
    expect(pixel(grid, 4, 4)).toEqual([9, 9, 9]);
  });
});

describe('an overlay', () => {
  it('outlines the prediction in its class colour and leaves the inside alone', () => {
    const picture = overlayPicture({ image, prediction: square(4, 8, 2), size: [SIZE, SIZE], classes: 3, scale: 4 });
    expect([picture.width, picture.height]).toEqual([64, 64]);
    expect(pixel(picture, 16, 30)).toEqual([...classColour(2)]);
    expect(pixel(picture, 32, 32)).toEqual([128, 128, 128]);
    expect(pixel(picture, 15, 30)).toEqual([128, 128, 128]);
  });

  it('dashes the reference', () => {
    const none = new Uint8Array(SIZE * SIZE);
    const shared = { image, size: [SIZE, SIZE] as const, classes: 2, scale: 4 };
    const dashed = overlayPicture({ ...shared, prediction: none, reference: square(4, 8) });
    const solid = overlayPicture({ ...shared, prediction: square(4, 8) });
    const share = coloured(dashed) / coloured(solid);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  it('draws a border between two classes once, in the colour of the higher', () => {
    const prediction = square(2, 12, 1).map((label, i) => square(5, 6, 2)[i] || label);
    const picture = overlayPicture({ image, prediction, size: [SIZE, SIZE], classes: 3, scale: 4 });
    expect(pixel(picture, 20, 32)).toEqual([...classColour(2)]);
    expect(pixel(picture, 19, 32)).toEqual([128, 128, 128]);
  });

  it('refuses masks that do not fit', () => {
    const size = [SIZE, SIZE] as const;
    expect(() => overlayPicture({ image, prediction: new Uint8Array(3), size, classes: 2 })).toThrow(/prediction/);
    expect(() => overlayPicture({ image, prediction: square(1, 2, 5), size, classes: 2 })).toThrow(/class 5/);
    expect(() => overlayPicture({ image: image.slice(1), prediction: square(1, 2), size, classes: 2 })).toThrow(
      /16 x 16/,
    );
  });
});

describe('a patch picture', () => {
  const input = {
    image,
    size: SIZE,
    patch: 8,
    labels: [1, 2],
    entropy: [Float32Array.of(0.1, 0.2, Number.NaN, 0.5), Float32Array.of(0.3, 0.3, 0.3, 0.3)],
    grid: [2, 2] as const,
    boxes: [
      { role: 'anchor', label: 1, top: 0, left: 0 },
      { role: 'negative', label: 1, top: 8, left: 8 },
      { role: 'positive', label: 2, top: 8, left: 0 },
    ] as const,
    scale: 4,
  };

  it('has a row per class: boxes in their colours, and entropies in one scale', () => {
    const { picture, rows, entropyRange } = patchPicture(input);
    expect(entropyRange[0]).toBeCloseTo(0.1);
    expect(entropyRange[1]).toBeCloseTo(0.5);
    expect(rows.map(({ width, height }) => [width, height])).toEqual([
      [136, 64],
      [136, 64],
    ]);
    expect([picture.width, picture.height]).toEqual([136, 136]);
    expect(pixel(picture, 0, 16)).toEqual([...ROLE_COLOURS.anchor]);
    expect(count(rows[0] as Picture, ROLE_COLOURS.negative)).toBeGreaterThan(20);
    expect(count(rows[0] as Picture, ROLE_COLOURS.positive)).toBe(0);
    expect(count(rows[1] as Picture, ROLE_COLOURS.positive)).toBeGreaterThan(50);
  });

  it('greys patches that are no candidates', () => {
    const [row] = patchPicture(input).rows;
    const [red, green, blue] = pixel(row as Picture, 48, 72 + 16) as [number, number, number];
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(5);
    expect(pixel(row as Picture, 48, 72 + 48)[0]).toBeGreaterThan(180);
  });

  it('copes with a class without any candidate and refuses grids that do not fit', () => {
    const empty = patchPicture({ ...input, labels: [1], entropy: [new Float32Array(4).fill(Number.NaN)] });
    expect(empty.entropyRange).toEqual([0, 0]);
    expect(() => patchPicture({ ...input, entropy: [] })).toThrow(/2 entropy maps of 2 x 2/);
  });
});

it('viridis runs from dark violet to yellow, growing in lightness', () => {
  expect([viridis(-1), viridis(2)]).toEqual([
    [68, 1, 84],
    [253, 231, 37],
  ]);
  const lightness = Array.from({ length: 21 }, (_, i) => {
    const [red, green, blue] = viridis(i / 20);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(lightness).toEqual(lightness.toSorted((a, b) => a - b));
});

function pixel(picture: Picture, row: number, column: number): number[] {
  return [...picture.pixels.subarray((row * picture.width + column) * 3, (row * picture.width + column) * 3 + 3)];
}

function count(picture: Picture, colour: readonly number[]): number {
  let found = 0;
  for (let at = 0; at < picture.pixels.length; at += 3) {
    if (colour.every((value, channel) => picture.pixels[at + channel] === value)) found++;
  }
  return found;
}

function coloured(picture: Picture): number {
  return picture.width * picture.height - count(picture, [128, 128, 128]);
}

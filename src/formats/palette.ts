import { largestOf } from '../core/lists.ts';
import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import type { LabelOptions } from './codec.ts';
import { damaged, unfit } from './damaged.ts';
import { classIndices } from './labels.ts';

/**
 * A mask that is stored as indices of a palette. Where the whole palette is grey, its grey values are meant, since programs order
 * palettes as they like; else the index is the class, unless the data set says what colours stand for. The colours of the classes
 * that occur go along, so that masks of one set can be compared.
 *
 * @param palette red, green and blue of each index
 * @throws PatchclError `bad-file` when the palette lacks a colour, or the data set knows nothing of one.
 */
export function labelsOfPalette(
  indices: ArrayLike<number>,
  palette: Uint8Array,
  shape: LabelVolume['shape'],
  name: string,
  { colours }: LabelOptions,
): LabelVolume {
  const used = usedIndices(indices, palette, name);
  const common = { shape, geometry: PIXEL_GEOMETRY };
  if (colours !== undefined) {
    const labels = used.map((index) => [index, colours.get(colourNumber(palette, index))] as const);
    const unknown = labels.find(([, label]) => label === undefined);
    if (unknown !== undefined && !isGrey(palette)) {
      const problem = `a pixel has the colour ${hexOf(palette, unknown[0])}, which stands for no class`;
      throw unfit(name, problem, 'Add it to the colours of dataset.json, or correct the mask.');
    }
    if (unknown === undefined) return { data: lookedUp(indices, new Map(labels as [number, number][])), ...common };
  }
  if (isGrey(palette)) {
    const greys = used.map((index) => [index, palette[3 * index] as number] as const);
    // Greys that count as their indices do mean the same either way.
    const isOwn = greys.every(([index, grey]) => index === grey);
    return { data: lookedUp(indices, new Map(greys)), ...common, ...(isOwn ? {} : { hasGreyPalette: true as const }) };
  }
  const shown = Object.fromEntries(used.map((index) => [index, hexOf(palette, index)]));
  return { data: classIndices(indices, name), ...common, palette: shown };
}

/**
 * The colours of palette indices.
 *
 * @returns [3, pixels]
 * @throws PatchclError `bad-file` when the palette lacks one.
 */
export function coloursOfPalette(indices: ArrayLike<number>, palette: Uint8Array, name: string): Float32Array {
  usedIndices(indices, palette, name);
  const colours = new Float32Array(3 * indices.length);
  for (let c = 0; c < 3; c++) {
    const at = c * indices.length;
    for (let i = 0; i < indices.length; i++) colours[at + i] = palette[3 * (indices[i] as number) + c] as number;
  }
  return colours;
}

function usedIndices(indices: ArrayLike<number>, palette: Uint8Array, name: string): number[] {
  const entries = Math.floor(palette.length / 3);
  const seen = new Uint8Array(entries);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (index >= entries) throw damaged(name, `a pixel refers to colour ${index}, which the palette lacks`);
    seen[index] = 1;
  }
  return [...seen.keys()].filter((index) => seen[index] === 1);
}

function lookedUp(indices: ArrayLike<number>, table: ReadonlyMap<number, number>): Uint8Array {
  const values = new Uint8Array(largestOf(table.keys(), 0) + 1);
  for (const [index, value] of table) values[index] = value;
  const data = new Uint8Array(indices.length);
  for (let i = 0; i < data.length; i++) data[i] = values[indices[i] as number] as number;
  return data;
}

function isGrey(palette: Uint8Array): boolean {
  for (let i = 0; i + 2 < palette.length; i += 3) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}

function colourNumber(palette: Uint8Array, index: number): number {
  const [red, green, blue] = palette.subarray(3 * index, 3 * index + 3) as unknown as [number, number, number];
  return (red << 16) | (green << 8) | blue;
}

function hexOf(palette: Uint8Array, index: number): string {
  return `#${colourNumber(palette, index).toString(16).padStart(6, '0')}`;
}

/**
 * A picture of palette indices: one channel of grey values where the whole palette is grey, else red, green and blue.
 *
 * @param shape [1, height, width]
 */
export function pictureOfPalette(
  indices: Uint8Array,
  palette: Uint8Array,
  shape: LabelVolume['shape'],
  name: string,
): Volume {
  const colours = coloursOfPalette(indices, palette, name);
  const isOneChannel = isGrey(palette);
  const data = isOneChannel ? colours.slice(0, indices.length) : colours;
  return { data, shape: [isOneChannel ? 1 : 3, ...shape], geometry: PIXEL_GEOMETRY };
}

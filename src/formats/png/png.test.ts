import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as fastPng from 'fast-png';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { PatchclError } from '../../core/errors.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { sharedData } from '../testing/shared-data.ts';
import { readPng, readPngLabels, writeLabelPng, writeRgbPng } from './png.ts';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly type: number;
  /** The lines of pixels, each with its filter byte. */
  readonly lines: readonly number[];
  readonly palette?: readonly number[];
  readonly interlace?: 0 | 1;
}

/** Chunks built by hand: the encoder in use writes 8 and 16 bits only, without filters. */
function png({ width, height, depth, type, lines, palette, interlace = 0 }: Picture): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, type, 0, 0, interlace], 8);
  const chunks = [
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(palette))]),
    chunk('IDAT', zlibSync(Uint8Array.from(lines))),
    chunk('IEND', new Uint8Array()),
  ];
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...chunks.flat()]);
}

function chunk(type: string, content: Uint8Array): number[] {
  const body = Uint8Array.from([...new TextEncoder().encode(type), ...content]);
  let crc = ~0;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const numbers = new Uint8Array(8);
  new DataView(numbers.buffer).setUint32(0, content.length);
  new DataView(numbers.buffer).setUint32(4, ~crc);
  return [...numbers.subarray(0, 4), ...body, ...numbers.subarray(4)];
}

const values = (picture: Picture) => [...readPng(png(picture), 'a.png').data];
const problem = (bytes: Uint8Array) => {
  try {
    readPng(bytes, 'a.png');
    return 'no error';
  } catch (error) {
    return `${(error as PatchclError).name} ${(error as PatchclError).code}: ${(error as PatchclError).message}`;
  }
};

describe('readPng', () => {
  it.each<[string, Picture, number[]]>([
    ['1 bit', { width: 3, height: 1, depth: 1, type: 0, lines: [0, 0b10100000] }, [1, 0, 1]],
    ['2 bits', { width: 5, height: 1, depth: 2, type: 0, lines: [0, 0b00011011, 0b10000000] }, [0, 1, 2, 3, 2]],
    ['4 bits', { width: 3, height: 1, depth: 4, type: 0, lines: [0, 0x0f, 0x70] }, [0, 15, 7]],
    ['16 bits', { width: 2, height: 1, depth: 16, type: 0, lines: [0, 1, 0, 0xff, 0xfe] }, [256, 65534]],
    ['grey and alpha', { width: 2, height: 1, depth: 8, type: 4, lines: [0, 5, 0, 6, 0] }, [5, 6]],
    ['RGBA', { width: 1, height: 1, depth: 8, type: 6, lines: [0, 1, 2, 3, 0] }, [1, 2, 3]],
    [
      'palette',
      { width: 2, height: 1, depth: 4, type: 3, lines: [0, 0x10], palette: [1, 2, 3, 4, 5, 6] },
      [4, 1, 5, 2, 6, 3],
    ],
  ])('reads %s', (_, picture, expected) => {
    expect(values(picture)).toEqual(expected);
  });

  it('undoes every line filter', () => {
    // Rows decoded by hand from section 9 of the standard: none, sub, up, average, Paeth.
    const lines = [0, 10, 20, 30, 1, 1, 1, 1, 2, 1, 1, 1, 3, 9, 9, 9, 4, 1, 1, 1];
    expect(values({ width: 3, height: 5, depth: 8, type: 0, lines })).toEqual([
      10, 20, 30, 1, 2, 3, 2, 3, 4, 10, 15, 18, 11, 16, 19,
    ]);
  });

  it('reads interlaced pictures of less than a byte per pixel', () => {
    // 3 x 3, Adam7: pass 1 has (0, 0); pass 4 (2, 0); pass 5 (0, 2) and (2, 2); pass 6 (1, 0) and (1, 2); pass 7 row 1.
    const lines = [0, 0x10, 0, 0x30, 0, 0x79, 0, 0x20, 0, 0x80, 0, 0x45, 0x60];
    expect(values({ width: 3, height: 3, depth: 4, type: 0, lines, interlace: 1 })).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('agrees with fast-png on its pictures', () => {
    const picture = fc
      .record({
        width: fc.integer({ min: 1, max: 9 }),
        height: fc.integer({ min: 1, max: 9 }),
        channels: fc.constantFrom(1, 2, 3, 4),
        depth: fc.constantFrom(8 as const, 16 as const),
        interlace: fc.constantFrom('null' as const, 'Adam7' as const),
        stream: fc.infiniteStream(fc.nat(65535)),
      })
      .map(({ stream, ...rest }) => {
        const length = rest.width * rest.height * rest.channels;
        const take = () => stream.next().value;
        const data = rest.depth === 8 ? Uint8Array.from({ length }, take) : Uint16Array.from({ length }, take);
        return { ...rest, data };
      });
    fc.assert(
      fc.property(picture, ({ interlace, ...image }) => {
        const { data, shape } = readPng(fastPng.encode(image, { interlace }), 'a.png');
        const colours = image.channels < 3 ? 1 : 3;
        const size = image.width * image.height;
        expect(shape).toEqual([colours, 1, image.height, image.width]);
        data.forEach((value, i) => {
          expect(value).toBe(image.data[(i % size) * image.channels + Math.floor(i / size)]);
        });
      }),
    );
  });
});

describe('damaged and foreign files', () => {
  const whole = png({
    width: 4,
    height: 4,
    depth: 8,
    type: 0,
    lines: Array.from({ length: 20 }, (_, i) => (i % 5 ? i : 0)),
  });

  it('refuses every cut', () => {
    for (let length = 0; length < whole.length - 8; length++) {
      expect(problem(whole.subarray(0, length))).toMatch(/^PatchclError bad-file: a\.png: /);
    }
  });

  it('refuses every flipped bit in what it reads', () => {
    for (let at = 0; at < whole.length - 12; at++) {
      const bytes = whole.map((byte, i) => (i === at ? byte ^ 16 : byte));
      expect(problem(bytes)).toMatch(/^PatchclError bad-file: a\.png: /);
    }
  });

  it.each<[string, Picture, RegExp]>([
    [
      'more pixels than the file can hold',
      { width: 2 ** 31 - 1, height: 2 ** 31 - 1, depth: 8, type: 0, lines: [0] },
      /header claims/,
    ],
    [
      'fewer lines than claimed',
      { width: 1, height: 3, depth: 8, type: 0, lines: [0, 1] },
      /the PNG ends early: it holds 2 of 6 bytes/,
    ],
    ['an unknown filter', { width: 1, height: 1, depth: 8, type: 0, lines: [9, 1] }, /unknown filter 9/],
    [
      'a colour outside the palette',
      { width: 1, height: 1, depth: 8, type: 3, lines: [0, 3], palette: [0, 0, 0] },
      /refers to colour 3/,
    ],
    ['no palette', { width: 1, height: 1, depth: 8, type: 3, lines: [0, 3] }, /lacks the palette/],
    ['a depth that does not exist', { width: 1, height: 1, depth: 3, type: 0, lines: [0, 3] }, /type 0 with 3 bits/],
  ])('explains %s', (_, picture, expected) => {
    expect(problem(png(picture))).toMatch(expected);
  });

  it('keeps to the size in the header when the pixels expand to much more', () => {
    const bomb = png({ width: 1, height: 1, depth: 8, type: 0, lines: Array(1 << 20).fill(0) });
    expect(readPng(bomb, 'a.png').shape).toEqual([1, 1, 1, 1]);
  });
});

describe('readPngLabels', () => {
  it('refuses values under transparency: a mask that is drawn by its alpha is not foreground everywhere', () => {
    // White, of which only the second pixel can be seen.
    const drawn = { width: 2, height: 1, depth: 8, type: 4, lines: [0, 255, 0, 255, 255] };
    expect(() => readPngLabels(png(drawn), 'a.png')).toThrow(/^a\.png: its transparent pixels have values/);
    const colours = { width: 2, height: 1, depth: 8, type: 6, lines: [0, 9, 9, 9, 0, 1, 1, 1, 255] };
    expect(() => readPngLabels(png(colours), 'a.png')).toThrow(/^a\.png: its transparent pixels have values/);
    const clear = { width: 2, height: 1, depth: 8, type: 4, lines: [0, 0, 0, 1, 255] };
    expect([...readPngLabels(png(clear), 'a.png').data]).toEqual([0, 1]);
    const opaque = { width: 2, height: 1, depth: 8, type: 4, lines: [0, 0, 255, 1, 255] };
    expect([...readPngLabels(png(opaque), 'a.png').data]).toEqual([0, 1]);
  });

  it('gives grey values and palette indices untouched', () => {
    const grey = { width: 2, height: 1, depth: 8, type: 0, lines: [0, 0, 255] };
    expect(readPngLabels(png(grey), 'a.png')).toEqual({
      data: Uint8Array.of(0, 255),
      shape: [1, 1, 2],
      geometry: PIXEL_GEOMETRY,
    });
    const palette = {
      width: 2,
      height: 1,
      depth: 2,
      type: 3,
      lines: [0, 0b01100000],
      palette: [9, 9, 9, 8, 8, 9, 7, 7, 7],
    };
    const labels = readPngLabels(png(palette), 'a.png');
    expect([...labels.data]).toEqual([1, 2]);
    expect(labels.palette).toEqual({ 1: '#080809', 2: '#070707' });
  });

  it('takes the grey values of a grey palette, whatever their order', () => {
    const whiteFirst = {
      width: 3,
      height: 1,
      depth: 1,
      type: 3,
      lines: [0, 0b01000000],
      palette: [255, 255, 255, 0, 0, 0],
    };
    expect(readPngLabels(png(whiteFirst), 'a.png')).toEqual({
      data: Uint8Array.of(255, 0, 255),
      shape: [1, 1, 3],
      geometry: PIXEL_GEOMETRY,
      hasGreyPalette: true,
    });
  });

  it('looks colours up where the data set says what they stand for', () => {
    const colours = new Map([
      [0x000000, 0],
      [0xff0000, 2],
      [0x00ff00, 5],
    ]);
    const rgb = { width: 2, height: 1, depth: 8, type: 2, lines: [0, 0, 255, 0, 0, 0, 0] };
    expect([...readPngLabels(png(rgb), 'a.png', { colours }).data]).toEqual([5, 0]);
    const palette = { width: 2, height: 1, depth: 1, type: 3, lines: [0, 0b01000000], palette: [255, 0, 0, 0, 255, 0] };
    expect([...readPngLabels(png(palette), 'a.png', { colours }).data]).toEqual([2, 5]);
    const other = { ...rgb, lines: [0, 1, 2, 3, 0, 0, 0] };
    expect(() => readPngLabels(png(other), 'a.png', { colours })).toThrow(
      'the colour 1, 2, 3, which stands for no class',
    );
  });

  it('takes a colour picture without colours as grey', () => {
    expect([
      ...readPngLabels(png({ width: 1, height: 1, depth: 8, type: 2, lines: [0, 4, 4, 4] }), 'a.png').data,
    ]).toEqual([4]);
    const coloured = png({ width: 1, height: 1, depth: 8, type: 2, lines: [0, 4, 4, 5] });
    expect(() => readPngLabels(coloured, 'a.png')).toThrow('a.png: a mask holds one class index per pixel');
  });

  it('refuses values that are no class index', () => {
    const deep = png({ width: 1, height: 1, depth: 16, type: 0, lines: [0, 1, 0] });
    expect(() => readPngLabels(deep, 'a.png')).toThrow('this file has the value 256');
  });
});

describe('writing', () => {
  it('gives labels back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (data) => {
        const labels = { data, shape: [1, 3, 4] as const, geometry: PIXEL_GEOMETRY };
        expect(readPngLabels(writeLabelPng(labels), 'a.png')).toEqual(labels);
      }),
    );
  });

  it('writes one slice only', () => {
    const labels = { data: new Uint8Array(2), shape: [2, 1, 1] as const, geometry: PIXEL_GEOMETRY };
    expect(() => writeLabelPng(labels)).toThrow('a PNG holds one slice, not 2. Write a NIfTI file instead.');
  });

  it('writes RGB pictures', () => {
    const volume = readPng(writeRgbPng(Uint8Array.of(1, 2, 3, 4, 5, 6), 1, 2), 'a.png');
    expect([...volume.data]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(() => writeRgbPng(new Uint8Array(5), 1, 2)).toThrow('1 x 2 pixels does not have 5 values');
  });
});

const { folder, isMissing } = sharedData('nuclei');

describe.skipIf(isMissing)('files of other software', () => {
  it('agrees with fast-png on microscopy images and masks', () => {
    for (const part of ['images/', 'masks/']) {
      for (const name of readdirSync(new URL(part, folder)).slice(0, 25)) {
        const bytes = readFileSync(new URL(part + name, folder));
        const expected = fastPng.decode(bytes);
        const { data, shape } = readPng(bytes, name);
        const size = expected.width * expected.height;
        const planes = Array.from({ length: shape[0] }, (_, c) =>
          Float32Array.from({ length: size }, (_, i) => expected.data[i * expected.channels + c] as number),
        );
        expect(data).toEqual(Float32Array.from(planes.flatMap((plane) => [...plane])));
      }
    }
  });
});

import fc from 'fast-check';
import * as reference from 'tiff';
import { describe, expect, it } from 'vitest';
import type { PatchclError } from '../../core/errors.ts';
import { type LabelVolume, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { makeTiff, type TiffSpec } from '../testing/make-tiff.ts';
import { readTiff, readTiffLabels } from './tiff.ts';
import { writeLabelTiff } from './write.ts';

const GREY: TiffSpec = { width: 3, height: 2, values: [0, 1, 2, 253, 254, 255] };
const RGB: TiffSpec = { width: 2, height: 1, samples: 3, values: [1, 2, 3, 4, 5, 6] };
const read = (pages: readonly TiffSpec[], little = true) => readTiff(makeTiff(pages, little), 'a.tif');
const problem = (bytes: Uint8Array) => {
  try {
    readTiff(bytes, 'a.tif');
    return 'no error';
  } catch (error) {
    return `${(error as PatchclError).name} ${(error as PatchclError).code}: ${(error as PatchclError).message}`;
  }
};

/** Any way to store a page of grey or colour. */
const anyPage = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 20 }),
    samples: fc.constantFrom(1, 3),
    kind: fc.constantFrom<readonly [1 | 2 | 3, number]>(
      [1, 8],
      [1, 16],
      [1, 32],
      [2, 8],
      [2, 16],
      [2, 32],
      [3, 32],
      [3, 64],
      [1, 1],
      [1, 2],
      [1, 4],
    ),
    compression: fc.constantFrom('none', 'lzw', 'deflate', 'packbits'),
    predict: fc.boolean(),
    planar: fc.boolean(),
    tile: fc.option(fc.constantFrom<readonly [number, number]>([16, 16], [32, 16]), { nil: undefined }),
    rowsPerStrip: fc.integer({ min: 1, max: 20 }),
    smooth: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ kind: [format, bits], predict, smooth, seed, tile, ...page }): TiffSpec => {
    const range = format === 3 ? 1 : 2 ** Math.min(bits, 24);
    const values = Array.from({ length: page.width * page.height * page.samples }, (_, i) => {
      const fraction = smooth ? (i % 7) / 7 : (Math.sin(seed * (i + 1)) + 1) / 2;
      return format === 3 ? Math.fround(fraction - 0.5) : Math.floor(fraction * range) - (format === 2 ? range / 2 : 0);
    });
    const predictor = predict && bits >= 8 ? (format === 3 ? 3 : 2) : 1;
    return { ...page, format, bits, predictor, values, ...(tile === undefined ? {} : { tile }) };
  });

describe('readTiff', () => {
  it('reads every way to store a page, in either byte order', () => {
    fc.assert(
      fc.property(anyPage, fc.boolean(), (page, little) => {
        const { width, height, samples = 1, values, planar } = page;
        const size = width * height;
        const expected = Float32Array.from(values, (_, i) => {
          const [c, at] = [Math.floor(i / size), i % size];
          return values[planar === true ? i : at * samples + c] as number;
        });
        const volume = read([page], little);
        expect(volume.shape).toEqual([samples, 1, height, width]);
        expect(volume.data).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with the package tiff on strips', () => {
    const simple = anyPage.filter(({ compression, planar, tile, format, bits = 8 }) => {
      return (
        compression !== 'packbits' && planar !== true && tile === undefined && format === 1 && [8, 16].includes(bits)
      );
    });
    fc.assert(
      fc.property(simple, (page) => {
        const bytes = makeTiff([page]);
        const [other] = reference.decode(bytes);
        const { data, shape } = readTiff(bytes, 'a.tif');
        const size = shape[2] * shape[3];
        const chunky = Array.from(data, (_, i) => data[(i % shape[0]) * size + Math.floor(i / shape[0])]);
        expect(chunky).toEqual([...(other?.data ?? [])]);
      }),
    );
  });

  it('reads pages as slices, without thumbnails and transparency masks', () => {
    const second = { ...RGB, values: [7, 8, 9, 10, 11, 12] };
    const thumbnail = { ...RGB, width: 1, values: [0, 0, 0], subfile: 1 };
    const { shape, data, geometry } = read([RGB, thumbnail, second]);
    expect(shape).toEqual([3, 2, 1, 2]);
    expect([...data]).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
    expect(geometry).toEqual({ spacing: [1, 1, 1], unit: 'px' });
  });

  it.each<[string, TiffSpec, number[]]>([
    ['drops alpha', { ...RGB, samples: 4, values: [1, 2, 3, 99, 4, 5, 6, 99], extra: [2] }, [1, 4, 2, 5, 3, 6]],
    [
      'takes a fourth sample of RGB as alpha',
      { ...RGB, samples: 4, values: [1, 2, 3, 9, 4, 5, 6, 9] },
      [1, 4, 2, 5, 3, 6],
    ],
    [
      'drops the alpha of grey',
      { ...GREY, width: 2, height: 1, samples: 2, photometric: 1, values: [5, 9, 6, 9], extra: [1] },
      [5, 6],
    ],
    [
      'keeps other samples as channels',
      { ...GREY, width: 2, height: 1, samples: 2, photometric: 1, values: [5, 9, 6, 8], extra: [0] },
      [5, 6, 9, 8],
    ],
    ['inverts pages in which 0 is white', { ...GREY, photometric: 0 }, [255, 254, 253, 2, 1, 0]],
    [
      'gives palettes their colours',
      { width: 2, height: 1, values: [1, 0], photometric: 3, palette: [0, 0x100, 0x200, 0x300, 0xff00, 0xffff] },
      [1, 0, 3, 2, 255, 255],
    ],
  ])('%s', (_, page, expected) => expect([...read([page]).data]).toEqual(expected));
});

describe('readTiffLabels', () => {
  const labels = (pages: readonly TiffSpec[]) => readTiffLabels(makeTiff(pages), 'm.tif');

  it('takes grey values and palette indices, pages as slices', () => {
    expect(labels([GREY, GREY])).toMatchObject({
      shape: [2, 2, 3],
      data: Uint8Array.of(0, 1, 2, 253, 254, 255, 0, 1, 2, 253, 254, 255),
    });
    const palette = Array.from({ length: 12 }, (_, i) => i * 1000);
    expect([...labels([{ width: 2, height: 1, bits: 2, values: [3, 1], photometric: 3, palette }]).data]).toEqual([
      3, 1,
    ]);
    expect([...labels([{ ...RGB, values: [4, 4, 4, 0, 0, 0] }]).data]).toEqual([4, 0]);
    expect([...labels([{ ...GREY, format: 3, bits: 32, values: [0, 1, 2, 3, 4, 5] }]).data]).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  it('refuses colours and large values', () => {
    expect(() => labels([RGB])).toThrow(
      'm.tif: a mask holds one class index per pixel, but this TIFF is a colour picture.',
    );
    expect(() => labels([{ ...GREY, bits: 16, values: [0, 1, 2, 3, 4, 300] }])).toThrow('this file has the value 300');
  });
});

describe('writeLabelTiff', () => {
  it('writes pages that are read back, here and by the package tiff', () => {
    const shape = fc.tuple(...[4, 12, 9].map((max) => fc.integer({ min: 1, max })));
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.nat(255)), ([depth = 1, height = 1, width = 1], stream) => {
        const data = Uint8Array.from({ length: depth * height * width }, () => stream.next().value);
        const labels: LabelVolume = { data, shape: [depth, height, width], geometry: PIXEL_GEOMETRY };
        const bytes = writeLabelTiff(labels);
        expect(readTiffLabels(bytes, 'm.tif')).toEqual(labels);
        const pages = reference.decode(bytes);
        expect(pages.flatMap((page) => [...page.data])).toEqual([...data]);
      }),
    );
  });
});

describe('damaged and foreign files', () => {
  it('refuses every cut', () => {
    for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const) {
      const bytes = makeTiff([{ ...GREY, compression }, RGB].slice(0, 1));
      for (let length = 0; length < bytes.length; length++) {
        expect(problem(bytes.subarray(0, length))).toMatch(/^PatchclError bad-file: a\.tif: .*Copy the file again/);
      }
    }
  });

  const edited = (spec: TiffSpec, tag: number, value: number) => {
    const bytes = makeTiff([spec]);
    const view = new DataView(bytes.buffer);
    const start = view.getUint32(4, true);
    for (let i = 0; i < view.getUint16(start, true); i++) {
      if (view.getUint16(start + 2 + 12 * i, true) === tag) view.setUint32(start + 10 + 12 * i, value, true);
    }
    return bytes;
  };
  const circle = makeTiff([GREY]);
  new DataView(circle.buffer).setUint32(circle.length - 4, new DataView(circle.buffer).getUint32(4, true), true);

  /** Two directories of ten fields, the second two bytes into the first. */
  const overlapping = new Uint8Array(200);
  const view = new DataView(overlapping.buffer);
  overlapping.set([0x49, 0x49, 42, 0, 8]);
  for (const [at, value] of [
    [8, 10],
    [10, 10],
    [22, 256],
    [24, 4],
    [26, 1],
    [30, 1],
    [34, 257],
    [36, 4],
    [38, 1],
    [42, 1],
    [130, 10],
  ] as const) {
    view.setUint16(at, value, true);
  }

  it.each<[string, Uint8Array, RegExp]>([
    ['text', new TextEncoder().encode('hello'), /bad-file: a\.tif: this is not a TIFF file/],
    ['BigTIFF', Uint8Array.of(0x49, 0x49, 43, 0, 8, 0, 0, 0), /unsupported: a\.tif: BigTIFF.* is not read/],
    ['a size beyond the file', edited(GREY, 256, 1e9), /bad-file.*ends early: 1000000000 x 2 pixels are claimed/],
    ['a size beyond its deflate data', edited({ ...GREY, compression: 'deflate' }, 257, 1e6), /bad-file.*ends early/],
    ['too few strips', edited({ ...GREY, rowsPerStrip: 1 }, 257, 6), /bad-file.*ends early/],
    ['pages in a circle', circle, /bad-file.*go round in circles/],
    ['directories within one another', overlapping, /bad-file.*the directories of the TIFF overlap/],
    ['JPEG inside', edited(GREY, 259, 7), /unsupported.*TIFF compression 7 is not read/],
    ['CMYK', edited(GREY, 262, 5), /unsupported.*colour space 5 with 1 samples is not read/],
    [
      'pages of different size',
      makeTiff([GREY, { ...GREY, width: 2, height: 3 }]),
      /unsupported.*differ in their width/,
    ],
    [
      'an ImageJ stack of two channels',
      makeTiff([{ ...GREY, description: 'ImageJ=1.53\nimages=2\nchannels=2\n' }]),
      /unsupported.*ImageJ/,
    ],
    ['12 bits', edited({ ...GREY, bits: 16 }, 258, 12), /unsupported.*12 bits/],
    [
      'a colour that the palette lacks',
      makeTiff([{ ...GREY, photometric: 3, palette: [0, 0, 0] }]),
      /bad-file.*refers to colour 1/,
    ],
    [
      'an undefined LZW code',
      makeTiff([{ ...GREY, compression: 'lzw' }]).map((b, i) => (i === 9 ? 0x7f : b)),
      /bad-file.*pixels of the TIFF are damaged/,
    ],
  ])('explains %s', (_, bytes, expected) => expect(problem(bytes)).toMatch(expected));
});

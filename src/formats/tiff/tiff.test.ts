import fc from 'fast-check';
import * as reference from 'tiff';
import { describe, expect, it } from 'vitest';
import { type LabelVolume, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { colourJpeg } from '../testing/make-jpeg.ts';
import { makeTiff, type TiffSpec } from '../testing/make-tiff.ts';
import { readTiff, readTiffLabels } from './tiff.ts';
import { writeLabelTiff } from './write.ts';

const GREY: TiffSpec = { width: 3, height: 2, values: [0, 1, 2, 253, 254, 255] };
const RGB: TiffSpec = { width: 2, height: 1, samples: 3, values: [1, 2, 3, 4, 5, 6] };
const read = (pages: readonly TiffSpec[], little = true) => readTiff(makeTiff(pages, little), 'a.tif');

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
    lowestBitFirst: fc.boolean(),
    withoutCounts: fc.boolean(),
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
  it('reads every way to store a page, in either byte order, TIFF and BigTIFF', async () => {
    await fc.assert(
      fc.asyncProperty(anyPage, fc.boolean(), fc.boolean(), async (page, little, big) => {
        const { width, height, samples = 1, values, planar } = page;
        const size = width * height;
        const expected = Float32Array.from(values, (_, i) => {
          const [c, at] = [Math.floor(i / size), i % size];
          return values[planar === true ? i : at * samples + c] as number;
        });
        const volume = await readTiff(makeTiff([page], little, big), 'a.tif');
        expect(volume.shape).toEqual([samples, 1, height, width]);
        expect(volume.data).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with the package tiff on strips', async () => {
    const simple = anyPage.filter(({ compression, planar, tile, format, bits = 8, lowestBitFirst, withoutCounts }) => {
      return (
        lowestBitFirst !== true &&
        withoutCounts !== true &&
        compression !== 'packbits' &&
        planar !== true &&
        tile === undefined &&
        format === 1 &&
        [8, 16].includes(bits)
      );
    });
    await fc.assert(
      fc.asyncProperty(simple, async (page) => {
        const bytes = makeTiff([page]);
        const [other] = reference.decode(bytes);
        const { data, shape } = await readTiff(bytes, 'a.tif');
        const size = shape[2] * shape[3];
        const chunky = Array.from(data, (_, i) => data[(i % shape[0]) * size + Math.floor(i / shape[0])]);
        expect(chunky).toEqual([...(other?.data ?? [])]);
      }),
    );
  });

  it('reads pages as slices, without thumbnails and transparency masks', async () => {
    const second = { ...RGB, values: [7, 8, 9, 10, 11, 12] };
    const thumbnail = { ...RGB, width: 1, values: [0, 0, 0], subfile: 1 };
    const { shape, data, geometry } = await read([RGB, thumbnail, second]);
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
  ])('%s', async (_, page, expected) => expect([...(await read([page])).data]).toEqual(expected));
});

describe('readTiffLabels', () => {
  const labels = (pages: readonly TiffSpec[]) => readTiffLabels(makeTiff(pages), 'm.tif');
  const values = async (page: TiffSpec) => [...(await labels([page])).data];

  it('takes grey values and palette indices, pages as slices', async () => {
    expect(await labels([GREY, GREY])).toMatchObject({
      shape: [2, 2, 3],
      data: Uint8Array.of(0, 1, 2, 253, 254, 255, 0, 1, 2, 253, 254, 255),
    });
    const palette = Array.from({ length: 12 }, (_, i) => i * 1000);
    expect(await values({ width: 2, height: 1, bits: 2, values: [3, 1], photometric: 3, palette })).toEqual([3, 1]);
    expect(await values({ ...RGB, values: [4, 4, 4, 0, 0, 0] })).toEqual([4, 0]);
    expect(await values({ ...GREY, format: 3, bits: 32, values: [0, 1, 2, 3, 4, 5] })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('takes the grey values of a grey palette, and colours that stand for classes', async () => {
    const whiteFirst = [0xffff, 0, 0xffff, 0, 0xffff, 0];
    const picture = { width: 3, height: 1, bits: 1, values: [0, 1, 0], photometric: 3 };
    expect(await values({ ...picture, palette: whiteFirst })).toEqual([255, 0, 255]);
    const colours = new Map([
      [0x010203, 7],
      [0x040506, 1],
    ]);
    expect([...(await readTiffLabels(makeTiff([RGB]), 'm.tif', { colours })).data]).toEqual([7, 1]);
  });

  it('takes channels that are not colours as one-hot classes', async () => {
    const two = { ...GREY, width: 2, height: 1, samples: 2, photometric: 1, values: [1, 0, 0, 1], extra: [0] };
    const { data, notes } = await labels([two]);
    expect([...data]).toEqual([0, 1]);
    expect(notes?.[0]).toContain('one-hot');
    await expect(labels([{ ...two, values: [1, 1, 0, 1] }])).rejects.toThrow('which are not one class each');
  });

  it('refuses colours and large values', async () => {
    await expect(labels([RGB])).rejects.toThrow(
      'm.tif: a mask holds one class index per pixel, but this file is a colour picture.',
    );
    await expect(labels([{ ...GREY, bits: 16, values: [0, 1, 2, 3, 4, 300] }])).rejects.toThrow(
      'this file has the value 300',
    );
  });
});

describe('an OME-TIFF', () => {
  const describe = (sizes: string, data = '<TiffData/>') =>
    `<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image><Pixels ${sizes}>${data}</Pixels></Image></OME>`;
  const stack = (pages: number, description: string) =>
    read(
      Array.from({ length: pages }, (_, i) => {
        const page = { width: 1, height: 1, values: [i] };
        return i === 0 ? { ...page, description } : page;
      }),
    );

  it.each<[string, string, string, number[], number[]]>([
    ['channels', 'DimensionOrder="XYCZT" SizeC="3" SizeZ="1" SizeT="1"', '<TiffData/>', [3, 1, 1, 1], [0, 1, 2]],
    ['slices', 'DimensionOrder="XYZCT" SizeC="1" SizeZ="3" SizeT="1"', '<TiffData/>', [1, 3, 1, 1], [0, 1, 2]],
    ['channels first', 'DimensionOrder="XYCZT" SizeC="2" SizeZ="3" SizeT="1"', '', [2, 3, 1, 1], [0, 2, 4, 1, 3, 5]],
    ['slices first', 'DimensionOrder="XYZCT" SizeC="2" SizeZ="3" SizeT="1"', '', [2, 3, 1, 1], [0, 1, 2, 3, 4, 5]],
    [
      'planes that are placed one by one',
      'DimensionOrder="XYZCT" SizeC="2" SizeZ="1" SizeT="1"',
      '<TiffData IFD="1" FirstC="0"/><TiffData IFD="0" FirstC="1"/>',
      [2, 1, 1, 1],
      [1, 0],
    ],
  ])('of %s', async (_, sizes, data, shape, values) => {
    const volume = await stack(values.length, describe(sizes, data));
    expect([volume.shape, [...volume.data]]).toEqual([shape, values]);
  });

  it.each<[string, number, string, string]>([
    ['times', 3, describe('SizeC="1" SizeZ="1" SizeT="3"'), 'an OME-TIFF of 3 times is not read'],
    [
      'pages that lie elsewhere',
      2,
      describe('SizeC="1" SizeZ="5" SizeT="1"'),
      'names 5 slices of 1 channels, but it holds 2',
    ],
    ['a description elsewhere', 1, '<OME><BinaryOnly/></OME>', 'whose description is in another file'],
  ])('of %s is refused', async (_, pages, description, expected) => {
    await expect(stack(pages, description)).rejects.toThrow(expected);
  });
});

describe('JPEG in TIFF', () => {
  const rgb = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => [200, 100, 50][i % 3] as number);

  it('is decoded, with tables of its own or shared ones', async () => {
    const jpeg = await colourJpeg(rgb, [16, 16]);
    // The tables between SOI and the frame header, shared.
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    const start = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xdb);
    const jpegTables = [0xff, 0xd8, ...jpeg.subarray(start, frame), 0xff, 0xd9];
    const bare = Uint8Array.from([0xff, 0xd8, ...jpeg.subarray(frame)]);
    const page = { width: 16, height: 16, samples: 3, values: [], photometric: 6 };
    for (const spec of [
      { ...page, jpeg: [jpeg] },
      { ...page, jpeg: [bare], jpegTables },
    ]) {
      const { data, shape } = await read([spec]);
      expect(shape).toEqual([3, 1, 16, 16]);
      for (const c of [0, 1, 2])
        expect(Math.abs((data[256 * c] as number) - ([200, 100, 50][c] as number))).toBeLessThan(4);
    }
  });
});

describe('writeLabelTiff', () => {
  it('writes pages that are read back, here and by the package tiff', async () => {
    const shape = fc.tuple(...[4, 12, 9].map((max) => fc.integer({ min: 1, max })));
    await fc.assert(
      fc.asyncProperty(shape, fc.infiniteStream(fc.nat(255)), async ([depth = 1, height = 1, width = 1], stream) => {
        const data = Uint8Array.from({ length: depth * height * width }, () => stream.next().value);
        const labels: LabelVolume = { data, shape: [depth, height, width], geometry: PIXEL_GEOMETRY };
        const bytes = writeLabelTiff(labels);
        expect(await readTiffLabels(bytes, 'm.tif')).toEqual(labels);
        const pages = reference.decode(bytes);
        expect(pages.flatMap((page) => [...page.data])).toEqual([...data]);
      }),
    );
  });
});

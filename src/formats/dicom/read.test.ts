import { describe, expect, it } from 'vitest';
import { buildDataSet } from './build.ts';
import { readDicom } from './read.ts';
import { TAG } from './tags.ts';
import { type ImageOptions, makeImage, words } from './testing/make-dicom.ts';

const read = (options: ImageOptions) => readDicom(makeImage(options), 'a.dcm');
const values = async (options: ImageOptions) => [...(await read({ rows: 1, columns: 2, ...options })).data];
const reading = async (bytes: Uint8Array) =>
  readDicom(bytes, 'a.dcm').then(
    ({ shape }) => `read as ${shape.join(' x ')}`,
    (error: Error) => error.message,
  );
const bytesOf = (...content: number[]) => Uint8Array.from(content);

describe('stored values', () => {
  it('become what slope and intercept make of them', async () => {
    const more = [[TAG.RescaleSlope, 0.5] as const, [TAG.RescaleIntercept, -1024] as const];
    expect(await values({ pixels: [-2, 100], more })).toEqual([-1025, -974]);
  });

  it.each<[string, number[], [number, number, number], number[]]>([
    ['signed', [-1, 0x7fff], [16, 15, 1], [-1, 32767]],
    ['unsigned', [-1, 0x7fff], [16, 15, 0], [65535, 32767]],
    ['12 bits signed, an overlay above', [0xf7ff, 0x0800], [12, 11, 1], [2047, -2048]],
    ['12 bits unsigned, an overlay above', [0xf7ff, 0x1800], [12, 11, 0], [2047, 2048]],
    ['12 bits at the top of the cell', [0x7ff0, 0x8000], [12, 15, 1], [2047, -2048]],
  ])('of %s', async (_, pixels, [stored, high, representation], expected) => {
    const more = [
      [TAG.BitsStored, stored] as const,
      [TAG.HighBit, high] as const,
      [TAG.PixelRepresentation, representation] as const,
    ];
    expect(await values({ pixels, more })).toEqual(expected);
  });

  it('of MONOCHROME1 are turned so that more is brighter, then rescaled', async () => {
    const more = [
      [TAG.PhotometricInterpretation, 'MONOCHROME1'] as const,
      [TAG.BitsStored, 12] as const,
      [TAG.HighBit, 11] as const,
      [TAG.PixelRepresentation, 0] as const,
      [TAG.RescaleSlope, 2] as const,
    ];
    expect(await values({ pixels: [0, 4000], more })).toEqual([8190, 190]);
  });
});

const eightBits = [
  [TAG.BitsAllocated, 8],
  [TAG.BitsStored, 8],
  [TAG.HighBit, 7],
  [TAG.PixelRepresentation, 0],
] as const;
const colour = (photometric: string, planar: number, data: Uint8Array) => ({
  rows: 1,
  columns: 2,
  more: [
    ...eightBits,
    [TAG.SamplesPerPixel, 3] as const,
    [TAG.PhotometricInterpretation, photometric] as const,
    [TAG.PlanarConfiguration, planar] as const,
    [TAG.PixelData, data] as const,
  ],
});

describe('colours', () => {
  it.each([
    ['RGB', 0, bytesOf(1, 2, 3, 4, 5, 6), [1, 4, 2, 5, 3, 6]],
    ['RGB', 1, bytesOf(1, 2, 3, 4, 5, 6), [1, 2, 3, 4, 5, 6]],
    // Grey, and pure red as PS3.3 C.7.6.3.1.2 has it.
    ['YBR_FULL', 0, bytesOf(50, 128, 128, 76, 85, 255), [50, 254, 50, 0, 50, 0]],
    ['YBR_FULL_422', 0, bytesOf(50, 76, 128, 128), [50, 76, 50, 76, 50, 76]],
  ])('of %s, planar configuration %i, are RGB by channel', async (photometric, planar, data, expected) => {
    const volume = await read(colour(photometric, planar, data));
    expect(volume.shape).toEqual([3, 1, 1, 2]);
    expect([...volume.data]).toEqual(expected);
  });

  it('are looked up in a palette, indices beyond it taken to its ends', async () => {
    const palette = (...entries: number[]) => words(entries);
    const more = [
      ...eightBits,
      [TAG.PhotometricInterpretation, 'PALETTE COLOR'] as const,
      [TAG.RedPaletteDescriptor, [2, 10, 16]] as const,
      [TAG.GreenPaletteDescriptor, [2, 10, 16]] as const,
      [TAG.BluePaletteDescriptor, [2, 10, 16]] as const,
      [TAG.RedPaletteData, palette(100, 200)] as const,
      [TAG.GreenPaletteData, palette(101, 201)] as const,
      [TAG.BluePaletteData, palette(102, 202)] as const,
      [TAG.PixelData, bytesOf(11, 3)] as const,
    ];
    expect(await values({ more })).toEqual([200, 100, 201, 101, 202, 102]);
  });
});

describe('a file that is not as it should be', () => {
  const whole = makeImage({ rows: 2, columns: 2 });
  const metaEnd = 132 + 12 + new DataView(whole.buffer).getUint32(140, true);
  const headless = whole.subarray(metaEnd);

  it.each<[string, Uint8Array, string]>([
    ['without preamble', whole.subarray(132), 'read as 1 x 1 x 2 x 2'],
    ['without preamble and meta information', headless, 'read as 1 x 1 x 2 x 2'],
    ['with a stray byte in front', bytesOf(0x20, ...headless), 'read as 1 x 1 x 2 x 2'],
    ['with something behind its pixels', bytesOf(...whole, 1, 2, 3, 4), 'read as 1 x 1 x 2 x 2'],
    [
      'cut off in its pixels',
      whole.subarray(0, whole.length - 3),
      'the file ends early: its pixel data hold 5 of 8 bytes',
    ],
    ['cut off in its header', whole.subarray(0, whole.length - 33), 'the file ends early, before its pixel data'],
    ['cut off early', whole.subarray(0, metaEnd + 20), 'the file ends early, before its image'],
    ['of something else', new TextEncoder().encode('no DICOM at all'), 'this is not a DICOM file, or it is damaged'],
    [
      'with an impossible size',
      makeImage({ more: [[TAG.Rows, 0]] }),
      'its header claims an impossible image of 4 x 0 x 1',
    ],
    ['with too few pixels', makeImage({ more: [[TAG.Rows, 60000]] }), 'its pixel data hold 24 of 480000 bytes'],
    [
      'with countless frames',
      makeImage({ more: [[TAG.NumberOfFrames, 2 ** 31]] }),
      'its pixel data hold 24 of 51539607552',
    ],
    ['without pixels', makeImage({ more: [[TAG.PixelData, undefined]] }), 'it holds no pixel data'],
    ['with odd samples', makeImage({ more: [[TAG.SamplesPerPixel, 4]] }), 'pixels of 4 samples are not read'],
    ['with a report', report('1.2.840.10008.5.1.4.1.1.88.11'), 'this DICOM file is a report, not an image'],
    ['with contours', report('1.2.840.10008.5.1.4.1.1.481.3'), 'this DICOM file is a set of radiotherapy contours'],
    [
      'with a segmentation',
      makeImage({ more: [[TAG.SOPClassUID, '1.2.840.10008.5.1.4.1.1.66.4']] }),
      'this is a segmentation',
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await reading(bytes)).toContain(expected);
  });

  it('with deflated zeros beyond its size is read without inflating them', async () => {
    const { deflateSync } = await import('fflate');
    const bomb = new Uint8Array(60_000_000);
    bomb.set(headless);
    const small = deflateSync(bomb, { level: 9 });
    const file = bytesOf(...whole.subarray(0, metaEnd), ...small);
    const text = new TextEncoder().encode('1.2.840.10008.1.2.1\0');
    const at = file.findIndex((_, i) => text.every((letter, k) => file[i + k] === letter));
    const deflated = bytesOf(
      ...file.subarray(0, at - 2),
      22,
      0,
      ...new TextEncoder().encode('1.2.840.10008.1.2.1.99'),
      ...file.subarray(at + 20),
    );
    const before = process.memoryUsage().arrayBuffers;
    expect(await reading(deflated)).toBe('read as 1 x 1 x 2 x 2');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  it('keeps a sequence of texts in the character set of the file', async () => {
    const { openSegmentation } = await import('./seg/frames.ts');
    const seg = makeImage({
      more: [
        [TAG.SOPClassUID, '1.2.840.10008.5.1.4.1.1.66.4'],
        [TAG.SpecificCharacterSet, 'ISO_IR 100'],
        [
          TAG.SegmentSequence,
          [
            buildDataSet([
              [TAG.SegmentNumber, 1],
              [TAG.SegmentLabel, bytesOf(0x4e, 0xe4, 0x72, 0x20)],
            ]),
          ],
        ],
      ],
    });
    expect(openSegmentation(seg, 'a.dcm').segments).toEqual([{ number: 1, label: 'När' }]);
  });
});

/** A file without rows and columns. */
function report(sopClass: string): Uint8Array {
  const gone = [TAG.Rows, TAG.Columns, TAG.PixelData].map((tag) => [tag, undefined] as const);
  return makeImage({ more: [[TAG.SOPClassUID, sopClass], ...gone] });
}

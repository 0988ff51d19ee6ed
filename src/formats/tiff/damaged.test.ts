import { describe, expect, it } from 'vitest';
import type { PatchclError } from '../../core/errors.ts';
import { makeTiff, type TiffSpec } from '../testing/make-tiff.ts';
import { readTiff } from './tiff.ts';

const GREY: TiffSpec = { width: 3, height: 2, values: [0, 1, 2, 253, 254, 255] };
const RGB: TiffSpec = { width: 2, height: 1, samples: 3, values: [1, 2, 3, 4, 5, 6] };
const problem = (bytes: Uint8Array) =>
  readTiff(bytes, 'a.tif').then(
    () => 'no error',
    (error: PatchclError) => `${error.name} ${error.code}: ${error.message}`,
  );

describe('damaged and foreign files', () => {
  it('refuses every cut', async () => {
    for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const) {
      const bytes = makeTiff([{ ...GREY, compression }, RGB].slice(0, 1));
      for (let length = 0; length < bytes.length; length++) {
        expect(await problem(bytes.subarray(0, length))).toMatch(
          /^PatchclError bad-file: a\.tif: .*Copy the file again/,
        );
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
    ['a cut BigTIFF', Uint8Array.of(0x49, 0x49, 43, 0, 8, 0, 0, 0), /bad-file: a\.tif: .*cut off within a directory/],
    ['a size beyond the file', edited(GREY, 256, 1e9), /bad-file.*ends early: 1000000000 x 2 pixels are claimed/],
    ['a size beyond its deflate data', edited({ ...GREY, compression: 'deflate' }, 257, 1e6), /bad-file.*ends early/],
    ['too few strips', edited({ ...GREY, rowsPerStrip: 1 }, 257, 6), /bad-file.*ends early/],
    ['pages in a circle', circle, /bad-file.*go round in circles/],
    ['directories within one another', overlapping, /bad-file.*the directories of the TIFF overlap/],
    ['JPEG that is none', edited(GREY, 259, 7), /bad-file.*pixels of the TIFF are damaged/],
    ['JPEG of the old kind', edited(GREY, 259, 6), /unsupported.*TIFF compression 6 is not read/],
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
  ])('explains %s', async (_, bytes, expected) => expect(await problem(bytes)).toMatch(expected));
});

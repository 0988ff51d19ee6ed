import { describe, expect, it } from 'vitest';
import type { PatchclError } from '../../core/errors.ts';
import { colourJpeg, greyJpeg } from '../testing/make-jpeg.ts';
import { readJpeg, readJpegLabels } from './jpeg.ts';

/** A smooth colour picture, which a JPEG of full quality keeps to a few grey levels. */
function picture(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return 40 + 2 * x + y * (c + 1);
  });
}

const colour = await colourJpeg(picture(40, 21), [21, 40]);
const problem = (bytes: Uint8Array) =>
  readJpeg(bytes, 'a.jpg').then(
    () => 'no error',
    (error: PatchclError) => `${error.name} ${error.code}: ${error.message}`,
  );
/** With a byte of the frame header replaced: 2 bits, 3 and 4 height, 5 and 6 width, 7 components, -1 kind. */
const withFrame = (bytes: Uint8Array, at: number, ...values: number[]) => {
  const edited = bytes.slice();
  const frame = edited.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc2].includes(edited[i + 1] as number));
  edited.set(values, frame + 2 + at);
  return edited;
};

describe('readJpeg', () => {
  it.each([false, true])('reads colour as three channels, progressive: %s', async (progressive) => {
    const bytes = await colourJpeg(picture(40, 21), [21, 40], { progressive });
    const { data, shape, geometry } = await readJpeg(bytes, 'a.jpg');
    expect([shape, geometry.unit]).toEqual([[3, 1, 21, 40], 'px']);
    const original = picture(40, 21);
    const off = data.map((value, i) => Math.abs(value - (original[(i % 840) * 3 + Math.floor(i / 840)] as number)));
    expect(Math.max(...off)).toBeLessThan(8);
  });

  it('passes over stray bytes and markers without a segment', async () => {
    const whole = await readJpeg(colour, 'a.jpg');
    const odd = Uint8Array.from([...colour.subarray(0, 2), 0xff, 0x01, 0x00, 0x17, 0xff, 0xff, ...colour.subarray(2)]);
    const tail = Uint8Array.from([...colour, 0, 0, 1, 2, 3]);
    // Behind the pixels, in front of the end mark.
    const late = Uint8Array.from([...colour.subarray(0, -2), 1, 2, 3, 0xff, 0xd9]);
    expect((await readJpeg(late, 'a.jpg')).shape).toEqual(whole.shape);
    for (const bytes of [odd, tail]) expect((await readJpeg(bytes, 'a.jpg')).data).toEqual(whole.data);
  });

  it.each([0, 2])('reads grey as one channel, restart interval %i', async (restart) => {
    const blocks = [10, 128, 255, 0, 60, 77];
    const { data, shape } = await readJpeg(greyJpeg(3, blocks, restart), 'a.jpg');
    expect(shape).toEqual([1, 1, 16, 24]);
    expect([...data]).toEqual(
      Array.from({ length: 384 }, (_, i) => blocks[Math.floor((i % 24) / 8) + 3 * Math.floor(i / 192)]),
    );
  });

  it('refuses every cut', async () => {
    for (let length = 0; length < colour.length; length += 7) {
      expect(await problem(colour.subarray(0, length))).toMatch(
        /^PatchclError bad-file: a\.jpg: .*Copy the file again/,
      );
    }
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another file', new TextEncoder().encode('hello'), /bad-file: a\.jpg: this is not a JPEG file/],
    ['a lossless JPEG', withFrame(colour, -1, 0xc3), /unsupported: a\.jpg: lossless and arithmetic JPEG are not read/],
    ['12 bits', withFrame(colour, 2, 12), /unsupported.*a JPEG of 12 bits/],
    ['CMYK', withFrame(colour, 7, 4), /unsupported.*with 4 colour components/],
    ['no height', withFrame(colour, 3, 0, 0), /bad-file.*claims 40 x 0 pixels/],
    [
      'more pixels than it can hold',
      withFrame(colour, 3, 255, 255, 255, 255),
      /bad-file.*claims 65535 x 65535 pixels, more than/,
    ],
    ['too many scans', repeatedScans(greyJpeg(1, [9]), 101), /bad-file.*goes over its picture 101 times/],
  ])('explains %s', async (_, bytes, expected) => expect(await problem(bytes)).toMatch(expected));

  it('is no format for masks', () => {
    expect(() => readJpegLabels(colour, 'm.jpg')).toThrow('m.jpg: a mask cannot be a JPEG, whose compression changes');
  });
});

/** The scan of a file written several times. */
function repeatedScans(bytes: Uint8Array, count: number): Uint8Array {
  const start = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
  const scan = bytes.subarray(start, bytes.length - 2);
  return Uint8Array.from([
    ...bytes.subarray(0, start),
    ...Array.from({ length: count }, () => [...scan]).flat(),
    0xff,
    0xd9,
  ]);
}

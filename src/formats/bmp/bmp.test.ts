import { describe, expect, it } from 'vitest';
import { pythonWith } from '../../testing/python.ts';
import { makeBmp } from '../testing/make-pictures.ts';
import { readBmp, readBmpLabels } from './bmp.ts';

const SIZE = { width: 5, height: 3 };
const counting = Uint8Array.from({ length: 15 }, (_, i) => i);

describe('readBmp', () => {
  it.each([false, true])('reads colours, from the top: %s', (isFromTop) => {
    const values = Uint8Array.from({ length: 45 }, (_, i) => 5 * i);
    const { data, shape, geometry } = readBmp(makeBmp({ ...SIZE, bits: 24, values, isFromTop }), 'a.bmp');
    expect([shape, geometry.unit]).toEqual([[3, 1, 3, 5], 'px']);
    expect([...data]).toEqual([0, 1, 2].flatMap((c) => [...counting].map((i) => 5 * (3 * i + c))));
  });

  it.each([
    { bits: 8, values: counting, expected: [...counting] },
    { bits: 8, values: counting, runLength: true, expected: [...counting] },
    { bits: 4, values: counting, expected: [...counting].map((value) => 17 * value) },
    { bits: 1, values: counting.map((i) => i & 1), expected: [...counting].map((i) => 255 * (i & 1)) },
  ] as const)('reads $bits bits of grey as one channel', ({ expected, ...spec }) => {
    const { data, shape } = readBmp(makeBmp({ ...SIZE, ...spec }), 'a.bmp');
    expect(shape).toEqual([1, 1, 3, 5]);
    expect([...data]).toEqual(expected);
  });

  it('takes the grey values of a grey palette as classes, else the index', () => {
    const values = counting.map((i) => i & 1);
    const white = readBmpLabels(makeBmp({ ...SIZE, bits: 1, values, palette: [255, 255, 255, 0, 0, 0] }), 'm.bmp');
    expect([...white.data]).toEqual([...values].map((value) => (value === 0 ? 255 : 0)));
    const red = readBmpLabels(makeBmp({ ...SIZE, bits: 1, values, palette: [0, 0, 0, 255, 0, 0] }), 'm.bmp');
    expect([[...red.data], red.palette]).toEqual([[...values], { 0: '#000000', 1: '#ff0000' }]);
  });

  it('refuses every cut', () => {
    const bytes = makeBmp({ ...SIZE, bits: 8, values: counting, runLength: true });
    for (let length = 0; length < bytes.length; length += 11) {
      expect(() => readBmp(bytes.subarray(0, length), 'a.bmp')).toThrow(/^a\.bmp: .*Copy the file again/);
    }
  });
});

const python = pythonWith('PIL');

describe.skipIf(python === undefined)('Pillow', () => {
  it('reads the same', () => {
    const files = [
      makeBmp({ ...SIZE, bits: 24, values: Uint8Array.from({ length: 45 }, (_, i) => 5 * i) }),
      makeBmp({ ...SIZE, bits: 8, values: counting }),
      makeBmp({ ...SIZE, bits: 8, values: counting, runLength: true }),
      makeBmp({ ...SIZE, bits: 4, values: counting, isFromTop: true }),
    ];
    const read = python?.(
      `
import base64, io, json, sys
from PIL import Image
print(json.dumps([list(Image.open(io.BytesIO(base64.b64decode(f))).convert("RGB").tobytes()) for f in json.load(sys.stdin)]))`,
      [],
      JSON.stringify(files.map((file) => Buffer.from(file).toString('base64'))),
    ) as number[][];
    for (const [k, file] of files.entries()) {
      const { data, shape } = readBmp(file, 'a.bmp');
      const ours = Array.from(
        { length: 45 },
        (_, i) => data[shape[0] === 1 ? Math.floor(i / 3) : (i % 3) * 15 + Math.floor(i / 3)],
      );
      expect(ours).toEqual(read[k]);
    }
  });
});

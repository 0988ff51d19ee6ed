import { describe, expect, it } from 'vitest';
import { pythonWith } from '../../testing/python.ts';
import { makeGif } from '../testing/make-pictures.ts';
import { readGif, readGifLabels } from './gif.ts';

const SIZE = { width: 21, height: 13 };
const values = Uint8Array.from({ length: 273 }, (_, i) => (7 * i) % 251);

describe('readGif', () => {
  it.each([false, true])('reads grey as one channel, interlaced: %s', (isInterlaced) => {
    const { data, shape, notes } = readGif(makeGif({ ...SIZE, values, isInterlaced }), 'a.gif');
    expect([shape, notes]).toEqual([[1, 1, 13, 21], undefined]);
    expect([...data]).toEqual([...values]);
  });

  it('reads colours, and tells of further pictures', () => {
    const palette = Array.from({ length: 768 }, (_, i) => (i % 3 === 0 ? Math.floor(i / 3) : i % 3));
    const { data, shape, notes } = readGif(makeGif({ ...SIZE, values, palette, count: 3 }), 'a.gif');
    expect([shape, [...data.slice(0, 3)], data[273], data[546]]).toEqual([[3, 1, 13, 21], [0, 7, 14], 1, 2]);
    expect(notes).toEqual(['it holds 3 pictures, of which the first is read']);
    expect(readGifLabels(makeGif({ ...SIZE, values, palette }), 'm.gif').palette?.[7]).toBe('#070102');
  });

  it('refuses every cut', () => {
    const bytes = makeGif({ ...SIZE, values });
    for (let length = 0; length < bytes.length; length += 37) {
      expect(() => readGif(bytes.subarray(0, length), 'a.gif')).toThrow(/^a\.gif: .*Copy the file again/);
    }
  });
});

const python = pythonWith('PIL');

describe.skipIf(python === undefined)('Pillow', () => {
  it('writes with growing codes what is read here as it reads it', () => {
    const made = python?.(
      `
import base64, io, json
import numpy as np
from PIL import Image
out = []
for interlace in (0, 1):
    rng = np.random.default_rng(3)
    picture = Image.fromarray(rng.integers(0, 40, (90, 120)).astype(np.uint8) * 5)
    file = io.BytesIO(); picture.save(file, "GIF", interlace=interlace)
    out.append([base64.b64encode(file.getvalue()).decode(), list(Image.open(io.BytesIO(file.getvalue())).convert("L").tobytes())])
print(json.dumps(out))`,
      [],
    ) as [string, number[]][];
    for (const [file, expected] of made) {
      const { data, shape } = readGif(new Uint8Array(Buffer.from(file, 'base64')), 'a.gif');
      expect(shape).toEqual([1, 1, 90, 120]);
      expect([...data]).toEqual(expected);
    }
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDicom } from './read.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** How far values may be off: decoders of lossy codings differ by rounding. */
  readonly tolerance: number;
}

/** Files coded by DCMTK, GDCM and OpenJPH; see golden/make.py. */
const cases: readonly Case[] = JSON.parse(readFileSync(new URL('golden/codecs.json', import.meta.url), 'utf8'));

describe('pixels in every coding', () => {
  it.each(cases)('$name', async ({ file, shape, values, tolerance }) => {
    const volume = await readDicom(new Uint8Array(Buffer.from(file, 'base64')), 'coded.dcm');
    expect(volume.shape).toEqual(shape);
    const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - (volume.data[i] as number))), 0);
    expect(worst).toBeLessThanOrEqual(tolerance);
  });

  it.each(cases)(
    '$name, cut off or damaged, is one sentence or a picture of the right size',
    async ({ file, shape }) => {
      const bytes = new Uint8Array(Buffer.from(file, 'base64'));
      const damages = [0.3, 0.6, 0.9, 0.99].map((part) => bytes.subarray(0, Math.floor(bytes.length * part)));
      for (let i = 1; i < 8; i++) {
        const flipped = bytes.slice();
        const at = Math.floor((bytes.length * i) / 8);
        flipped[at] = (flipped[at] as number) ^ 0x55;
        damages.push(flipped);
      }
      for (const damaged of damages) {
        const outcome = await readDicom(damaged, 'coded.dcm').then(
          (volume) => volume.data.length,
          (error: Error) => error.message,
        );
        if (typeof outcome === 'string') expect(outcome).toMatch(/^coded\.dcm: .*\.$/);
        else expect(outcome % (shape[0] as number)).toBe(0);
      }
    },
  );
});

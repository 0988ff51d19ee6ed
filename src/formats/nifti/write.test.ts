import fc from 'fast-check';
import { gzipSync } from 'fflate';
import * as reference from 'nifti-reader-js';
import { describe, expect, it } from 'vitest';
import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { niftiHead, readNiftiLabels, writeNifti } from './nifti.ts';
import { file, PLAIN, read } from './testing/nifti-file.ts';

const number = fc.float({ noNaN: true, noDefaultInfinity: true });
/** Millimetres that a reader believes. */
const place = fc.float({ noNaN: true, min: -1e8, max: 1e8 });
const unitQuaternion = fc
  .tuple(...Array.from({ length: 4 }, () => fc.double({ min: -1, max: 1, noNaN: true })))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => q.map((value) => value / Math.hypot(...q)) as [number, number, number, number]);

/** A random volume on a rotated, mirrored and shifted grid. */
const anyVolume = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
    ),
    spacing: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 400 }).map((n) => n / 64))),
    q: unitQuaternion,
    mirror: fc.boolean(),
    offset: fc.array(place, { minLength: 3, maxLength: 3 }),
    values: fc.infiniteStream(number),
  })
  .map(({ shape, spacing, q: [a, b, c, d], mirror, offset, values }): Volume => {
    const [depthStep, heightStep, widthStep] = spacing as [number, number, number];
    const steps = [widthStep, heightStep, mirror ? -depthStep : depthStep];
    const rotation = [
      [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
      [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
      [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ];
    const rows = rotation.flatMap((row, r) => [
      ...row.map((value, i) => value * (steps[i] as number)),
      offset[r] as number,
    ]);
    return {
      data: Float32Array.from({ length: shape.reduce((x, y) => x * y) }, () => values.next().value),
      shape,
      geometry: {
        spacing: spacing as [number, number, number],
        unit: 'mm',
        affine: [...rows.map(Math.fround), 0, 0, 0, 1],
      },
    };
  });

describe('writeNifti', () => {
  it('gives back what was written, gzipped or not', async () => {
    await fc.assert(
      fc.asyncProperty(anyVolume, fc.boolean(), async (volume, gzip) => {
        expect(await read(writeNifti(volume, { gzip }), 'all')).toEqual(volume);
      }),
    );
  });

  it('states the same orientation as qform and as sform', async () => {
    await fc.assert(
      fc.asyncProperty(anyVolume, async (volume) => {
        const bytes = writeNifti(volume, { gzip: false });
        new DataView(bytes.buffer).setInt16(254, 0, true);
        const { affine } = (await read(bytes)).geometry;
        // Near half turns, float32 quaternions hold an angle to about the square root of their precision.
        const tolerance = 1e-3 * Math.max(...volume.geometry.spacing);
        (volume.geometry.affine as number[]).forEach((value, i) => {
          expect(Math.abs((affine?.[i] as number) - value)).toBeLessThan(tolerance);
        });
      }),
    );
  });

  it('is read alike by nifti-reader-js', () => {
    fc.assert(
      fc.property(anyVolume, (volume) => {
        const bytes = writeNifti(volume, { gzip: false });
        const header = reference.readHeader(bytes.buffer as ArrayBuffer) as reference.NIFTI1;
        expect(header.affine.flat()).toEqual(volume.geometry.affine);
        expect(header.dims.slice(1, 4)).toEqual(volume.shape.slice(1).reverse());
        expect(new Float32Array(reference.readImage(header, bytes.buffer as ArrayBuffer))).toEqual(volume.data);
      }),
    );
  });

  it('leaves the qform out for a sheared grid', async () => {
    const affine = [1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const labels: LabelVolume = {
      data: Uint8Array.of(1),
      shape: [1, 1, 1],
      geometry: { spacing: [1, 1, 1], unit: 'mm', affine },
    };
    const bytes = writeNifti(labels, { gzip: false });
    expect(new DataView(bytes.buffer).getInt16(252, true)).toBe(0);
    expect((await read(bytes)).geometry.affine).toEqual(affine);
  });

  it('writes a segmentation as uint8 with the orientation of its scan, bit for bit', async () => {
    const orientation = {
      ...PLAIN,
      unit: 3,
      qformCode: 3,
      sformCode: 4,
      qform: [0.1, 0.2, 0.3, 4, 5, 6].map(Math.fround),
    };
    for (const version of [1, 2] as const) {
      const scan = gzipSync(file(Uint8Array.of(7, 8), { version, orientation }));
      const { geometry } = await read(scan);
      const written = writeNifti({ data: Uint8Array.of(0, 1), shape: [1, 1, 2], geometry }, { like: scan });
      const size = version === 1 ? 352 : 544;
      expect(niftiHead(written, 'a').subarray(0, size)).toEqual(niftiHead(scan, 'b').subarray(0, size));
      expect(await readNiftiLabels(written, 'a')).toEqual({ data: Uint8Array.of(0, 1), shape: [1, 1, 2], geometry });
    }
  });

  it('takes no text from the header of its scan, which may name a person', () => {
    const scan = writeNifti(
      { data: new Float32Array(8), shape: [1, 2, 2, 2], geometry: PIXEL_GEOMETRY },
      { gzip: false },
    );
    const texts = { descrip: [148, 80], aux_file: [228, 24], intent_name: [328, 16], db_name: [14, 18] } as const;
    for (const [at, length] of Object.values(texts))
      scan.set(new TextEncoder().encode('Doe^Jane'.slice(0, length)), at);
    const labels = { data: new Uint8Array(8), shape: [2, 2, 2], geometry: PIXEL_GEOMETRY } as const;
    const written = writeNifti(labels, { like: scan, gzip: false });
    expect(new TextDecoder('latin1').decode(written)).not.toContain('Doe');
  });

  it('refuses the geometry of a scan of another size', () => {
    const labels: LabelVolume = {
      data: Uint8Array.of(1),
      shape: [1, 1, 1],
      geometry: { spacing: [1, 1, 1], unit: 'mm' },
    };
    expect(() => writeNifti(labels, { like: file(Uint8Array.of(0, 1)) })).toThrow(
      'a volume of 1 x 1 x 1 voxels cannot take the geometry of a scan of 2 x 1 x 1.',
    );
  });
});

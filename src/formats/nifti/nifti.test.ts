import { readFileSync } from 'node:fs';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { PatchclError } from '../../core/errors.ts';
import { sharedData } from '../testing/shared-data.ts';
import { geometryOf } from './geometry.ts';
import type { NiftiOrientation } from './header.ts';
import { readNifti, readNiftiLabels, writeNifti } from './nifti.ts';
import { file, PLAIN, read } from './testing/nifti-file.ts';

const problem = (bytes: Uint8Array) =>
  read(bytes).then(
    () => 'no error',
    (error: PatchclError) => `${error.name} ${error.code}: ${error.message}`,
  );

describe('readNifti', () => {
  it.each<[string, number, ArrayBufferView, number[]]>([
    ['uint8', 2, Uint8Array.of(0, 255), [0, 255]],
    ['int16', 4, Int16Array.of(-2, 300), [-2, 300]],
    ['int32', 8, Int32Array.of(-70000, 7), [-70000, 7]],
    ['float32', 16, Float32Array.of(-0.5, 1e10), [-0.5, 1e10]],
    ['float64', 64, Float64Array.of(-0.5, 0.25), [-0.5, 0.25]],
    ['int8', 256, Int8Array.of(-3, 3), [-3, 3]],
    ['uint16', 512, Uint16Array.of(1, 65535), [1, 65535]],
    ['uint32', 768, Uint32Array.of(1, 4294967040), [1, 4294967040]],
    ['int64', 1024, BigInt64Array.of(-5n, 5n), [-5, 5]],
    ['uint64', 1280, BigUint64Array.of(0n, 5n), [0, 5]],
  ])('reads %s', async (_, datatype, voxels, expected) => {
    expect([...(await read(file(voxels, { datatype }))).data]).toEqual(expected);
  });

  it('reads RGB as three channels and drops alpha', async () => {
    const rgb = await read(file(Uint8Array.of(1, 2, 3, 4, 5, 6), { datatype: 128 }));
    expect([rgb.shape, [...rgb.data]]).toEqual([
      [3, 1, 1, 2],
      [1, 4, 2, 5, 3, 6],
    ]);
    const rgba = await read(file(Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 0), { datatype: 2304 }));
    expect(rgba).toEqual(rgb);
  });

  it.each<[readonly [number, number], number[]]>([
    [
      [2, -1],
      [-1, 5],
    ],
    [
      [0, 7],
      [0, 3],
    ],
    [
      [Number.NaN, 7],
      [0, 3],
    ],
  ])('scales by slope and intercept %j', async (scaling, expected) => {
    expect([...(await read(file(Uint8Array.of(0, 3), { scaling }))).data]).toEqual(expected);
  });

  it('keeps i as the fastest axis', async () => {
    const volume = await read(file(Uint8Array.of(0, 1, 2, 3, 4, 5), { dims: [3, 2, 1] }));
    expect([volume.shape, [...volume.data]]).toEqual([
      [1, 1, 2, 3],
      [0, 1, 2, 3, 4, 5],
    ]);
    expect(volume.geometry.spacing).toEqual([3, 2, 0.5]);
  });

  it('says how many frames a file has of which it took the first', async () => {
    const geometry = { spacing: [1, 1, 1], unit: 'mm' } as const;
    const file = writeNifti({ data: new Float32Array(6), shape: [3, 1, 1, 2], geometry });
    expect((await readNifti(file, 'scan.nii')).frames).toBe(3);
    for (const frame of [0, 'all'] as const)
      expect((await readNifti(file, 'scan.nii', { frame })).frames).toBeUndefined();
    expect(
      (await readNifti(writeNifti({ data: new Float32Array(2), shape: [1, 1, 1, 2], geometry }), 'scan.nii')).frames,
    ).toBeUndefined();
  });

  it('reads one frame of a 4-D file, or all as channels', async () => {
    for (const pack of [(bytes: Uint8Array) => bytes, gzipSync]) {
      const bytes = pack(file(Uint8Array.of(1, 2, 3, 4, 5, 6), { dims: [2, 1, 1, 3] }));
      expect([...(await read(bytes)).data]).toEqual([1, 2]);
      expect([...(await read(bytes, 1)).data]).toEqual([3, 4]);
      expect([...(await read(bytes, 2)).data]).toEqual([5, 6]);
      expect(await read(bytes, 'all')).toMatchObject({ shape: [3, 1, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
      await expect(read(bytes, 3)).rejects.toThrow('scan.nii: there is no frame 3. Choose one from 0 to 2.');
    }
  });

  it('reads big-endian files', async () => {
    const bytes = new Uint8Array(352 + 4);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, 348);
    [3, 2, 1, 1].forEach((extent, i) => {
      view.setInt16(40 + 2 * i, extent);
    });
    view.setInt16(70, 4);
    [1, 4, 5, 6].forEach((step, i) => {
      view.setFloat32(76 + 4 * i, step);
    });
    view.setFloat32(108, 352);
    bytes.set([0x6e, 0x2b, 0x31], 344);
    view.setInt16(352, -2);
    view.setInt16(354, 515);
    const volume = await read(bytes);
    expect([...volume.data]).toEqual([-2, 515]);
    expect(volume.geometry.spacing).toEqual([6, 5, 4]);
  });

  it('reads bytes in the middle of a buffer', async () => {
    const bytes = Buffer.concat([Buffer.alloc(3), file(Float32Array.of(1, 2), { datatype: 16 })]).subarray(3);
    expect([...(await read(bytes)).data]).toEqual([1, 2]);
  });
});

describe('geometry', () => {
  const geometry = async (change: Partial<NiftiOrientation>) =>
    (await read(file(Uint8Array.of(0, 1), { orientation: { ...PLAIN, ...change } }))).geometry;
  const half = Math.SQRT1_2;

  it('takes the sform before the qform', async () => {
    const { affine } = await geometry({ qformCode: 1 });
    expect(affine).toEqual([...PLAIN.sform, 0, 0, 0, 1]);
  });

  it('takes the qform without an sform; qfac flips k', async () => {
    // A quarter turn about z: i points along +y, j along -x.
    const { affine } = await geometry({
      sformCode: 0,
      qformCode: 1,
      qform: [0, 0, half, 7, 8, 9],
      pixdim: [-1, 0.5, 2, 3],
    });
    const expected = [0, -2, 0, 7, 0.5, 0, 0, 8, 0, 0, -3, 9, 0, 0, 0, 1];
    expect(affine).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });

  it('has no affine when the file has none', async () => {
    expect(await geometry({ sformCode: 0 })).toEqual({ spacing: [3, 2, 0.5], unit: 'mm' });
  });

  it('is in pixels when the file says nothing about size', async () => {
    expect(await geometry({ sformCode: 0, unit: 0, pixdim: [1, 1, 1, 1] })).toEqual({ spacing: [1, 1, 1], unit: 'px' });
  });

  it('converts metres and micrometres to millimetres', async () => {
    const { spacing, affine } = await geometry({
      unit: 3,
      pixdim: [1, 500, 2000, 3000],
      sform: PLAIN.sform.map((value) => 1000 * value),
    });
    expect(spacing).toEqual([3, 2, 0.5]);
    expect(affine?.slice(0, 4)).toEqual([0.5, 0, 0, 10]);
    expect((await geometry({ sformCode: 0, unit: 1, pixdim: [1, 1, 1, 1] })).spacing).toEqual([1000, 1000, 1000]);
  });

  it.each<[string, number[], number[]]>([
    ['zeros count as 1', [1, 0, 2, 3], [3, 2, 1]],
    ['their sign does not count', [1, -1, 2, -3], [3, 2, 1]],
  ])('repairs the spacing of a qform: %s', async (_, pixdim, spacing) => {
    const found = await geometry({ sformCode: 0, qformCode: 1, pixdim });
    expect(found.spacing).toEqual(spacing);
    expect(found.affine).toEqual([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]);
  });

  const unknownPlace = ['its orientation matrix makes no sense, so how it lies is not known'];

  it('has no affine when metres are too many for millimetres', () => {
    const sform = PLAIN.sform.with(3, 1e306);
    const found = geometryOf({ ...PLAIN, unit: 1, sform });
    expect(found).toEqual({ geometry: { spacing: [3000, 2000, 500], unit: 'mm' }, notes: unknownPlace });
  });

  it.each<[string, Partial<NiftiOrientation>]>([
    ['a step of an sform', { sform: PLAIN.sform.with(0, 1e158) }],
    ['a place of an sform', { sform: PLAIN.sform.with(7, -1e240) }],
    ['a place of a qform', { sformCode: 0, qformCode: 1, qform: [0, 0, 0, 1e192, 0, 0] }],
    ['no number in an sform', { sform: PLAIN.sform.with(3, Number.NaN) }],
  ])('has no affine, and says so, with an absurd number: %s', (_, change) => {
    const found = geometryOf({ ...PLAIN, ...change });
    expect(found).toEqual({ geometry: { spacing: [3, 2, 0.5], unit: 'mm' }, notes: unknownPlace });
  });

  it.each([1e30, Number.POSITIVE_INFINITY, Number.NaN])('has no spacing, and says so, where pixdim is %d', (step) => {
    const found = geometryOf({ ...PLAIN, sformCode: 0, pixdim: [1, 0.5, step, 3] });
    expect(found.geometry).toEqual({ spacing: [1, 1, 1], unit: 'px' });
    expect(found.notes).toEqual([expect.stringContaining('so distances are in pixels')]);
  });

  it('has no affine when the directions of an sform lie in a plane', async () => {
    const flat = await geometry({ sform: [0.1, 0.3, 0, 10, 0.2, 0.6, 0, 20, 0, 0, 3, 30].map(Math.fround) });
    expect(flat).toEqual({ spacing: [3, 2, 0.5], unit: 'mm' });
    const tiny = await geometry({ sform: PLAIN.sform.map((value) => value * 1e-30) });
    expect(tiny.affine).toHaveLength(16);
  });

  it('takes a missing spacing from the affine', async () => {
    expect((await geometry({ pixdim: [1, 0, Number.NaN, -3] })).spacing).toEqual([3, 2, 0.5]);
  });
});

describe('damaged and foreign files', () => {
  const whole = file(
    new Float32Array(1000).map((_, i) => Math.sin(i)),
    { dims: [10, 10, 10], datatype: 16 },
  );

  it('refuses every cut of a plain and of a gzipped file', async () => {
    for (const bytes of [whole, gzipSync(whole)]) {
      for (let length = 0; length < bytes.length; length += 37) {
        expect(await problem(bytes.subarray(0, length))).toMatch(
          /^PatchclError bad-file: scan\.nii: .*\. Copy the file again/,
        );
      }
    }
  });

  it('notices a flipped bit in a gzipped file', async () => {
    const bytes = gzipSync(whole);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] as number) ^ 4;
    expect(await problem(bytes)).toContain('bad-file: scan.nii: the gzip compression is damaged');
  });

  it('refuses a header that claims more than the file can hold, without allocating it', async () => {
    const hostile = file(new Uint8Array(100), { dims: [32767, 32767, 32767], datatype: 64 });
    expect(await problem(hostile)).toContain('bad-file: scan.nii: the file ends early: its header claims');
    expect(await problem(gzipSync(hostile))).toContain('bad-file: scan.nii: the file ends early: its header claims');
  });

  it('keeps to the size in the header when the file expands to much more', async () => {
    const bomb = gzipSync(Uint8Array.from({ length: 1 << 22 }, (_, i) => whole[i] ?? 0));
    expect((await read(bomb)).data.length).toBe(1000);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another file', new TextEncoder().encode('hello'), /bad-file.*not a NIfTI file/],
    [
      'complex numbers',
      file(new Uint8Array(16), { datatype: 32 }),
      /unsupported.*data type 32 \(complex numbers\) is not read/,
    ],
    ['zero extents', file(new Uint8Array(2), { dims: [0, 1, 1] }), /bad-file.*extent of 0 along axis 1/],
    [
      'half of a pair',
      Uint8Array.from(file(new Uint8Array(2)), (b, i) => (i === 345 ? 0x69 : b)),
      /unsupported.*\.hdr and \.img/,
    ],
  ])('explains %s', async (_, bytes, expected) => {
    expect(await problem(bytes)).toMatch(expected);
  });
});

describe('readNiftiLabels', () => {
  it('takes floats that are integers', async () => {
    const labels = await readNiftiLabels(file(Float32Array.of(0, 2), { datatype: 16 }), 'mask.nii');
    expect(labels).toMatchObject({ data: Uint8Array.of(0, 2), shape: [1, 1, 2] });
  });

  it.each([[0.5], [-1], [256], [Number.NaN]])('refuses %d', async (value) => {
    const bytes = file(Float32Array.of(0, value), { datatype: 16 });
    await expect(readNiftiLabels(bytes, 'mask.nii')).rejects.toThrow(
      `mask.nii: a segmentation holds class indices 0 to 255, but this file has the value ${value}.`,
    );
  });
});

const { folder, isMissing } = sharedData('readers/nifti');

describe.skipIf(isMissing)('files of other software', () => {
  // Shape and sum over all frames as nibabel gives them.
  it.each<[string, number[], number, number]>([
    ['anatomical.nii', [1, 25, 41, 33], 284166082.0, 32.0],
    ['example4d.nii.gz', [2, 24, 96, 128], 101985356.0, 117.8551025390625],
    ['example_nifti2.nii.gz', [2, 12, 20, 32], 6926802.0, 117.8551025390625],
    ['functional.nii', [20, 3, 21, 17], 77913290.36292362, 32.0],
    ['someones_anatomy.nii.gz', [1, 56, 67, 57], 9834293.113646, -78.0],
  ])('%s', async (name, shape, sum, corner) => {
    const volume = await readNifti(readFileSync(new URL(name, folder)), name, { frame: 'all' });
    expect(volume.shape).toEqual(shape);
    expect(volume.data.reduce((total, value) => total + value, 0) / sum).toBeCloseTo(1, 7);
    expect(volume.geometry.affine?.[3]).toBeCloseTo(corner, 4);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zlibSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../imaging/volume.ts';
import { pythonWith } from '../../testing/python.ts';
import { readLabels } from '../read-image.ts';
import { makeMetaImage } from '../testing/make-volumes.ts';
import { OBLIQUE, OBLIQUE_MASK } from '../testing/oblique-mask.ts';
import { readMetaImage, readMetaImageLabels } from './metaimage.ts';
import { writeMetaImage } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchcl-meta-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SPACING = 'ElementSpacing = 0.5 2 3';
const close = (values: readonly number[] = []) => values.map((value) => expect.closeTo(value, 12));
const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);

describe('readMetaImage', () => {
  it.each<[string, string[], Uint8Array]>([
    ['raw', ['ElementType = MET_UCHAR'], counting(6)],
    ['zlib', ['ElementType = MET_UCHAR', 'CompressedData = True'], zlibSync(counting(6))],
    [
      'big-endian',
      ['ElementType = MET_SHORT', 'BinaryDataByteOrderMSB = True'],
      Uint8Array.of(0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5),
    ],
    ['floats', ['ElementType = MET_FLOAT'], new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)],
    ['text', ['ElementType = MET_INT', 'BinaryData = False'], new TextEncoder().encode('0 1 2 3 4 5')],
    ['voxels at the end', ['ElementType = MET_UCHAR', 'HeaderSize = -1'], Uint8Array.of(9, 9, 0, 1, 2, 3, 4, 5)],
  ])('reads %s', async (_, lines, voxels) => {
    const bytes = makeMetaImage(['NDims = 3', 'DimSize = 3 2 1', SPACING, ...lines], voxels);
    const volume = await readMetaImage(bytes, 'a.mha');
    expect(volume).toMatchObject({ shape: [1, 1, 2, 3], geometry: { spacing: [3, 2, 0.5], unit: 'mm' } });
    expect([...volume.data]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('gives interleaved channels one by one, and volumes as frames', async () => {
    const colours = makeMetaImage(
      ['NDims = 2', 'DimSize = 2 1', 'ElementNumberOfChannels = 3', 'ElementType = MET_UCHAR_ARRAY'],
      counting(6),
    );
    expect(await readMetaImage(colours, 'a.mha')).toMatchObject({
      shape: [3, 1, 1, 2],
      data: Float32Array.of(0, 3, 1, 4, 2, 5),
    });
    const series = makeMetaImage(
      ['NDims = 4', 'DimSize = 2 1 1 3', `${SPACING} 1`, 'ElementType = MET_UCHAR'],
      counting(6),
    );
    expect(await readMetaImage(series, 'a.mha')).toMatchObject({
      shape: [1, 1, 1, 2],
      frames: 3,
      data: Float32Array.of(0, 1),
    });
    expect([...(await readMetaImage(series, 'a.mha', { frame: 2 })).data]).toEqual([4, 5]);
  });

  it('reads voxels that lie beside their header, and guesses no spacing', async () => {
    const header = new TextEncoder().encode(
      'NDims = 3\nDimSize = 3 2 1\nElementType = MET_UCHAR\nElementDataFile = a.raw\n',
    );
    const readBeside = async () => counting(6);
    const { geometry, notes, data } = await readMetaImage(header, 'a.mhd', { readBeside });
    expect([...data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(geometry).toEqual({ spacing: [1, 1, 1], unit: 'px' });
    expect(notes).toEqual(['how large its voxels are is not stated, so distances are in pixels']);
    await expect(readMetaImage(header, 'a.mhd')).rejects.toThrow('a.mhd: its voxels are in other files');
  });

  it.each([
    ['ElementSpacing = 1e200 1 1', 'px', 'so distances are in pixels'],
    ['ElementSpacing = 1 1 1\nOffset = 0 -1e240 0', 'mm', 'so how it lies is not known'],
  ])('believes no absurd numbers: %s', async (lines, unit, told) => {
    const header = new TextEncoder().encode(
      `NDims = 3\nDimSize = 3 2 1\n${lines}\nElementType = MET_UCHAR\nElementDataFile = a.raw\n`,
    );
    const { geometry, notes } = await readMetaImage(header, 'a.mhd', { readBeside: async () => counting(6) });
    expect(geometry).toMatchObject({ unit });
    expect(geometry).not.toHaveProperty('affine');
    expect(notes).toEqual([expect.stringContaining(told)]);
  });

  it.each<[string, string[], Uint8Array, string]>([
    ['a cut file', ['NDims = 2', 'DimSize = 3 2', 'ElementType = MET_UCHAR'], counting(5), 'it holds 5 of 6 bytes'],
    ['no type', ['NDims = 2', 'DimSize = 3 2'], counting(6), 'type "" is not read'],
    [
      'other dimensions',
      ['NDims = 3', 'DimSize = 3 2', 'ElementType = MET_UCHAR'],
      counting(6),
      'its header is damaged',
    ],
  ])('explains %s', async (_, lines, voxels, expected) => {
    await expect(readMetaImage(makeMetaImage(lines, voxels), 'a.mha')).rejects.toThrow(expected);
  });
});

describe('masks', () => {
  it('are read as they were written', async () => {
    const labels = await readLabels(writeMetaImage(OBLIQUE_MASK), 'm.mha');
    expect(labels.data).toEqual(OBLIQUE_MASK.data);
    expect(labels.geometry.affine).toEqual(close(OBLIQUE.affine));
    const pixels: LabelVolume = { ...OBLIQUE_MASK, geometry: { spacing: [1, 1, 1], unit: 'px' } };
    expect((await readLabels(writeMetaImage(pixels), 'm.mha')).geometry).toEqual(pixels.geometry);
  });

  it('of four dimensions are one-hot classes or refused', async () => {
    const lines = ['NDims = 4', 'DimSize = 2 1 1 2', 'ElementType = MET_UCHAR'];
    const oneHot = makeMetaImage(lines, Uint8Array.of(1, 0, 0, 1));
    expect([...(await readMetaImageLabels(oneHot, 'm.mha')).data]).toEqual([0, 1]);
    const other = makeMetaImage(lines, Uint8Array.of(1, 0, 1, 1));
    await expect(readMetaImageLabels(other, 'm.mha')).rejects.toThrow('which are not one class each');
  });
});

const python = pythonWith('SimpleITK');

describe.skipIf(python === undefined)('SimpleITK', () => {
  it('reads what is written here', () => {
    writeFileSync(join(folder, 'a.mha'), writeMetaImage(OBLIQUE_MASK));
    const read = python?.(
      `
import json, sys, SimpleITK as sitk
image = sitk.ReadImage(sys.argv[1])
print(json.dumps(dict(values=sitk.GetArrayFromImage(image).ravel().tolist(), spacing=image.GetSpacing(), origin=image.GetOrigin(), direction=image.GetDirection())))`,
      [join(folder, 'a.mha')],
    ) as Record<string, number[]>;
    const { values, spacing, origin, direction } = read;
    expect(values).toEqual([...OBLIQUE_MASK.data]);
    expect(spacing).toEqual(close([0.5, 2, 3]));
    expect(origin).toEqual([-10, -20, -30]);
    expect(direction).toEqual(close([0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, -1]));
  });

  it('writes what is read here as it reads it, .mhd and .raw too', async () => {
    const written = python?.(
      `
import json, sys, base64, os, numpy as np, SimpleITK as sitk
out = []
for k, name in enumerate(["b.mha", "c.mha", "d.mhd"]):
    image = sitk.GetImageFromArray((np.arange(24).reshape(2, 3, 4) * 3 - 20).astype([np.int16, np.float32, np.float64][k]))
    image.SetSpacing((0.5, 2, 3)); image.SetOrigin((1, -2, 3)); image.SetDirection((0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, -1))
    path = os.path.join(sys.argv[1], name)
    sitk.WriteImage(image, path, k == 1)
    out.append(base64.b64encode(open(path, "rb").read()).decode())
out.append(base64.b64encode(open(os.path.join(sys.argv[1], "d.raw"), "rb").read()).decode())
print(json.dumps(out))`,
      [folder],
    ) as string[];
    const files = written.map((file) => new Uint8Array(Buffer.from(file, 'base64')));
    const readBeside = async () => files[3] as Uint8Array;
    for (const file of files.slice(0, 3)) {
      const { data, shape, geometry } = await readMetaImage(file, 'b.mha', { readBeside });
      expect(shape).toEqual([1, 2, 3, 4]);
      expect([...data]).toEqual(Array.from({ length: 24 }, (_, i) => 3 * i - 20));
      const expected = [-0.4, 1.2, 0, -1, -0.3, -1.6, 0, 2, 0, 0, -3, 3, 0, 0, 0, 1];
      expect(geometry.affine).toEqual(close(expected));
    }
  });
});

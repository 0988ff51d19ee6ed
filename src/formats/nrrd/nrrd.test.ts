import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../core/bytes.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import { pythonWith } from '../../testing/python.ts';
import { readLabels } from '../read-image.ts';
import { makeNrrd } from '../testing/make-volumes.ts';
import { OBLIQUE, OBLIQUE_MASK } from '../testing/oblique-mask.ts';
import { readNrrd, readNrrdLabels } from './nrrd.ts';
import { writeNrrd } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchcl-nrrd-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bytesOf = (values: readonly number[]) => Uint8Array.from(values);
const close = (values: readonly number[] = []) => values.map((value) => expect.closeTo(value, 12));
const counting = (length: number) => bytesOf(Array.from({ length }, (_, i) => i));
const problem = (bytes: Uint8Array) =>
  readNrrd(bytes, 'a.nrrd').then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('readNrrd', () => {
  it.each<[string, string[], Uint8Array]>([
    ['raw', ['type: uchar', 'encoding: raw'], counting(6)],
    ['gzip', ['type: uint8', 'encoding: gz'], gzipSync(counting(6))],
    ['text', ['type: double', 'encoding: ascii'], new TextEncoder().encode('0 1 2\n3 4 5\n')],
    ['hex', ['type: uchar', 'encoding: hex'], new TextEncoder().encode('000102 03\n0405')],
    ['big-endian', ['type: short', 'endian: big'], bytesOf([0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5])],
    [
      'little-endian floats',
      ['type: float', 'endian: little'],
      new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer),
    ],
    ['64-bit', ['type: long long', 'endian: little'], new Uint8Array(BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n).buffer)],
    ['voxels at the end', ['type: uchar', 'byte skip: -1'], bytesOf([9, 9, 0, 1, 2, 3, 4, 5])],
    ['voxels behind lines', ['type: uchar', 'line skip: 1'], bytesOf([9, 10, 0, 1, 2, 3, 4, 5])],
  ])('reads %s', async (_, lines, voxels) => {
    const volume = await readNrrd(makeNrrd(['dimension: 2', 'sizes: 3 2', ...lines], voxels), 'a.nrrd');
    expect(volume.shape).toEqual([1, 1, 2, 3]);
    expect([...volume.data]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each<[string, string, number[]]>([
    ['left-posterior-superior', '(0.5,0,0) (0,2,0) (0,0,3)', [-0.5, 0, 0, -1, 0, -2, 0, -2, 0, 0, 3, 3]],
    ['RAS', '(0.5,0,0) (0,2,0) (0,0,3)', [0.5, 0, 0, 1, 0, 2, 0, 2, 0, 0, 3, 3]],
    ['left-anterior-superior', '(0.5,0,0) (0,2,0) (0,0,3)', [-0.5, 0, 0, -1, 0, 2, 0, 2, 0, 0, 3, 3]],
  ])('lies in the world of %s', async (space, directions, affine) => {
    const lines = ['type: uchar', 'dimension: 3', 'sizes: 1 1 1', `space: ${space}`, 'space origin: (1,2,3)'];
    const { geometry } = await readNrrd(makeNrrd([...lines, `space directions: ${directions}`], counting(1)), 'a.nrrd');
    expect(geometry).toEqual({ spacing: [3, 2, 0.5], unit: 'mm', affine: [...affine, 0, 0, 0, 1] });
  });

  it('takes spacings, and never guesses one', async () => {
    const lines = ['type: uchar', 'dimension: 3', 'sizes: 1 1 1'];
    const stated = await readNrrd(makeNrrd([...lines, 'spacings: 0.5 2 3'], counting(1)), 'a.nrrd');
    expect(stated.geometry).toEqual({ spacing: [3, 2, 0.5], unit: 'mm' });
    const silent = await readNrrd(makeNrrd(lines, counting(1)), 'a.nrrd');
    expect(silent.geometry).toEqual({ spacing: [1, 1, 1], unit: 'px' });
    expect(silent.notes).toEqual(['how large its voxels are is not stated, so distances are in pixels']);
  });

  it.each<[string, number[], string]>([
    ['spacings: 0.5 2 3;units: "cm" "cm" "cm"', [30, 20, 5], 'mm'],
    ['spacings: 0.5 2 3;units: "mm" "mm" "um"', [0.003, 2, 0.5], 'mm'],
    ['spacings: 0.5 2 3;units: "" "" ""', [3, 2, 0.5], 'mm'],
    ['spacings: 0.5 2 3;units: "mm" "mm" "s"', [1, 1, 1], 'px'],
    [
      'space dimension: 3;space directions: (5,0,0) (0,5,0) (0,0,5);space units: "um" "um" "um"',
      [5e-3, 5e-3, 5e-3],
      'mm',
    ],
    [
      'space dimension: 3;space directions: (5,0,0) (0,5,0) (0,0,5);space units: "pixel" "pixel" "pixel"',
      [1, 1, 1],
      'px',
    ],
  ])('takes units for what they are: %s', async (lines, spacing, unit) => {
    const header = ['type: uchar', 'dimension: 3', 'sizes: 1 1 1', ...lines.split(';')];
    const { geometry, notes = [] } = await readNrrd(makeNrrd(header, counting(1)), 'a.nrrd');
    expect(geometry).toEqual({ spacing: close(spacing), unit });
    expect(notes.some((note) => note.includes('distances are in pixels'))).toBe(unit === 'px');
  });

  it.each([
    ['(1e200,0,0) (0,2,0) (0,0,3)', '(1,2,3)', 'px', 'so distances are in pixels'],
    ['(0.5,0,0) (0,2,0) (0,0,3)', '(1,1e240,3)', 'mm', 'its space directions or origin make no sense'],
  ])('believes no absurd numbers: %s from %s', async (directions, origin, unit, told) => {
    const lines = ['type: uchar', 'dimension: 3', 'sizes: 1 1 1', 'space: RAS', `space origin: ${origin}`];
    const file = makeNrrd([...lines, `space directions: ${directions}`], counting(1));
    const { geometry, notes } = await readNrrd(file, 'a.nrrd');
    expect(geometry).toMatchObject({ unit });
    expect(geometry).not.toHaveProperty('affine');
    expect(notes).toEqual([expect.stringContaining(told)]);
  });

  it('takes colours as channels and lists as volumes, wherever the axis stands', async () => {
    const colours = makeNrrd(
      ['type: uchar', 'dimension: 3', 'sizes: 3 2 1', 'kinds: RGB-color domain domain'],
      bytesOf([1, 2, 3, 4, 5, 6]),
    );
    expect(await readNrrd(colours, 'a.nrrd')).toMatchObject({
      shape: [3, 1, 1, 2],
      data: Float32Array.of(1, 4, 2, 5, 3, 6),
    });
    const list = makeNrrd(
      [
        'type: uchar',
        'dimension: 4',
        'sizes: 2 3 1 1',
        'space dimension: 3',
        'space directions: none (1,0,0) (0,1,0) (0,0,1)',
      ],
      bytesOf([1, 2, 3, 4, 5, 6]),
    );
    expect(await readNrrd(list, 'a.nrrd')).toMatchObject({
      shape: [1, 1, 1, 3],
      data: Float32Array.of(1, 3, 5),
      frames: 2,
    });
    expect([...(await readNrrd(list, 'a.nrrd', { frame: 1 })).data]).toEqual([2, 4, 6]);
    expect((await readNrrd(list, 'a.nrrd', { frame: 'all' })).shape).toEqual([2, 1, 1, 3]);
  });

  it('reads voxels that lie beside their header', async () => {
    const header = makeNrrd(['type: uchar', 'dimension: 2', 'sizes: 3 2', 'data file: a.raw'], new Uint8Array());
    const readBeside = async (name: string) => (name === 'a.raw' ? counting(6) : new Uint8Array());
    expect([...(await readNrrd(header, 'a.nhdr', { readBeside })).data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await problem(header)).toContain('its voxels are in other files');
  });

  it.each<[string, string[], Uint8Array, string]>([
    ['a cut file', ['type: uchar', 'dimension: 2', 'sizes: 3 2'], counting(5), 'ends early: it holds 5 of 6 bytes'],
    [
      'a claim beyond gzip',
      ['type: uchar', 'dimension: 1', 'sizes: 999999999', 'encoding: gzip'],
      gzipSync(counting(5)),
      'of 1 axes',
    ],
    [
      'bzip2',
      ['type: uchar', 'dimension: 2', 'sizes: 3 2', 'encoding: bzip2'],
      counting(6),
      'encoded as "bzip2" is not read',
    ],
    ['blocks', ['type: block', 'dimension: 2', 'sizes: 3 2'], counting(6), 'type "block" is not read'],
    ['a fourth axis of no kind', ['type: uchar', 'dimension: 4', 'sizes: 2 1 1 3'], counting(6), '4 axes in space'],
    ['no size', ['type: uchar', 'dimension: 2', 'sizes: 3 0'], counting(6), 'claims 2 sizes of 2 dimensions'],
  ])('explains %s', async (_, lines, voxels, expected) => {
    expect(await problem(makeNrrd(lines, voxels))).toContain(expected);
  });
});

describe('masks', () => {
  it.each([{}, { classes: ['background', 'liver', 'Größe'] }])(
    'are read as they were written (%o)',
    async (options) => {
      const labels = await readLabels(writeNrrd(OBLIQUE_MASK, options), 'm.nrrd');
      expect(labels.data).toEqual(OBLIQUE_MASK.data);
      expect(labels.geometry.affine).toEqual(OBLIQUE.affine);
      const plain: LabelVolume = { ...OBLIQUE_MASK, geometry: { spacing: [3, 2, 0.5], unit: 'mm' } };
      expect((await readLabels(writeNrrd(plain, options), 'm.nrrd')).geometry).toEqual(plain.geometry);
      const pixels: LabelVolume = { ...OBLIQUE_MASK, geometry: { spacing: [1, 1, 1], unit: 'px' } };
      expect((await readLabels(writeNrrd(pixels, options), 'm.nrrd')).geometry).toEqual(pixels.geometry);
    },
  );

  it('of segments that overlap are merged, with a note', async () => {
    const segment = (k: number, layer: number, name: string) => [
      `Segment${k}_ID:=Segment_${k + 1}`,
      `Segment${k}_Layer:=${layer}`,
      `Segment${k}_LabelValue:=1`,
      `Segment${k}_Name:=${name}`,
    ];
    const bytes = makeNrrd(
      [
        ...['type: uchar', 'dimension: 4', 'sizes: 2 3 1 1', 'kinds: list domain domain domain'],
        ...['space: LPS', 'space directions: none (1,0,0) (0,1,0) (0,0,1)', 'space origin: (0,0,0)'],
        ...segment(0, 0, 'liver'),
        ...segment(1, 1, 'tumour'),
      ],
      bytesOf([1, 0, 1, 1, 0, 0]),
    );
    const { data, notes } = await readNrrdLabels(bytes, 'm.seg.nrrd');
    expect([...data]).toEqual([1, 2, 0]);
    expect(notes).toEqual([
      'its 2 layers are read as one, classes are 1 liver, 2 tumour; 1 voxels are of several, of which the later counts',
    ]);
  });
});

const python = pythonWith('nrrd, SimpleITK');

describe.skipIf(python === undefined)('pynrrd and SimpleITK', () => {
  it('read what is written here', () => {
    writeFileSync(join(folder, 'a.nrrd'), writeNrrd(OBLIQUE_MASK));
    writeFileSync(join(folder, 'a.seg.nrrd'), writeNrrd(OBLIQUE_MASK, { classes: ['background', 'liver', 'spleen'] }));
    const read = python?.(
      `
import json, sys, nrrd, SimpleITK as sitk
out = []
for name in sys.argv[1:]:
    image = sitk.ReadImage(name)
    data, header = nrrd.read(name, index_order="C")
    out.append(dict(values=sitk.GetArrayFromImage(image).ravel().tolist(), other=data.ravel().tolist(),
        spacing=image.GetSpacing(), origin=image.GetOrigin(), direction=image.GetDirection(),
        names=[header.get(f"Segment{k}_Name") for k in range(2)]))
print(json.dumps(out))`,
      [join(folder, 'a.nrrd'), join(folder, 'a.seg.nrrd')],
    ) as {
      values: number[];
      other: number[];
      spacing: number[];
      origin: number[];
      direction: number[];
      names: (string | null)[];
    }[];
    for (const { values, other, spacing, origin, direction } of read) {
      expect([values, other]).toEqual([[...OBLIQUE_MASK.data], [...OBLIQUE_MASK.data]]);
      expect(spacing).toEqual(close([0.5, 2, 3]));
      expect(origin).toEqual([-10, -20, -30]);
      expect(direction).toEqual(close([0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, -1]));
    }
    expect(read.map(({ names }) => names)).toEqual([
      [null, null],
      ['liver', 'spleen'],
    ]);
  });

  it('write what is read here as they read it', async () => {
    const written = python?.(
      `
import json, sys, base64, io, numpy as np, SimpleITK as sitk
out = []
for k, kind in enumerate([np.int16, np.uint8, np.float32, np.float64, np.uint32]):
    image = sitk.GetImageFromArray((np.arange(24).reshape(2, 3, 4) * 3 - (20 if kind in (np.int16, np.float32, np.float64) else 0)).astype(kind))
    image.SetSpacing((0.5, 2, 3)); image.SetOrigin((1, -2, 3)); image.SetDirection((0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, -1))
    sitk.WriteImage(image, sys.argv[1], k % 2 == 0)
    out.append(base64.b64encode(open(sys.argv[1], "rb").read()).decode())
rgb = sitk.GetImageFromArray(np.arange(24).reshape(2, 4, 3).astype(np.uint8), isVector=True)
sitk.WriteImage(rgb, sys.argv[1]); out.append(base64.b64encode(open(sys.argv[1], "rb").read()).decode())
print(json.dumps(out))`,
      [join(folder, 'b.nrrd')],
    ) as string[];
    const files = written.map((file) => new Uint8Array(Buffer.from(file, 'base64')));
    for (const [k, file] of files.slice(0, 5).entries()) {
      const { data, shape, geometry } = await readNrrd(file, 'b.nrrd');
      expect(shape).toEqual([1, 2, 3, 4]);
      expect([...data]).toEqual(Array.from({ length: 24 }, (_, i) => 3 * i - ([0, 2, 3].includes(k) ? 20 : 0)));
      expect(geometry.spacing).toEqual(close([3, 2, 0.5]));
      const expected = [-0.4, 1.2, 0, -1, -0.3, -1.6, 0, 2, 0, 0, -3, 3, 0, 0, 0, 1];
      expect(geometry.affine).toEqual(close(expected));
    }
    const rgb = await readNrrd(files[5] as Uint8Array, 'b.nrrd');
    expect(rgb.shape).toEqual([3, 1, 2, 4]);
    expect([...rgb.data.slice(0, 3)]).toEqual([0, 3, 6]);
  });
});

it('a header that never ends is no file', async () => {
  expect(await problem(concatBytes([new TextEncoder().encode('NRRD0005\n'), new Uint8Array(50)]))).toMatch(
    /^a\.nrrd: /,
  );
});

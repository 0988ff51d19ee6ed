import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pythonWith } from '../../testing/python.ts';
import { sharedData } from '../testing/shared-data.ts';
import { readDicom, readStack } from './read.ts';
import { readDicomSeg } from './seg/read.ts';
import { stacksOfFiles } from './testing/open-files.ts';

const images = sharedData('readers/dicom');
const segmentations = sharedData('readers/dicom-seg');
const python = images.isMissing ? undefined : pythonWith('pydicom');
const bytesOf = (folder: URL, name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const namesIn = ({ folder, isMissing }: typeof images) => (isMissing ? [] : readdirSync(folder).sort());

/** What pydicom makes of a file: values and geometry. */
interface Reference {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly position: readonly number[] | null;
  readonly orientation: readonly number[] | null;
  readonly spacing: readonly number[] | null;
}

const REFERENCE = `
import json, sys, warnings
import numpy as np, pydicom
warnings.simplefilter("ignore")
d = pydicom.dcmread(sys.argv[1])
pixels = d.pixel_array.astype(float)
if d.PhotometricInterpretation == "MONOCHROME1":
    pixels = 2 ** d.BitsStored - 1 - pixels
pixels = pixels * float(d.get("RescaleSlope", 1)) + float(d.get("RescaleIntercept", 0))
if d.SamplesPerPixel == 3:
    pixels = np.moveaxis(pixels, -1, 0)
floats = lambda name: [float(x) for x in d[name].value] if name in d else None
print(json.dumps(dict(shape=list(pixels.shape), values=pixels.ravel().tolist(),
    position=floats("ImagePositionPatient"), orientation=floats("ImageOrientationPatient"), spacing=floats("PixelSpacing"))))
`;

/** Files that pydicom reads without further packages. */
const READ_BY_BOTH = [
  'CT_small.dcm',
  'MR_small.dcm',
  'MR_small_RLE.dcm',
  'MR_small_bigendian.dcm',
  'SC_rgb_small_odd.dcm',
  'ct_image.dcm',
  'dx_image.dcm',
  'image_dfl.dcm',
];

describe.skipIf(python === undefined)('values and geometry are those of pydicom', () => {
  it.each(READ_BY_BOTH)('%s', async (name) => {
    const path = fileURLToPath(new URL(name, images.folder));
    const reference = python?.(REFERENCE, [path]) as Reference;
    const { data, shape, geometry } = await readDicom(bytesOf(images.folder, name), name);
    expect([...shape].filter((extent) => extent > 1)).toEqual(reference.shape);
    expect(data.length).toBe(reference.values.length);
    expect(data.findIndex((value, i) => value !== Math.fround(reference.values[i] as number))).toBe(-1);
    if (reference.spacing !== null) expect(geometry.spacing.slice(1)).toEqual(reference.spacing);
    if (reference.position === null) {
      expect(geometry.affine).toBeUndefined();
      return;
    }
    const [a, b, c, x, d, e, f, y, g, h, i, z] = geometry.affine as number[];
    expect([-(x as number), -(y as number), z]).toEqual(reference.position);
    const [rows, columns] = reference.spacing as [number, number];
    const cosines = [a, d, g].map((v) => (v as number) / columns).concat([b, e, h].map((v) => (v as number) / rows));
    for (const [k, cosine] of cosines.entries()) {
      const sign = k % 3 === 2 ? 1 : -1;
      expect(sign * cosine).toBeCloseTo(reference.orientation?.[k] as number, 12);
    }
    expect([c, f, i].every(Number.isFinite)).toBe(true);
  });
});

describe.skipIf(images.isMissing)('files that other readers stumble over', () => {
  it.each([
    ['MR_small_jp2klossless.dcm', 'MR_small.dcm'],
    ['MR_small_jpeg_ls_lossless.dcm', 'MR_small.dcm'],
    ['MR_small_RLE.dcm', 'MR_small.dcm'],
    ['no_meta.dcm', 'CT_small.dcm'],
  ])('%s holds the same as %s', async (name, plain) => {
    const [a, b] = await Promise.all([name, plain].map((file) => readDicom(bytesOf(images.folder, file), file)));
    expect([a?.shape, a?.geometry]).toEqual([b?.shape, b?.geometry]);
    expect(a?.data.findIndex((value, i) => value !== b?.data[i])).toBe(-1);
  });

  it('JPEG2000.dcm, lossy and signed, is read', async () => {
    const { shape, data } = await readDicom(bytesOf(images.folder, 'JPEG2000.dcm'), 'JPEG2000.dcm');
    expect(shape).toEqual([1, 1, 1024, 256]);
    // The mean tells values from those of a wrong sign or scale.
    expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(13.458, 2);
  });

  it.each([
    ['MR_truncated.dcm', 'the file ends early: its pixel data hold 8130 of 8192 bytes'],
    ['siemens_0.dcm', 'a Siemens mosaic, which shows its slices side by side in one picture, is not read'],
    ['rtplan_truncated.dcm', 'this DICOM file is a radiotherapy plan or record, not an image'],
  ])('%s is refused in one sentence', async (name, problem) => {
    await expect(readDicom(bytesOf(images.folder, name), name)).rejects.toThrow(`${name}: ${problem}. `);
  });

  it('the two slices of the Siemens series make one stack', async () => {
    const names = ['siemens_1.dcm', 'siemens_0.dcm'];
    const files = Object.fromEntries(names.map((name) => [name, bytesOf(images.folder, name)]));
    const { stacks, read } = await stacksOfFiles(files);
    expect(stacks.map(({ slices }) => slices.map(({ image }) => image.name))).toEqual([
      ['siemens_0.dcm', 'siemens_1.dcm'],
    ]);
    const volume = await readStack(stacks[0] as (typeof stacks)[0], read);
    expect(volume.shape).toEqual([1, 2, 256, 256]);
    expect(volume.geometry.spacing.map((step) => Number(step.toFixed(6)))).toEqual([3, 1.796875, 1.796875]);
  });
});

const SEGMENTS = `
import json, sys
import numpy as np, pydicom
d = pydicom.dcmread(sys.argv[1])
frames = d.pixel_array.reshape(-1, d.Rows, d.Columns) / float(d.get("MaximumFractionalValue", 1))
out = []
for frame, groups in zip(frames, d.PerFrameFunctionalGroupsSequence):
    segment = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    position = [float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient] if "PlanePositionSequence" in groups else [0, 0, 0]
    out.append(dict(segment=segment, position=position, mask=(frame >= 0.5).astype(int).ravel().tolist()))
print(json.dumps(out))
`;

describe.skipIf(python === undefined)('segmentations are those of pydicom, frame by frame', () => {
  it.each(namesIn(segmentations))('%s', async (name) => {
    const path = fileURLToPath(new URL(name, segmentations.folder));
    const frames = python?.(SEGMENTS, [path]) as { segment: number; position: number[]; mask: number[] }[];
    const { data, shape, geometry } = await readDicomSeg(bytesOf(segmentations.folder, name), name);
    const plane = shape[1] * shape[2];
    const expected = new Uint8Array(data.length);
    // All test files are axial: the slice follows from z alone.
    const z0 = geometry.affine?.[11] ?? 0;
    for (const { segment, position, mask } of frames.sort((a, b) => a.segment - b.segment)) {
      const z = Math.round(((position[2] as number) - z0) / geometry.spacing[0]);
      for (const [i, inside] of mask.entries()) if (inside === 1) expected[z * plane + i] = segment;
    }
    expect(data.findIndex((value, i) => value !== expected[i])).toBe(-1);
    expect(data.some((value) => value > 0)).toBe(true);
  });
});

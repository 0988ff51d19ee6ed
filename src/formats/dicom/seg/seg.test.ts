import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { pythonWith } from '../../../testing/python.ts';
import { buildDataSet, type Value } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { TAG, type Tag } from '../tags.ts';
import { makeImage, words } from '../testing/make-dicom.ts';
import { stacksOfFiles } from '../testing/open-files.ts';
import { codesOf } from './codes.ts';
import { readDicomSeg } from './read.ts';
import { readSegOn } from './read-on.ts';
import { writeDicomSeg, writeFractionalSeg } from './write.ts';

const SEG = '1.2.840.10008.5.1.4.1.1.66.4';
const SIZE = { rows: 3, columns: 5 };
const OBLIQUE = [0.8, 0.6, 0, 0, 0, -1];

/** Four slices in oblique orientation, given out of order. */
async function source() {
  const normal = [-0.6, 0.8, 0];
  const at = (k: number) =>
    normal.map((value, axis) => value * 2 * k + ([5, -7, 11][axis] as number) * 1.25) as [number, number, number];
  const files = Object.fromEntries(
    [2, 0, 3, 1].map((k) => [
      `${k}.dcm`,
      makeImage({ ...SIZE, position: at(k), orientation: OBLIQUE, instance: 10 + k }),
    ]),
  );
  const { stacks } = await stacksOfFiles(files);
  return { files, stack: stacks[0] as (typeof stacks)[0] };
}

function labelsOf(geometry: LabelVolume['geometry'], depth = 4): LabelVolume {
  const data = Uint8Array.from({ length: depth * 15 }, (_, i) => [0, 1, 0, 2, 0, 0, 1][i % 7] as number);
  // A slice without foreground in the middle, to which no frame is written.
  data.fill(0, 15, 30);
  return { data, shape: [depth, 3, 5], geometry };
}

function uids(): () => string {
  let count = 0;
  return () => `2.25.${++count}`;
}

const options = {
  classes: ['background', 'left heart', 'Größe'],
  now: new Date(Date.UTC(2026, 1, 3, 4, 5, 6)),
  version: '0.1.0',
};

async function written() {
  const { files, stack } = await source();
  const labels = labelsOf(stack.geometry);
  const bytes = writeDicomSeg(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, uid: uids() });
  return { stack, labels, bytes };
}

const identity = (segment: number) => segment;

describe('a written segmentation', () => {
  it('is read back on its series, voxel for voxel', async () => {
    const { stack, labels, bytes } = await written();
    expect(await readSegOn(stack, bytes, 'seg.dcm', identity)).toEqual(labels);
  });

  it('has the same voxels and geometry when it is read alone', async () => {
    const { labels, bytes } = await written();
    const alone = await readDicomSeg(bytes, 'seg.dcm');
    expect([alone.shape, alone.data]).toEqual([labels.shape, labels.data]);
    for (const [i, value] of (alone.geometry.affine ?? []).entries()) {
      expect(value).toBeCloseTo(labels.geometry.affine?.[i] as number, 9);
    }
  });

  it('of a scan without foreground has one empty frame', async () => {
    const { files, stack } = await source();
    const labels = { ...labelsOf(stack.geometry), data: new Uint8Array(60) };
    const bytes = writeDicomSeg(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, uid: uids() });
    expect((await readSegOn(stack, bytes, 'seg.dcm', identity)).data.some((value) => value > 0)).toBe(false);
  });

  it('of an image without position refers to it', async () => {
    const file = makeImage({ ...SIZE, position: undefined, orientation: undefined });
    const { stacks } = await stacksOfFiles({ file });
    const stack = stacks[0] as (typeof stacks)[0];
    const labels = { ...labelsOf(stack.geometry, 1), shape: [1, 3, 5] as const };
    const bytes = writeDicomSeg(labels, { ...options, stack, source: file, uid: uids() });
    expect((await readSegOn(stack, bytes, 'seg.dcm', identity)).data).toEqual(labels.data);
  });

  it('must be of the size of its scan', async () => {
    const { files, stack } = await source();
    const labels: LabelVolume = { data: new Uint8Array(15), shape: [1, 3, 5], geometry: stack.geometry };
    expect(() =>
      writeDicomSeg(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, uid: uids() }),
    ).toThrow('a mask of 5 x 3 x 1 voxels does not fit a series of 5 x 3 x 4.');
  });
});

const INSPECT = `
import base64, io, json, sys
import pydicom
d = pydicom.dcmread(io.BytesIO(base64.b64decode(sys.stdin.read())))
pixels = d.pixel_array.reshape(-1, d.Rows, d.Columns)
shared = d.SharedFunctionalGroupsSequence[0]
frames = []
for mask, groups in zip(pixels, d.PerFrameFunctionalGroupsSequence):
    image = groups.DerivationImageSequence[0].SourceImageSequence[0]
    frames.append(dict(segment=groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
        position=[float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient],
        source=image.ReferencedSOPInstanceUID, dimension=list(groups.FrameContentSequence[0].DimensionIndexValues),
        mask=mask.ravel().tolist()))
print(json.dumps(dict(frames=frames, patient=str(d.PatientName), id=d.PatientID, study=d.StudyInstanceUID, frame_of_reference=d.FrameOfReferenceUID,
    modality=d.Modality, syntax=d.file_meta.TransferSyntaxUID, media=d.file_meta.MediaStorageSOPInstanceUID == d.SOPInstanceUID,
    type=d.SegmentationType, labels=[[s.SegmentNumber, s.SegmentLabel, s.SegmentAlgorithmType] for s in d.SegmentSequence],
    codes=[s.SegmentedPropertyTypeCodeSequence[0].CodeMeaning for s in d.SegmentSequence],
    orientation=[float(x) for x in shared.PlaneOrientationSequence[0].ImageOrientationPatient],
    spacing=[float(x) for x in shared.PixelMeasuresSequence[0].PixelSpacing], thickness=float(shared.PixelMeasuresSequence[0].SliceThickness),
    series=d.ReferencedSeriesSequence[0].SeriesInstanceUID,
    instances=[i.ReferencedSOPInstanceUID for i in d.ReferencedSeriesSequence[0].ReferencedInstanceSequence])))
`;

const python = pythonWith('pydicom');

describe.skipIf(python === undefined)('pydicom', () => {
  it('finds geometry, segments and references in a written segmentation', async () => {
    const { stack, labels, bytes } = await written();
    const found = python?.(INSPECT, [], Buffer.from(bytes).toString('base64')) as Record<string, unknown>;
    const expectedFrames = [1, 2].flatMap((segment) =>
      stack.slices.flatMap(({ image, frame }, z) => {
        const mask = [...labels.data.subarray(15 * z, 15 * (z + 1))].map((value) => (value === segment ? 1 : 0));
        if (!mask.includes(1)) return [];
        return [{ segment, position: frame.position, source: image.sopInstance, dimension: [segment, z + 1], mask }];
      }),
    );
    expect(expectedFrames.length).toBe(6);
    expect(found).toEqual({
      frames: expectedFrames,
      patient: 'Doe^Jane',
      id: 'P1',
      study: '1.2.3',
      frame_of_reference: '1.2.3.9',
      modality: 'SEG',
      syntax: '1.2.840.10008.1.2.1',
      media: true,
      type: 'BINARY',
      labels: [
        [1, 'left heart', 'AUTOMATIC'],
        [2, 'Größe', 'AUTOMATIC'],
      ],
      codes: ['left heart', 'Größe'],
      orientation: OBLIQUE,
      spacing: [0.5, 0.25],
      thickness: 2,
      series: '1.2.3.1',
      instances: ['1.2.3.1.10', '1.2.3.1.11', '1.2.3.1.12', '1.2.3.1.13'],
    });
  });
});

const sequence = (tag: Tag, ...entries: (readonly [Tag, Value | undefined])[]): [Tag, Value] => [
  tag,
  [buildDataSet(entries)],
];

/** A segmentation of single pixels: [segment, z, value] for each frame. */
function madeOf(
  frames: readonly (readonly [segment: number, z: number, value: number])[],
  type = 'BINARY',
): Uint8Array {
  const groups = frames.map(
    ([segment, z]): DataSet =>
      buildDataSet([
        sequence(TAG.PlanePositionSequence, [TAG.ImagePositionPatient, [0, 0, z]]),
        sequence(TAG.SegmentIdentificationSequence, [TAG.ReferencedSegmentNumber, segment]),
      ]),
  );
  const numbers = [...new Set(frames.map(([segment]) => segment))];
  return makeImage({
    rows: 1,
    columns: 1,
    position: undefined,
    more: [
      [TAG.SOPClassUID, SEG],
      [TAG.SegmentationType, type],
      [TAG.MaximumFractionalValue, type === 'FRACTIONAL' ? 200 : undefined],
      [TAG.NumberOfFrames, frames.length],
      [TAG.SegmentSequence, numbers.map((number) => buildDataSet([[TAG.SegmentNumber, number]]))],
      [TAG.PerFrameFunctionalGroupsSequence, groups],
      [TAG.PixelData, words(frames.map(([, , value]) => value))],
    ],
  });
}

describe('reading a segmentation', () => {
  const alone = async (bytes: Uint8Array) => [...(await readDicomSeg(bytes, 'seg.dcm')).data];

  it.each<[string, Uint8Array, number[]]>([
    [
      'frames in any order, slices between them empty',
      madeOf([
        [1, 6, 1],
        [1, 0, 1],
        [2, 2, 1],
      ]),
      [1, 2, 0, 1],
    ],
    [
      'the higher of segments that overlap',
      madeOf([
        [2, 0, 1],
        [1, 0, 1],
        [1, 1, 1],
      ]),
      [2, 1],
    ],
    [
      'fractions from a half on',
      madeOf(
        [
          [1, 0, 99],
          [1, 1, 100],
          [1, 2, 200],
        ],
        'FRACTIONAL',
      ),
      [0, 1, 1],
    ],
    [
      'the larger of two fractions',
      madeOf(
        [
          [1, 0, 180],
          [2, 0, 120],
          [1, 1, 0],
        ],
        'FRACTIONAL',
      ),
      [1, 0],
    ],
    [
      'label maps, whose values are segments',
      madeOf(
        [
          [1, 0, 3],
          [1, 1, 7],
        ],
        'LABELMAP',
      ),
      [3, 7],
    ],
  ])('takes %s', async (_, bytes, expected) => {
    expect(await alone(bytes)).toEqual(expected);
  });

  it('gives segments the classes asked for', async () => {
    const { stacks } = await stacksOfFiles({
      a: makeImage({ rows: 1, columns: 1, position: [0, 0, 0], instance: 1 }),
      b: makeImage({ rows: 1, columns: 1, position: [0, 0, 2], instance: 2 }),
    });
    const stack = stacks[0] as (typeof stacks)[0];
    const labels = await readSegOn(
      stack,
      madeOf([
        [4, 2, 1],
        [9, 0, 1],
      ]),
      'seg.dcm',
      (segment) => (segment === 4 ? 1 : 2),
    );
    expect([...labels.data]).toEqual([2, 1]);
  });

  it.each<[string, Uint8Array, string]>([
    ['between slices', madeOf([[1, 1, 1]]), 'frame 1 lies on no slice of its series'],
    [
      'beyond the series',
      madeOf([
        [1, 0, 1],
        [1, 4, 1],
      ]),
      'frame 2 lies on no slice of its series',
    ],
    ['of no segment', makeImage({ more: [[TAG.SOPClassUID, SEG]] }), 'frame 1 does not say which segment it shows'],
  ])('refuses one %s', async (_, bytes, problem) => {
    const { stacks } = await stacksOfFiles({
      a: makeImage({ rows: 1, columns: 1, position: [0, 0, 0], instance: 1 }),
      b: makeImage({ rows: 1, columns: 1, position: [0, 0, 2], instance: 2 }),
    });
    await expect(readSegOn(stacks[0] as (typeof stacks)[0], bytes, 'seg.dcm', identity)).rejects.toThrow(problem);
  });

  it('refuses one of another size', async () => {
    const { stacks } = await stacksOfFiles({ a: makeImage() });
    await expect(readSegOn(stacks[0] as (typeof stacks)[0], madeOf([[1, 0, 1]]), 'seg.dcm', identity)).rejects.toThrow(
      'seg.dcm: this segmentation does not fit its series: it has 1 x 1 pixels a slice, its series 4 x 3.',
    );
  });

  it('refuses an image', async () => {
    await expect(readDicomSeg(makeImage(), 'a.dcm')).rejects.toThrow('a.dcm: this DICOM file is not a segmentation');
  });
});

/** Every kind of segmentation of the same labels. */
async function everyKind() {
  const { files, stack } = await source();
  const labels = labelsOf(stack.geometry);
  const common = { ...options, stack, source: files['0.dcm'] as Uint8Array };
  const probabilities = { data: new Float32Array(3 * 60), shape: [3, 4, 3, 5] as const, geometry: stack.geometry };
  for (const [i, value] of labels.data.entries()) {
    for (const k of [0, 1, 2]) probabilities.data[k * 60 + i] = k === value ? 0.75 : 0.125;
  }
  return {
    stack,
    labels,
    kinds: {
      binary: writeDicomSeg(labels, { ...common, uid: uids() }),
      labelmap: writeDicomSeg(labels, { ...common, uid: uids(), type: 'labelmap' }),
      fractional: writeFractionalSeg(probabilities, { ...common, uid: uids() }),
    },
  };
}

describe('binary, label map and fractional segmentations', () => {
  it('are read back on their series, voxel for voxel', async () => {
    const { stack, labels, kinds } = await everyKind();
    for (const bytes of Object.values(kinds)) {
      expect((await readSegOn(stack, bytes, 'seg.dcm', identity)).data).toEqual(labels.data);
    }
  });

  it('carry codes of SNOMED where a class is a common structure, else codes of their own', () => {
    const text = (name: string) => codesOf(name, 3).type.text(TAG.CodeValue);
    expect(['Liver', 'left_kidney', 'tumour', 'left heart'].map(text)).toEqual([
      '10200004',
      '18639004',
      '108369006',
      'class-3',
    ]);
  });
});

const highdicom = pythonWith('highdicom');

describe.skipIf(highdicom === undefined)('highdicom', () => {
  it('reads every kind', async () => {
    const { labels, kinds } = await everyKind();
    for (const [kind, bytes] of Object.entries(kinds)) {
      const read = highdicom?.(
        `
import base64, io, json, sys
import highdicom as hd, numpy as np
seg = hd.seg.segread(io.BytesIO(base64.b64decode(sys.stdin.read())))
fractional = seg.segmentation_type == hd.seg.SegmentationTypeValues.FRACTIONAL
array = seg.get_volume(combine_segments=not fractional).array
if fractional: array = np.where(array.max(-1) > 0.5, array.argmax(-1) + 1, 0)
names = [seg.get_segment_description(n).segment_label for n in seg.segment_numbers]
print(json.dumps(dict(names=names, values=array.ravel().tolist(), shape=array.shape)))`,
        [],
        Buffer.from(bytes).toString('base64'),
      ) as { names: string[]; values: number[]; shape: number[] };
      expect(read.names).toEqual(['left heart', 'Größe']);
      // It gives the slices from the first to the last that holds something, from either side.
      const planes = Array.from({ length: 4 }, (_, z) => [...labels.data.subarray(15 * z, 15 * z + 15)].join());
      const [depth = 0] = read.shape;
      const theirs = Array.from({ length: depth }, (_, z) => read.values.slice(15 * z, 15 * z + 15).join());
      expect([kind, [planes, planes.toReversed()].some((own) => own.join(' ') === theirs.join(' '))]).toEqual([
        kind,
        true,
      ]);
    }
  }, 60_000);
});

const hasValidator = spawnSync('dciodvfy', []).error === undefined;
if (!hasValidator) process.stderr.write('SKIPPED: tests by dciodvfy of dicom3tools, which is not there\n');

describe.skipIf(!hasValidator)('dciodvfy', () => {
  // Its version of 2022 does not know label maps, which came in 2024.
  it.each(['binary', 'fractional'] as const)('finds no error in a %s segmentation', async (kind) => {
    const { kinds } = await everyKind();
    const folder = mkdtempSync(join(tmpdir(), 'patchcl-seg-'));
    writeFileSync(join(folder, 'seg.dcm'), kinds[kind]);
    const { stdout, stderr } = spawnSync('dciodvfy', [join(folder, 'seg.dcm')], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(`${stdout}${stderr}`).toContain('Segmentation');
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
  });
});

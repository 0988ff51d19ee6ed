import { describe, expect, it } from 'vitest';
import { buildDataSet, type Value } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { TAG, type Tag } from '../tags.ts';
import { makeImage, words } from '../testing/make-dicom.ts';
import { stacksOfFiles } from '../testing/open-files.ts';
import { readDicomSeg } from './read.ts';
import { readSegOn } from './read-on.ts';

const SEG = '1.2.840.10008.5.1.4.1.1.66.4';
const identity = (segment: number) => segment;

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

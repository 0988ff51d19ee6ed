import { describe, expect, it } from 'vitest';
import { buildDataSet } from './build.ts';
import { readStack } from './read.ts';
import { TAG } from './tags.ts';
import { type ImageOptions, makeImage, words } from './testing/make-dicom.ts';
import { stacksOfFiles } from './testing/open-files.ts';

/** Slices of one series at some heights; the value of all pixels is the height. */
const seriesAt = (heights: readonly number[], options: ImageOptions = {}) =>
  Object.fromEntries(
    heights.map((z, i) => {
      const name = `${options.series ?? ''}slice${i}.dcm`;
      const image = {
        position: [10, 20, z] as const,
        instance: i + 1,
        rows: 1,
        columns: 2,
        pixels: [z, z],
        ...options,
      };
      return [name, makeImage(image)];
    }),
  );

const notes = async (files: Readonly<Record<string, Uint8Array>>) =>
  (await stacksOfFiles(files)).stacks.map((stack) => stack.notes);

describe('a series', () => {
  it('is sorted by position, whatever the names and instance numbers', async () => {
    const { stacks, read } = await stacksOfFiles(seriesAt([6, -2, 2, 0, 4]));
    expect(stacks).toHaveLength(1);
    const volume = await readStack(stacks[0] as (typeof stacks)[0], read);
    expect(volume.shape).toEqual([1, 5, 1, 2]);
    expect([...volume.data]).toEqual([-2, -2, 0, 0, 2, 2, 4, 4, 6, 6]);
    expect(stacks[0]?.notes).toEqual([]);
  });

  it('has its affine in the NIfTI world: column, row and slice steps, x and y turned', async () => {
    const { stacks } = await stacksOfFiles(seriesAt([-2, 0, 2]));
    expect(stacks[0]?.geometry).toEqual({
      spacing: [2, 0.5, 0.25],
      unit: 'mm',
      affine: [-0.25, 0, 0, -10, 0, -0.5, 0, -20, 0, 0, 2, -2, 0, 0, 0, 1],
    });
  });

  it.each<[string, number[], number[]]>([
    // Sagittal: rows run to the back, columns downwards; the normal points to the patient's right.
    ['sagittal', [0, 1, 0, 0, 0, -1], [-1, 0, 0]],
    ['coronal', [1, 0, 0, 0, 0, -1], [0, 1, 0]],
  ])('in %s orientation runs along its normal', async (_, orientation, normal) => {
    const files = Object.fromEntries(
      [3, 1, 2].map((k) => {
        const position = normal.map((value) => value * k * 1.5) as [number, number, number];
        return [`${k}.dcm`, makeImage({ position, orientation, instance: k })];
      }),
    );
    const { stacks } = await stacksOfFiles(files);
    expect(stacks[0]?.slices.map(({ image }) => image.name)).toEqual(['1.dcm', '2.dcm', '3.dcm']);
    const affine = stacks[0]?.geometry.affine ?? [];
    const lps = [-1, -1, 1];
    const column = (j: number) => [0, 1, 2].map((i) => (lps[i] as number) * (affine[4 * i + j] as number) + 0);
    expect(column(0)).toEqual(orientation.slice(0, 3).map((value) => value * 0.25));
    expect(column(1)).toEqual(orientation.slice(3).map((value) => value * 0.5));
    expect(column(2)).toEqual(normal.map((value) => value * 1.5));
  });

  it('with a tilted gantry has a leaning affine', async () => {
    const files = Object.fromEntries(
      [0, 1, 2].map((k) => [`${k}.dcm`, makeImage({ position: [0, 0.3 * k, 2 * k], instance: k })]),
    );
    const { stacks } = await stacksOfFiles(files);
    expect(stacks[0]?.geometry.affine?.filter((_, i) => i % 4 === 2).slice(0, 3)).toEqual([0, -0.3, 2]);
    expect(stacks[0]?.geometry.spacing[0]).toBeCloseTo(Math.hypot(0.3, 2), 12);
    expect(stacks[0]?.notes).toEqual([]);
  });

  it.each<[string, number[], string[]]>([
    ['a missing slice', [0, 2, 6, 8], ['a slice is missing between slice1.dcm and slice2.dcm']],
    ['missing slices', [0, 2, 4, 12, 14], ['3 slices are missing between slice2.dcm and slice3.dcm']],
    ['uneven spacing', [0, 2, 4, 6.5, 8.5], ['slices are unevenly spaced, 2 to 2.5 mm apart']],
    ['rounded positions', [0, 2.001, 3.999, 6], []],
    [
      'a slice at the place of another',
      [0, 2, 2, 4],
      ['slices lie at the same place, the first of each is used: slice1.dcm and slice2.dcm'],
    ],
  ])('with %s says so', async (_, heights, expected) => {
    expect(await notes(seriesAt(heights))).toEqual([expected]);
  });

  it('with a copied file uses it once', async () => {
    const files = seriesAt([0, 2]);
    const copy = { ...files, 'copy of slice1.dcm': files['slice1.dcm'] as Uint8Array };
    expect(await notes(copy)).toEqual([['copy of slice1.dcm is the same image as slice1.dcm']]);
  });

  it('with slices shifted against each other says so', async () => {
    const at = (k: number) => makeImage({ position: [k === 1 ? 3 : 0, 0, 2 * k], instance: k });
    expect(await notes({ a: at(0), b: at(1), c: at(2) })).toEqual([['its slices are shifted against each other']]);
  });
});

describe('a folder', () => {
  it('holds several series, told apart by UID and not by name', async () => {
    const { stacks } = await stacksOfFiles({
      ...seriesAt([0, 2, 4], { series: '1.2.3.1' }),
      ...seriesAt([0, 2], { series: '1.2.3.2' }),
    });
    expect(stacks.map(({ slices }) => [slices[0]?.image.series, slices.length])).toEqual([
      ['1.2.3.1', 3],
      ['1.2.3.2', 2],
    ]);
  });

  it('splits a series whose slices differ in orientation or size', async () => {
    const files = {
      ...seriesAt([0, 2]),
      localizer: makeImage({ orientation: [0, 1, 0, 0, 0, -1], instance: 8 }),
      large: makeImage({ rows: 5, instance: 9 }),
    };
    expect((await stacksOfFiles(files)).stacks.map(({ slices }) => slices.length)).toEqual([2, 1, 1]);
  });

  it('splits time points at the same places, by instance number', async () => {
    const at = (z: number, instance: number) =>
      makeImage({ position: [0, 0, z], instance, rows: 1, columns: 1, pixels: [instance] });
    const { stacks, read } = await stacksOfFiles({ a: at(0, 1), b: at(2, 2), c: at(0, 3), d: at(2, 4) });
    const volumes = await Promise.all(stacks.map((stack) => readStack(stack, read)));
    expect(volumes.map(({ data }) => [...data])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(stacks[0]?.notes).toEqual(['the series holds 2 volumes at the same place, this is number 1']);
  });

  it('takes images without position as volumes of their own', async () => {
    const files = {
      a: makeImage({ position: undefined, instance: 1 }),
      b: makeImage({ position: undefined, instance: 2 }),
    };
    const { stacks } = await stacksOfFiles(files);
    expect(stacks.map(({ geometry }) => geometry)).toEqual(Array(2).fill({ spacing: [2, 0.5, 0.25], unit: 'mm' }));
  });
});

describe('an enhanced multi-frame image', () => {
  it('takes position, spacing and rescaling of each frame from its functional groups', async () => {
    const frame = (z: number, slope: number) =>
      buildDataSet([
        [TAG.PlanePositionSequence, [buildDataSet([[TAG.ImagePositionPatient, [1, 2, z]]])]],
        [
          TAG.PixelValueTransformationSequence,
          [
            buildDataSet([
              [TAG.RescaleSlope, slope],
              [TAG.RescaleIntercept, -1],
            ]),
          ],
        ],
      ]);
    const shared = buildDataSet([
      [TAG.PlaneOrientationSequence, [buildDataSet([[TAG.ImageOrientationPatient, [1, 0, 0, 0, 1, 0]]])]],
      [TAG.PixelMeasuresSequence, [buildDataSet([[TAG.PixelSpacing, [3, 4]]])]],
    ]);
    const image = makeImage({
      rows: 1,
      columns: 2,
      position: undefined,
      orientation: undefined,
      more: [
        [TAG.PixelData, words([1, 2, 3, 4, 5, 6])],
        [TAG.NumberOfFrames, 3],
        [TAG.SharedFunctionalGroupsSequence, [shared]],
        [TAG.PerFrameFunctionalGroupsSequence, [frame(10, 1), frame(0, 10), frame(5, 100)]],
      ],
    });
    const { stacks, read } = await stacksOfFiles({ image });
    const volume = await readStack(stacks[0] as (typeof stacks)[0], read);
    expect([...volume.data]).toEqual([29, 39, 499, 599, 0, 1]);
    expect(volume.geometry).toEqual({
      spacing: [5, 3, 4],
      unit: 'mm',
      affine: [-4, 0, 0, -1, 0, -3, 0, -2, 0, 0, 5, 0, 0, 0, 0, 1],
    });
  });
});

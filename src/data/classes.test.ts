import { describe, expect, it } from 'vitest';
import { IGNORED, type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import { indexedCase, toValues } from './class-indices.ts';
import { defaultClassNames, resolveClasses, schemeOf } from './classes.ts';
import type { Case, Dataset } from './dataset.ts';
import { readCase } from './read-case.ts';

type Extent = readonly [number, number, number];
const volume = (data: readonly number[], shape: Volume['shape']): Volume => ({
  data: Float32Array.from(data),
  shape,
  geometry: PIXEL_GEOMETRY,
});
const labelOf = (data: readonly number[], shape: Extent): LabelVolume => ({
  data: Uint8Array.from(data),
  shape,
  geometry: PIXEL_GEOMETRY,
});
const scan = (id: string, image: Volume, label?: LabelVolume): Case => ({
  id,
  patient: id,
  image: async () => image,
  imagePath: `images/${id}.png`,
  ...(label === undefined ? {} : { label: async () => label, labelPath: `masks/${id}.png` }),
});
const square = [0, 1, 2, 3];

describe('classes', () => {
  const grey = volume([0, 0, 0, 0], [1, 1, 2, 2]);
  const dataset: Dataset = { layout: 'folders', root: 'set', cases: [] };

  const masked = (...values: number[]) => scan('a', grey, labelOf(values, [1, 2, values.length / 2]));
  const schemeFor = (masks: Case[], more: object = {}, ignore?: number) =>
    resolveClasses({ ...dataset, ...more }, { labelled: masks }, ignore);

  it('are the values of the labelled cases, at least two', async () => {
    const labelled = [scan('a', grey, labelOf(square, [1, 2, 2])), scan('b', grey)];
    expect((await schemeFor(labelled)).classes).toHaveLength(4);
    expect((await schemeFor([masked(0, 0, 0, 0)])).classes).toEqual(['background', 'class 1']);
  });

  it('have the names of the data set, or plain ones', async () => {
    const labelled = [masked(0, 2, 1, 0)];
    expect((await schemeFor(labelled)).classes).toEqual(['background', 'class 1', 'class 2']);
    expect((await schemeFor(labelled, { classes: ['none', 'cell'] })).classes).toEqual(['none', 'cell']);
    expect(defaultClassNames(2)).toEqual(['background', 'class 1']);
  });

  it.each<[string, number[][], object, number | undefined, object]>([
    [
      'BraTS',
      [[0, 1, 2, 4]],
      {},
      undefined,
      { classes: ['background', 'class 1', 'class 2', 'class 4'], values: [0, 1, 2, 4] },
    ],
    [
      'tens',
      [
        [0, 10],
        [20, 0],
      ],
      {},
      undefined,
      { classes: ['background', 'class 10', 'class 20'], values: [0, 10, 20] },
    ],
    ['hundreds', [[0, 100, 200, 0]], {}, undefined, { values: [0, 100, 200] }],
    [
      'names with a gap',
      [[0, 1]],
      { classes: ['background', 'a', 'class 2', 'class 3', 'd'], labelValues: [0, 1, 4] },
      undefined,
      { classes: ['background', 'a', 'd'], values: [0, 1, 4] },
    ],
    [
      'names with a gap that a mask fills',
      [[0, 3]],
      { classes: ['background', 'a', 'class 2', 'class 3', 'd'], labelValues: [0, 1, 4] },
      undefined,
      { classes: ['background', 'a', 'class 3', 'd'], values: [0, 1, 3, 4] },
    ],
    ['an ignore label', [[0, 1, 2, 255]], {}, 255, { classes: ['background', 'class 1', 'class 2'], ignore: 255 }],
    ['an ignore label between', [[0, 1, 2, 3]], {}, 2, { values: [0, 1, 3], ignore: 2 }],
    ['an ignore label of 0', [[0, 1, 2, 0]], {}, 0, { classes: ['background', 'class 2'], values: [1, 2], ignore: 0 }],
    ['one that the data set states', [[0, 1, 2, 0]], { ignoreLabel: 2 }, undefined, { values: [0, 1], ignore: 2 }],
    ['one and no class', [[0, 0, 7, 7]], {}, 7, { values: [0, 1], ignore: 7 }],
  ])('may have gaps: %s', async (_, masks, more, ignore, expected) => {
    expect(
      await schemeFor(
        masks.map((values) => masked(...values)),
        more,
        ignore,
      ),
    ).toMatchObject(expected);
  });

  it.each([
    [0, 128, 255, 0],
    [0, 1, 99, 100],
  ])('are not grey levels: %s, %s, %s', async (...values) => {
    const highest = Math.max(...values);
    const refusal = `masks/a.png: the value ${highest} was found, a mask holds class`;
    await expect(schemeFor([masked(...values)])).rejects.toThrow(refusal);
  });

  it('asks what 255 beside few classes means', async () => {
    await expect(schemeFor([masked(0, 1, 255, 255)])).rejects.toThrow(/set data\.ignore to 255 if it marks/);
  });
});

describe('masks as class indices', () => {
  const scheme = schemeOf({ classes: ['background', 'a', 'd'], values: [0, 1, 4], ignore: 9 });
  const item = scan('a', volume([0, 0, 0, 0], [1, 1, 2, 2]), labelOf([0, 1, 4, 9], [1, 2, 2]));

  it('go to indices and back to the values they were read with', async () => {
    const { label } = await readCase(indexedCase(item, scheme), 3);
    expect([...(label as LabelVolume).data]).toEqual([0, 1, 2, IGNORED]);
    const predicted = labelOf([2, 1, 0, 2], [1, 2, 2]);
    expect([...toValues(predicted, scheme.values).data]).toEqual([4, 1, 0, 4]);
  });

  it('have no other values', async () => {
    const odd = scan('a', volume([0, 0, 0, 0], [1, 1, 2, 2]), labelOf([0, 1, 3, 9], [1, 2, 2]));
    await expect(readCase(indexedCase(odd, scheme), 3)).rejects.toThrow(
      'masks/a.png: label value 3 was found, but the classes are 0, 1, 4.',
    );
  });

  it('are left as they are where each class is its value', () => {
    expect(indexedCase(item, schemeOf({ classes: ['background', 'a'] }))).toBe(item);
  });
});

import { describe, expect, it } from 'vitest';
import type { ValueMeaning } from '../../imaging/volume.ts';
import { buildDataSet } from './build.ts';
import { readDicom } from './read.ts';
import { TAG, type Tag } from './tags.ts';
import { makeImage, words } from './testing/make-dicom.ts';

type More = readonly (readonly [Tag, string | number | readonly number[] | readonly string[]])[];

const meaningOf = async (...more: More): Promise<ValueMeaning | undefined> =>
  (await readDicom(makeImage({ more: more as never }), 'slice.dcm')).meaning;
const RESCALED: More = [
  [TAG.RescaleSlope, 1],
  [TAG.RescaleIntercept, -1024],
];

describe('what a DICOM image says of its values', () => {
  it('is its own windows, by the names that it gives them', async () => {
    const windows: More = [
      [TAG.WindowCenter, [60, -500]],
      [TAG.WindowWidth, [350, 1400]],
    ];
    expect((await meaningOf(...windows))?.windows).toEqual([
      { name: 'of the file 1', low: -115, high: 235 },
      { name: 'of the file 2', low: -1200, high: 200 },
    ]);
    const named: More = [...windows, [TAG.WindowCenterWidthExplanation, ['ABDOMEN', 'LUNGS']]];
    expect((await meaningOf(...named))?.windows?.map(({ name }) => name)).toEqual(['ABDOMEN', 'LUNGS']);
  });

  it('is no window where the width is none, or where the picture was turned when it was read', async () => {
    const [centre, width] = [TAG.WindowCenter, TAG.WindowWidth];
    expect(await meaningOf([TAG.Modality, 'MR'], [centre, 40], [width, 0])).toEqual({ isHounsfield: false });
    const turned = await meaningOf([TAG.PhotometricInterpretation, 'MONOCHROME1'], [centre, 40], [width, 400]);
    expect(turned?.windows).toBeUndefined();
  });

  it('is Hounsfield units of a CT that says how its values are rescaled, unless it says otherwise', async () => {
    expect(await meaningOf(...RESCALED)).toEqual({ isHounsfield: true });
    expect(await meaningOf(...RESCALED, [TAG.RescaleType, 'HU'])).toEqual({ isHounsfield: true });
    expect(await meaningOf(...RESCALED, [TAG.RescaleType, 'US'])).toEqual({ isHounsfield: false });
    expect(await meaningOf()).toEqual({ isHounsfield: false });
    expect(await meaningOf(...RESCALED, [TAG.Modality, 'PT'])).toEqual({ isHounsfield: false });
  });
});

describe('a Modality LUT', () => {
  const table = (first: number, entries: readonly number[]) =>
    buildDataSet([
      [TAG.LUTDescriptor, [entries.length, first, 16]],
      [TAG.LUTData, words(entries)],
    ]);
  const read = async (pixels: readonly number[], ...more: readonly (readonly [Tag, never])[]) => [
    ...(await readDicom(makeImage({ rows: 1, columns: 4, pixels, more }), 'slice.dcm')).data,
  ];
  const lut = (first: number, ...entries: number[]) =>
    [TAG.ModalityLUTSequence, [table(first, entries)] as never] as const;

  it('says what stored values stand for, those beyond its ends too', async () => {
    expect(await read([0, 1, 2, 9], lut(0, 10, 30, 70))).toEqual([10, 30, 70, 70]);
    expect(await read([-3, -2, -1, 0], lut(65534, 10, 30, 70))).toEqual([10, 10, 30, 70]);
  });

  it('is turned after it was looked up, and refused where it is not there', async () => {
    const turned = [TAG.PhotometricInterpretation, 'MONOCHROME1' as never] as const;
    expect(await read([0, 1, 2, 2], lut(0, 10, 30, 70), turned)).toEqual([65525, 65505, 65465, 65465]);
    const empty = [TAG.ModalityLUTSequence, [buildDataSet([])] as never] as const;
    await expect(read([0, 1, 2, 2], empty)).rejects.toThrow('Modality LUT');
  });
});

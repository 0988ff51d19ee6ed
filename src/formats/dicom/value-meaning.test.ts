import { describe, expect, it } from 'vitest';
import type { ValueMeaning } from '../../imaging/volume.ts';
import { readDicom } from './read.ts';
import { TAG, type Tag } from './tags.ts';
import { makeImage } from './testing/make-dicom.ts';

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

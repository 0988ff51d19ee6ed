import { describe, expect, it } from 'vitest';
import { classValues, withIgnored } from './label-values.ts';
import { namedValues, segmentsOf, segmentsOfModel, withOtherValues } from './segments.ts';

/** A project whose class 2 was removed: others count ring 1, shell 2. */
const SETTINGS = { classes: ['background', 'ring', 'core', 'shell'], removed: [2] };
const valuesOf = (label: readonly number[], told?: unknown) => {
  const values = classValues(Uint8Array.from(label), told, SETTINGS);
  return label.map((value) => values[value]);
};

describe('classes elsewhere', () => {
  it('are counted without gaps', () => {
    expect(namedValues(segmentsOf(SETTINGS))).toEqual({ ring: 1, shell: 2 });
    expect([...withOtherValues(Uint8Array.from([0, 1, 2, 3]), segmentsOf(SETTINGS))]).toEqual([0, 1, 0, 2]);
  });

  it('of a model are those that it knows, so that 3D Slicer leaves the others alone', () => {
    const model = { classes: ['background', 'shell'], values: [0, 3] };
    const segments = segmentsOfModel(SETTINGS, model);
    expect(namedValues(segments)).toEqual({ shell: 1 });
    expect([...withOtherValues(Uint8Array.from([0, 3]), segments)]).toEqual([0, 1]);
  });
});

describe('a label that comes', () => {
  it('without names has values that count the classes', () => {
    expect(valuesOf([0, 1, 2])).toEqual([0, 1, 3]);
    expect(() => valuesOf([0, 3])).toThrow('the label has the values 3, but the classes are ring, shell');
  });

  it('is read by the names of its segments, whatever their order', () => {
    const told = [
      { name: 'Shell', idx: 1 },
      { name: 'ring', idx: 2 },
    ];
    expect(valuesOf([0, 1, 2], told)).toEqual([0, 3, 1]);
  });

  it('of 3D Slicer with a background segment in front has values that count from 1 all the same', () => {
    const told = [
      { name: 'ring', idx: 2 },
      { name: 'shell', idx: 3 },
    ];
    expect(valuesOf([0, 1, 2], told)).toEqual([0, 1, 3]);
    expect(valuesOf([0, 3], told)).toEqual([0, 3]);
    // Slicer's second segment, or the one that it numbers 2.
    expect(() => valuesOf([0, 2], told)).toThrow('nobody can tell whether voxels of 2 are ring or shell');
  });

  it('with a segment that is no class is refused, unless it is empty', () => {
    const told = [
      { name: 'ring', idx: 1 },
      { name: 'tumour', idx: 2 },
    ];
    expect(valuesOf([0, 1], told)).toEqual([0, 1]);
    expect(() => valuesOf([0, 2], told)).toThrow(
      'the segment tumour is no class of this project, which has ring, shell',
    );
    expect(() => valuesOf([0, 1], [{ name: 'core', idx: 1 }])).toThrow('core is no class');
  });

  it('leaves what nobody has annotated as it is, where the masks of the data set say such', () => {
    const values = classValues(Uint8Array.from([0, 1, 255]), undefined, { ...SETTINGS, hasIgnored: true });
    expect([values[0], values[1], values[255]]).toEqual([0, 1, 255]);
    expect(() => valuesOf([0, 255])).toThrow('the label has the values 255, but the classes are ring, shell');
    // 3D Slicer shows nothing there, and sends nothing back.
    expect([...withIgnored(Uint8Array.from([0, 0, 1]), Uint8Array.from([255, 1, 255]))]).toEqual([255, 0, 1]);
    expect([...withOtherValues(Uint8Array.from([255, 3]), segmentsOf(SETTINGS))]).toEqual([255, 2]);
  });

  it('may say anything about its segments', () => {
    expect(valuesOf([0, 1], 'nonsense')).toEqual([0, 1]);
    expect(() => valuesOf([0, 1], [null])).toThrow('the segment segment 1 is no class');
  });
});

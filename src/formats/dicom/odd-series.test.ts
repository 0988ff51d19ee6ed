import { describe, expect, it } from 'vitest';
import { buildDataSet, type Value } from './build.ts';
import { readDicom } from './read.ts';
import { readDicomHeader } from './read-header.ts';
import { readSegOn } from './seg/read-on.ts';
import { TAG, type Tag } from './tags.ts';
import { makeImage } from './testing/make-dicom.ts';
import { stacksOfFiles } from './testing/open-files.ts';
import { writePart10 } from './write.ts';

const more = (...entries: (readonly [Tag, Value | undefined])[]) => ({ more: entries });

const pixel = (value: number, z: number, instance: number, ...entries: (readonly [Tag, Value | undefined])[]) =>
  makeImage({ rows: 1, columns: 1, pixels: [value], position: [0, 0, z], instance, more: entries });
const valuesOf = async (files: Readonly<Record<string, Uint8Array>>) => {
  const { stacks, read } = await stacksOfFiles(files);
  const { readStack } = await import('./read.ts');
  return Promise.all(stacks.map(async (stack) => [...(await readStack(stack, read)).data]));
};

describe('slices of a series', () => {
  it('are of one patient, even where two have the same UID', async () => {
    const of = (patient: string, value: number, z: number) =>
      makeImage({ rows: 1, columns: 1, pixels: [value], position: [0, 0, z], instance: z + 1, patient });
    const files = { a: of('P1', 1, 0), b: of('P1', 2, 3), c: of('P2', 3, 6), d: of('P2', 4, 9) };
    expect(await valuesOf(files)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  const UID = [TAG.SOPInstanceUID, '1.2.3'] as const;

  it('that share a UID but not their place are all used', async () => {
    const files = { a: pixel(1, 0, 1, UID), b: pixel(2, 3, 2, UID), c: pixel(3, 6, 3, UID), copy: pixel(3, 6, 3, UID) };
    expect(await valuesOf(files)).toEqual([[1, 2, 3]]);
    expect((await stacksOfFiles(files)).stacks[0]?.notes).toEqual([
      'copy is the same image as c',
      '3 images share one SOP Instance UID, but differ in place or number; all are used',
    ]);
  });

  it('without a place among others are left out, with a note', async () => {
    const lost = makeImage({ rows: 1, columns: 1, pixels: [9], position: undefined, instance: 3 });
    const files = { a: pixel(1, 0, 1), lost, b: pixel(2, 3, 2), c: pixel(3, 6, 4) };
    expect(await valuesOf(files)).toEqual([[1, 2, 3]]);
    expect((await stacksOfFiles(files)).stacks[0]?.notes).toEqual(['lost states no position and is left out']);
  });

  it('of which none states a position is told of, as its slices are scans of their own', async () => {
    const slice = (instance: number, sopClass: string) =>
      makeImage({ position: undefined, instance, more: [[TAG.SOPClassUID, sopClass]] });
    const notesOf = async (sopClass: string) =>
      (await stacksOfFiles({ a: slice(1, sopClass), b: slice(2, sopClass) })).stacks.map(({ notes }) => notes);
    const told = '2 slices of this series do not state where they lie, so each is a scan of its own';
    expect(await notesOf('1.2.840.10008.5.1.4.1.1.2')).toEqual([[told], [told]]);
    // Pictures of ultrasound stand alone.
    expect(await notesOf('1.2.840.10008.5.1.4.1.1.6.1')).toEqual([[], []]);
  });

  it.each<[string, Tag]>([
    ['temporal position', TAG.TemporalPositionIdentifier],
    ['trigger time', TAG.TriggerTime],
    ['echo', TAG.EchoTime],
    ['acquisition', TAG.AcquisitionNumber],
  ])('at the same place are told apart by %s, whatever their numbers', async (name, tag) => {
    const files = {
      a: pixel(1, 0, 1, [tag, 10]),
      b: pixel(2, 0, 2, [tag, 20]),
      c: pixel(4, 3, 3, [tag, 20]),
      d: pixel(3, 3, 4, [tag, 10]),
    };
    expect(await valuesOf(files)).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect((await stacksOfFiles(files)).stacks[1]?.notes[0]).toContain(`(told apart by ${name}), this is number 2`);
  });

  it('of several times, one of which lacks a slice, make the volumes that are there', async () => {
    const at = (value: number, z: number, time: number) =>
      pixel(value, z, value, [TAG.TemporalPositionIdentifier, time]);
    expect(await valuesOf({ a: at(1, 0, 1), b: at(2, 3, 1), c: at(3, 6, 1), d: at(4, 0, 2), e: at(5, 3, 2) })).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('trigger times of every slice are their own', async () => {
    const at = (value: number, z: number, time: number) => pixel(value, z, 10 - value, [TAG.TriggerTime, time]);
    expect(await valuesOf({ a: at(1, 0, 5), b: at(2, 0, 305), c: at(3, 3, 12), d: at(4, 3, 311) })).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });
});

describe('what is no scan', () => {
  const kindOf = async (file: Uint8Array) => readDicomHeader(async (length) => file.subarray(0, length), 'a.dcm');
  const storage = (end: string) => [TAG.SOPClassUID, `1.2.840.10008.5.1.4.1.1.${end}`] as const;

  it.each<[string, string, (readonly [Tag, Value | undefined])[]]>([
    ['a radiotherapy dose', '481.2', []],
    ['a dose report page', '2', [[TAG.ImageType, 'DERIVED\\SECONDARY\\OTHER\\DOSE_INFO']]],
    ['a screenshot', '2', [[TAG.ImageType, 'DERIVED\\SECONDARY\\SCREEN SAVE']]],
    ['an overview picture to plan scans on (localizer)', '2', [[TAG.ImageType, 'ORIGINAL\\PRIMARY\\LOCALIZER']]],
    [
      'a colour page among grey scans',
      '4',
      [
        [TAG.SamplesPerPixel, 3],
        [TAG.PhotometricInterpretation, 'RGB'],
      ],
    ],
  ])('%s is known', async (what, end, entries) => {
    const header = await kindOf(makeImage(more(storage(end), ...entries)));
    expect(header.kind === 'image' && header.image.noScan).toBe(what);
  });

  it('a Siemens mosaic is named, not read as one slice', async () => {
    const mosaic = makeImage(more([TAG.ImageType, 'ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC']));
    const header = await kindOf(mosaic);
    expect(header.kind === 'image' && header.image.noScan).toMatch(/^a Siemens mosaic/);
    await expect(readDicom(mosaic, 'a.dcm')).rejects.toThrow(
      'a.dcm: a Siemens mosaic, which shows its slices side by side',
    );
  });

  it.each<[string, string]>([
    ['a report', '88.67'],
    ['a presentation state', '11.1'],
    ['an encapsulated document', '104.1'],
    ['a DICOM object without an image', '200.1'],
  ])('%s is known without pixels', async (what, end) => {
    const file = writePart10(buildDataSet([storage(end), [TAG.SOPInstanceUID, '1.2'], [TAG.Modality, 'XX']]));
    expect(await kindOf(file)).toEqual({ kind: 'other', what });
  });

  it('an image of any other kind is a scan', async () => {
    for (const end of ['2', '4', '1.1', '6.1', '481.1', '77.1.6']) {
      const header = await kindOf(makeImage(more(storage(end))));
      expect(header.kind === 'image' && header.image.noScan).toBe(undefined);
    }
  });
});

describe('a label map', () => {
  const segment = (number: number, label: string) =>
    buildDataSet([
      [TAG.SegmentNumber, number],
      [TAG.SegmentLabel, label],
    ]);
  const labelMap = (values: readonly number[], padding: number | undefined, segments: readonly [number, string][]) =>
    makeImage({
      rows: 1,
      columns: 4,
      more: [
        [TAG.SOPClassUID, '1.2.840.10008.5.1.4.1.1.66.7'],
        [TAG.SOPInstanceUID, '1.2.9'],
        [TAG.Modality, 'SEG'],
        [TAG.BitsAllocated, 8],
        [TAG.BitsStored, 8],
        [TAG.HighBit, 7],
        [TAG.PixelRepresentation, 0],
        [TAG.PixelPaddingValue, padding],
        [TAG.SegmentationType, 'LABELMAP'],
        [TAG.SegmentSequence, segments.map(([number, label]) => segment(number, label))],
        [TAG.PixelData, Uint8Array.from(values)],
      ],
    });

  it.each<[string, number | undefined, [number, string][], number[], number[]]>([
    [
      'segment 0',
      0,
      [
        [0, 'Background'],
        [1, 'Liver'],
        [2, 'Spleen'],
      ],
      [0, 1, 2, 1],
      [0, 1, 2, 1],
    ],
    [
      'segment 0 without padding',
      undefined,
      [
        [0, 'Background'],
        [1, 'Liver'],
      ],
      [0, 1, 0, 1],
      [0, 1, 0, 1],
    ],
    [
      'a padding value',
      255,
      [
        [255, 'Outside'],
        [1, 'Liver'],
        [2, 'Spleen'],
      ],
      [255, 1, 2, 0],
      [0, 1, 2, 0],
    ],
  ])('has its background from %s', async (_, padding, segments, values, expected) => {
    const file = labelMap(values, padding, segments);
    const header = await readDicomHeader(async (length) => file.subarray(0, length), 'a.dcm');
    const named = header.kind === 'segmentation' ? header.segmentation.segments.map(({ label }) => label) : [];
    expect(named).toEqual(segments.map(([, label]) => label).filter((label) => !/Background|Outside/.test(label)));
    const { stacks } = await stacksOfFiles({ ct: makeImage({ rows: 1, columns: 4 }) });
    const labels = await readSegOn(stacks[0] as (typeof stacks)[0], file, 'a.dcm', (number) => number);
    expect([...labels.data]).toEqual(expected);
  });
});

import type { ValueMeaning } from '../../imaging/volume.ts';
import { isPlace, isStep } from '../affine.ts';
import type { DataSet } from './data-set.ts';
import { noScan } from './kinds.ts';
import type { DicomFile } from './part10.ts';
import { TAG, type Tag } from './tags.ts';
import { valueMeaning } from './value-meaning.ts';

export type Vector = readonly [number, number, number];

/** Where a frame lies (DICOM coordinates: LPS, millimetres) and what its values mean; absent where the file does not say. */
export interface FrameHeader {
  /** Index in its file, from 0. */
  readonly index: number;
  /** Centre of the first pixel. */
  readonly position?: Vector;
  /** Directions of growing column index (along a row) and of growing row index (down a column). */
  readonly orientation?: readonly [Vector, Vector];
  /** Why one of both is absent though the file has something in its place: a sentence without the final stop. */
  readonly oddPlace?: string;
  /** Distance of rows, and of columns. */
  readonly spacing?: readonly [number, number];
  /** Whether the spacing is that of the detector, on which a body throws a larger shadow. */
  readonly isDetectorSpacing?: boolean;
  /** What tells apart images of one place, by the names of `MOMENTS`; only numbers that the file states. */
  readonly moments: Readonly<Partial<Record<Moment, number>>>;
  /** Between slices as stated; of one slice alone, its thickness has to do. */
  readonly step?: number;
  readonly slope: number;
  readonly intercept: number;
  readonly meaning?: ValueMeaning;
}

/** What may tell apart images of one place, the most telling first. */
export const MOMENTS = ['temporal position', 'trigger time', 'echo', 'acquisition'] as const;
export type Moment = (typeof MOMENTS)[number];

/** What is kept of an image file when a folder is listed. */
export interface ImageHeader {
  readonly name: string;
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly study: string;
  readonly series: string;
  readonly patient: string | undefined;
  readonly seriesNumber: number | undefined;
  readonly instanceNumber: number;
  readonly rows: number;
  readonly columns: number;
  readonly isColour: boolean;
  /** What the file is, if it is no slice of a scan: `a screenshot`. */
  readonly noScan?: string;
  /** What is odd about the file: sentences without the final stop. */
  readonly notes: readonly string[];
  readonly frames: readonly FrameHeader[];
}

/** No scanner makes files of more frames; a made-up claim would fill the memory before pixel data are looked at. */
const MAX_FRAMES = 1 << 17;

/** @param name of the file, kept so that it can be read again */
export function imageHeader({ dataSet, notes }: DicomFile, name: string): ImageHeader {
  const what = noScan(dataSet);
  const samples = dataSet.number(TAG.SamplesPerPixel) ?? 1;
  return {
    name,
    sopClass: dataSet.text(TAG.SOPClassUID) ?? '',
    sopInstance: dataSet.text(TAG.SOPInstanceUID) ?? '',
    study: dataSet.text(TAG.StudyInstanceUID) ?? '',
    series: dataSet.text(TAG.SeriesInstanceUID) ?? '',
    patient: dataSet.text(TAG.PatientID),
    seriesNumber: dataSet.number(TAG.SeriesNumber),
    instanceNumber: dataSet.number(TAG.InstanceNumber) ?? 0,
    rows: dataSet.number(TAG.Rows) ?? 0,
    columns: dataSet.number(TAG.Columns) ?? 0,
    isColour: samples > 1 || dataSet.text(TAG.PhotometricInterpretation) === 'PALETTE COLOR',
    ...(what === undefined ? {} : { noScan: what }),
    notes,
    frames: frameHeaders(dataSet),
  };
}

/** A frame's own functional groups count before those all frames share (PS3.3 C.7.6.16), then the plain attributes. */
function frameHeaders(dataSet: DataSet): FrameHeader[] {
  const count = Math.min(Math.max(1, Math.floor(dataSet.number(TAG.NumberOfFrames) ?? 1)), MAX_FRAMES);
  const shared = dataSet.item(TAG.SharedFunctionalGroupsSequence);
  const own = dataSet.items(TAG.PerFrameFunctionalGroupsSequence);
  return Array.from({ length: count }, (_, index) => {
    const group = (tag: Tag) => own[index]?.item(tag) ?? shared?.item(tag) ?? dataSet;
    const measures = group(TAG.PixelMeasuresSequence);
    const transformation = group(TAG.PixelValueTransformationSequence);
    const statedPosition = group(TAG.PlanePositionSequence).numbers(TAG.ImagePositionPatient);
    const statedOrientation = group(TAG.PlaneOrientationSequence).numbers(TAG.ImageOrientationPatient);
    const [position, orientation] = [vector(statedPosition), directions(statedOrientation)];
    const oddPlace =
      oddness('Image Position', 'place', statedPosition, position) ??
      oddness('Image Orientation', 'pair of directions', statedOrientation, orientation);
    const spacing = spacingOf(measures);
    const meaning = valueMeaning(dataSet, transformation, group(TAG.FrameVoiLutSequence));
    const step = positive(measures.number(TAG.SpacingBetweenSlices)) ?? positive(measures.number(TAG.SliceThickness));
    return {
      index,
      ...(position === undefined ? {} : { position }),
      ...(orientation === undefined ? {} : { orientation }),
      ...(oddPlace === undefined ? {} : { oddPlace }),
      ...spacing,
      moments: moments(dataSet, own[index] ?? shared),
      ...(step === undefined ? {} : { step }),
      slope: transformation.number(TAG.RescaleSlope) || 1,
      intercept: transformation.number(TAG.RescaleIntercept) ?? 0,
      ...(meaning === undefined ? {} : { meaning }),
    };
  });
}

function spacingOf(measures: DataSet): Pick<FrameHeader, 'spacing' | 'isDetectorSpacing'> {
  for (const tag of [TAG.PixelSpacing, TAG.ImagerPixelSpacing]) {
    const [rows, columns] = measures.numbers(tag);
    if (!(isPositive(rows) && isPositive(columns))) continue;
    const isDetectorSpacing = tag === TAG.ImagerPixelSpacing;
    return { spacing: [rows as number, columns as number], ...(isDetectorSpacing && { isDetectorSpacing }) };
  }
  return {};
}

/** @param groups of the frame, in a multi-frame image */
function moments(dataSet: DataSet, groups: DataSet | undefined): FrameHeader['moments'] {
  const content = groups?.item(TAG.FrameContentSequence);
  const values: Readonly<Record<Moment, number | undefined>> = {
    'temporal position': content?.number(TAG.TemporalPositionIndex) ?? dataSet.number(TAG.TemporalPositionIdentifier),
    'trigger time':
      groups?.item(TAG.CardiacSynchronizationSequence)?.number(TAG.NominalCardiacTriggerDelayTime) ??
      dataSet.number(TAG.TriggerTime),
    echo: groups?.item(TAG.MREchoSequence)?.number(TAG.EffectiveEchoTime) ?? dataSet.number(TAG.EchoTime),
    acquisition: content?.number(TAG.FrameAcquisitionNumber) ?? dataSet.number(TAG.AcquisitionNumber),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const isPositive = (value: number | undefined) => value !== undefined && isStep(value);

const positive = (value: number | undefined) =>
  value !== undefined && isStep(Math.abs(value)) ? Math.abs(value) : undefined;

function vector(values: readonly number[]): Vector | undefined {
  return values.length >= 3 && values.slice(0, 3).every(isPlace)
    ? (values.slice(0, 3) as unknown as Vector)
    : undefined;
}

/** What is odd about numbers that were stated and are not believed. */
function oddness(name: string, what: string, stated: readonly number[], believed: object | undefined) {
  if (stated.length === 0 || believed !== undefined) return undefined;
  return `its ${name} is no ${what} (${stated.join(', ')}), so where it lies in the body is not known`;
}

/** Two unit vectors at right angles, or nothing: files round them, and some hold zeros. */
function directions(values: readonly number[]): readonly [Vector, Vector] | undefined {
  const [row, column] = [vector(values.slice(0, 3)), vector(values.slice(3, 6))];
  if (row === undefined || column === undefined) return undefined;
  const length = (v: Vector) => Math.hypot(...v);
  const isUnit = Math.abs(length(row) - 1) < 0.01 && Math.abs(length(column) - 1) < 0.01;
  return isUnit && Math.abs(dot(row, column)) < 0.01 ? [row, column] : undefined;
}

export const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

import { buildDataSet, type Value } from '../build.ts';
import { TAG, type Tag } from '../tags.ts';
import { writePart10 } from '../write.ts';

/** A small image; everything has a default. */
export interface ImageOptions {
  readonly rows?: number;
  readonly columns?: number;
  /** Stored values, [rows, columns]; counts up from 0 by default. */
  readonly pixels?: readonly number[] | Int16Array;
  readonly position?: readonly [number, number, number] | undefined;
  readonly orientation?: readonly number[] | undefined;
  readonly spacing?: readonly [rows: number, columns: number];
  readonly instance?: number;
  readonly series?: string;
  readonly patient?: string;
  /** More attributes, or others than the defaults. */
  readonly more?: readonly (readonly [Tag, Value | undefined])[];
}

const AXIAL = [1, 0, 0, 0, 1, 0];

/** Writes a 16-bit CT image. */
export function makeImage(options: ImageOptions = {}): Uint8Array {
  const { rows = 3, columns = 4, instance = 1, series = '1.2.3.1', patient = 'P1' } = options;
  const { pixels = Array.from({ length: rows * columns }, (_, i) => i) } = options;
  const position = 'position' in options ? options.position : ([0, 0, 0] as const);
  const orientation = 'orientation' in options ? options.orientation : AXIAL;
  return writePart10(
    buildDataSet([
      [TAG.SOPClassUID, '1.2.840.10008.5.1.4.1.1.2'],
      [TAG.SOPInstanceUID, `${series}.${instance}`],
      [TAG.Modality, 'CT'],
      [TAG.PatientName, 'Doe^Jane'],
      [TAG.PatientID, patient],
      [TAG.StudyInstanceUID, '1.2.3'],
      [TAG.SeriesInstanceUID, series],
      [TAG.SeriesNumber, 7],
      [TAG.InstanceNumber, instance],
      [TAG.FrameOfReferenceUID, '1.2.3.9'],
      [TAG.ImagePositionPatient, position],
      [TAG.ImageOrientationPatient, orientation],
      [TAG.PixelSpacing, options.spacing ?? [0.5, 0.25]],
      [TAG.SliceThickness, 2],
      [TAG.Rows, rows],
      [TAG.Columns, columns],
      [TAG.SamplesPerPixel, 1],
      [TAG.PhotometricInterpretation, 'MONOCHROME2'],
      [TAG.BitsAllocated, 16],
      [TAG.BitsStored, 16],
      [TAG.HighBit, 15],
      [TAG.PixelRepresentation, 1],
      [TAG.PixelData, words(pixels)],
      ...(options.more ?? []),
    ]),
  );
}

/** 16-bit little-endian pixel data. */
export function words(values: readonly number[] | Int16Array): Uint8Array {
  return new Uint8Array(Int16Array.from(values).buffer);
}

import { PatchclError } from '../../../core/errors.ts';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { inflateHead, isGzip } from '../../gzip.ts';
import { buildDataSet, copied, decimal, UTF8_CHARACTER_SET } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import type { FrameHeader, Vector } from '../header.ts';
import { readPart10 } from '../part10.ts';
import { labelTexts } from '../seg/label-text.ts';
import { emptyUnlessThere, PATIENT_AND_STUDY, SOURCE_HEADER } from '../seg/patient.ts';
import type { WriteSegOptions } from '../seg/write.ts';
import type { DicomStack, StackSlice } from '../stack.ts';
import { TAG } from '../tags.ts';
import { writePart10 } from '../write.ts';
import { RTSTRUCT_STORAGE } from './header.ts';
import { outlines } from './trace.ts';

const STUDY_MANAGEMENT = '1.2.840.10008.3.1.2.3.1';
/** As viewers paint: red, green, blue and so on; they repeat. */
const COLOURS = ['230\\25\\75', '60\\180\\75', '0\\130\\200', '245\\130\\48', '145\\30\\180', '70\\240\\240'];

/**
 * Writes a segmentation as a structure set (RTSTRUCT, PS3.3 A.19): a region for each class but the background, its outlines along
 * the edges of pixels, a contour each. Holes are contours within contours, to be filled by the even-odd rule, as most programs do.
 *
 * @param labels of the stack's size
 * @throws PatchclError `bad-data` when the sizes differ, `unsupported` for a scan that does not say where its pixels lie.
 */
export function writeStructureSet(labels: LabelVolume, options: WriteSegOptions): Uint8Array {
  const { stack, classes, uid, now, version, source: bytes } = options;
  const first = stack.slices[0] as StackSlice;
  checkFit(labels, stack);
  const head = isGzip(bytes) ? inflateHead(bytes, first.image.name, SOURCE_HEADER) : bytes;
  const source = readPart10(head, first.image.name).dataSet;
  const frameOfReference = source.text(TAG.FrameOfReferenceUID) ?? uid('frame of reference');
  const date = now.toISOString().slice(0, 10).replaceAll('-', '');
  const time = now.toISOString().slice(11, 19).replaceAll(':', '');
  const regions = labelTexts(classes)
    .slice(1)
    .map((name, i) => ({ name, number: i + 1 }));
  return writePart10(
    buildDataSet([
      UTF8_CHARACTER_SET,
      [TAG.SOPClassUID, RTSTRUCT_STORAGE],
      [TAG.SOPInstanceUID, uid('instance')],
      [TAG.AccessionNumber, ''],
      [TAG.ReferringPhysicianName, ''],
      ...emptyUnlessThere(source),
      ...copied(source, PATIENT_AND_STUDY),
      [TAG.FrameOfReferenceUID, frameOfReference],
      [TAG.PositionReferenceIndicator, ''],
      [TAG.Modality, 'RTSTRUCT'],
      [TAG.SeriesInstanceUID, uid('series')],
      [TAG.SeriesNumber, (first.image.seriesNumber ?? 0) + 2000],
      [TAG.SeriesDescription, options.description ?? 'Contours by patchcl'],
      [TAG.OperatorsName, ''],
      [TAG.Manufacturer, 'patchcl'],
      [TAG.ManufacturerModelName, 'patchcl'],
      [TAG.SoftwareVersions, version],
      [TAG.InstanceNumber, 1],
      [TAG.StructureSetLabel, 'patchcl'],
      [TAG.StructureSetDate, date],
      [TAG.StructureSetTime, time],
      [TAG.ReferencedFrameOfReferenceSequence, [references(stack, frameOfReference)]],
      [
        TAG.StructureSetROISequence,
        regions.map(({ name, number }) =>
          buildDataSet([
            [TAG.ROINumber, number],
            [TAG.ReferencedFrameOfReferenceUID, frameOfReference],
            [TAG.ROIName, name],
            [TAG.ROIGenerationAlgorithm, 'AUTOMATIC'],
          ]),
        ),
      ],
      [TAG.ROIContourSequence, regions.map(({ number }) => contours(labels, stack, number))],
      [
        TAG.RTROIObservationsSequence,
        regions.map(({ number }) =>
          buildDataSet([
            [TAG.ObservationNumber, number],
            [TAG.ReferencedROINumber, number],
            [TAG.RTROIInterpretedType, 'ORGAN'],
            [TAG.ROIInterpreter, ''],
          ]),
        ),
      ],
      [TAG.ApprovalStatus, 'UNAPPROVED'],
    ]),
  );
}

function checkFit({ shape: [depth, rows, columns] }: LabelVolume, { slices }: DicomStack): void {
  const { image, frame } = slices[0] as StackSlice;
  if (depth !== slices.length || rows !== image.rows || columns !== image.columns) {
    const size = `${image.columns} x ${image.rows} x ${slices.length}`;
    throw new PatchclError(
      'bad-data',
      `a mask of ${columns} x ${rows} x ${depth} voxels does not fit a series of ${size}`,
    );
  }
  if (frame.position !== undefined && frame.orientation !== undefined && frame.spacing !== undefined) return;
  const problem = 'contours are in millimetres, but the scan does not say where its pixels lie';
  throw new PatchclError('unsupported', problem, { subject: image.name, hint: 'Write a DICOM SEG object instead.' });
}

function references({ slices }: DicomStack, frameOfReference: string): DataSet {
  const { image } = slices[0] as StackSlice;
  const images = new Map(slices.map((slice) => [slice.image.sopInstance, slice.image]));
  const series = buildDataSet([
    [TAG.SeriesInstanceUID, image.series],
    [
      TAG.ContourImageSequence,
      [...images.values()].map(({ sopClass, sopInstance }) => reference(sopClass, sopInstance)),
    ],
  ]);
  const study = buildDataSet([
    [TAG.ReferencedSOPClassUID, STUDY_MANAGEMENT],
    [TAG.ReferencedSOPInstanceUID, image.study],
    [TAG.RTReferencedSeriesSequence, [series]],
  ]);
  return buildDataSet([
    [TAG.FrameOfReferenceUID, frameOfReference],
    [TAG.RTReferencedStudySequence, [study]],
  ]);
}

function reference(sopClass: string, sopInstance: string, frame?: number): DataSet {
  return buildDataSet([
    [TAG.ReferencedSOPClassUID, sopClass],
    [TAG.ReferencedSOPInstanceUID, sopInstance],
    [TAG.ReferencedFrameNumber, frame],
  ]);
}

function contours({ data, shape }: LabelVolume, { slices }: DicomStack, number: number): DataSet {
  const [, rows, columns] = shape;
  const plane = rows * columns;
  const all = slices.flatMap(({ image, frame }, z) => {
    const slice = data.subarray(z * plane, (z + 1) * plane);
    const frameNumber = image.frames.length > 1 ? frame.index + 1 : undefined;
    return outlines(slice, rows, columns, number).map((corners) =>
      buildDataSet([
        [TAG.ContourImageSequence, [reference(image.sopClass, image.sopInstance, frameNumber)]],
        [TAG.ContourGeometricType, 'CLOSED_PLANAR'],
        [TAG.NumberOfContourPoints, corners.length / 2],
        [TAG.ContourData, inMillimetres(corners, frame)],
      ]),
    );
  });
  return buildDataSet([
    [TAG.ROIDisplayColor, COLOURS[(number - 1) % COLOURS.length]],
    [TAG.ContourSequence, all.length === 0 ? undefined : all],
    [TAG.ReferencedROINumber, number],
  ]);
}

function inMillimetres(corners: readonly number[], { position, orientation, spacing }: FrameHeader): string {
  const [right, down] = orientation as readonly [Vector, Vector];
  const [rows, columns] = spacing as readonly [number, number];
  const texts: string[] = [];
  for (let i = 0; i < corners.length; i += 2) {
    const [x, y] = [(corners[i] as number) * columns, (corners[i + 1] as number) * rows];
    for (const axis of [0, 1, 2] as const) {
      texts.push(decimal(Number(((position as Vector)[axis] + x * right[axis] + y * down[axis]).toFixed(6))));
    }
  }
  return texts.join('\\');
}

import { PatchclError } from '../../../core/errors.ts';
import type { LabelVolume, Volume } from '../../../imaging/volume.ts';
import { inflateHead, isGzip } from '../../gzip.ts';
import { buildDataSet, copied, UTF8_CHARACTER_SET, type Value } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { readPart10 } from '../part10.ts';
import type { DicomStack, StackSlice } from '../stack.ts';
import { TAG, type Tag } from '../tags.ts';
import { writePart10 } from '../write.ts';
import { code } from './code.ts';
import { codesOf } from './codes.ts';
import { frameGroups, sharedGroups } from './functional-groups.ts';
import { LABEL_MAP_STORAGE, SEGMENTATION_STORAGE } from './header.ts';
import { labelTexts } from './label-text.ts';
import { emptyUnlessThere, PATIENT_AND_STUDY, SOURCE_HEADER } from './patient.ts';
import { binaryPixels, fractionalPixels, labelMapPixels, type SegPixels } from './pixels.ts';

/** What a UID is for. */
export type UidRole = 'instance' | 'series' | 'dimensions' | 'frame of reference';

/** What a written DICOM SEG object says beside its frames. */
export interface WriteSegOptions {
  /** The slices that were segmented. */
  readonly stack: DicomStack;
  /** One of its files, or the part of it that holds the header: patient and study are taken from there. */
  readonly source: Uint8Array;
  /** Names of the classes, background first. */
  readonly classes: readonly string[];
  /** Makes a UID for each thing that needs one. */
  readonly uid: (role: UidRole) => string;
  readonly now: Date;
  /** Version of this software, for the equipment's description. */
  readonly version: string;
  /** Of the series. Default: that it is a segmentation by this software. */
  readonly description?: string;
  /**
   * Default `binary`, which every viewer reads. `labelmap` (supplement 243 of 2024) is smaller and newer.
   */
  readonly type?: 'binary' | 'labelmap';
}

/**
 * Writes a segmentation as a DICOM SEG object (PS3.3 A.51). Binary: a segment for each class but the background, a frame for
 * each slice on which it is found. Or a label map: a frame for each slice. Patient, study and frame of reference are those of the
 * scan. Every frame names the image it was drawn on.
 *
 * @param labels of the stack's size
 * @throws PatchclError `bad-data` when the sizes differ, `unsupported` for a label map of slices without position.
 */
export function writeDicomSeg(labels: LabelVolume, options: WriteSegOptions): Uint8Array {
  const isLabelMap = options.type === 'labelmap';
  if (isLabelMap && options.stack.slices[0]?.frame.position === undefined) {
    const problem = 'slices without position cannot have a label map';
    throw new PatchclError('unsupported', problem, { hint: 'Write a binary segmentation.' });
  }
  return writeSeg(
    isLabelMap ? labelMapPixels(labels) : binaryPixels(labels, options.classes.length),
    labels.shape,
    options,
  );
}

/**
 * Writes class probabilities as a fractional DICOM SEG object, 255 being 1, as `writeDicomSeg` does.
 *
 * @param probabilities [classes, depth, height, width] of the stack's size, background first
 * @throws PatchclError as `writeDicomSeg`
 */
export function writeFractionalSeg(probabilities: Volume, options: WriteSegOptions): Uint8Array {
  const [, ...extent] = probabilities.shape;
  return writeSeg(fractionalPixels(probabilities), extent, options);
}

function writeSeg(pixels: SegPixels, shape: readonly [number, number, number], options: WriteSegOptions): Uint8Array {
  const { stack, classes, uid, now, version } = options;
  const [depth, rows, columns] = shape;
  const first = stack.slices[0] as StackSlice;
  const { rows: height, columns: width } = first.image;
  if (depth !== stack.slices.length || rows !== height || columns !== width) {
    throw new PatchclError(
      'bad-data',
      `a mask of ${columns} x ${rows} x ${depth} voxels does not fit a series of ${width} x ${height} x ${stack.slices.length}`,
    );
  }
  const { type, bits, frames, data } = pixels;
  const isLabelMap = type === 'LABELMAP';
  const { source: sourceBytes } = options;
  const head = isGzip(sourceBytes) ? inflateHead(sourceBytes, first.image.name, SOURCE_HEADER) : sourceBytes;
  const source = readPart10(head, first.image.name).dataSet;
  const [date, time] = [
    now.toISOString().slice(0, 10).replaceAll('-', ''),
    now.toISOString().slice(11, 19).replaceAll(':', ''),
  ];
  const dimensions = uid('dimensions');
  return writePart10(
    buildDataSet([
      UTF8_CHARACTER_SET,
      [TAG.ImageType, 'DERIVED\\PRIMARY'],
      [TAG.SOPClassUID, isLabelMap ? LABEL_MAP_STORAGE : SEGMENTATION_STORAGE],
      [TAG.SOPInstanceUID, uid('instance')],
      [TAG.AccessionNumber, ''],
      [TAG.ReferringPhysicianName, ''],
      ...emptyUnlessThere(source),
      ...copied(source, PATIENT_AND_STUDY),
      [TAG.Modality, 'SEG'],
      [TAG.SeriesInstanceUID, uid('series')],
      [TAG.SeriesNumber, (first.image.seriesNumber ?? 0) + 1000],
      [TAG.SeriesDescription, options.description ?? 'Segmentation by patchcl'],
      [TAG.SeriesDate, date],
      [TAG.SeriesTime, time],
      [TAG.ContentDate, date],
      [TAG.ContentTime, time],
      [TAG.InstanceNumber, 1],
      [TAG.Manufacturer, 'patchcl'],
      [TAG.ManufacturerModelName, 'patchcl'],
      [TAG.DeviceSerialNumber, '1'],
      [TAG.SoftwareVersions, version],
      [TAG.ReferencedSeriesSequence, [referencedSeries(stack)]],
      [TAG.DimensionOrganizationSequence, [buildDataSet([[TAG.DimensionOrganizationUID, dimensions]])]],
      [
        TAG.DimensionIndexSequence,
        dimensionIndex(dimensions, { hasSegments: !isLabelMap, hasPositions: first.frame.position !== undefined }),
      ],
      [TAG.SamplesPerPixel, 1],
      [TAG.PhotometricInterpretation, 'MONOCHROME2'],
      [TAG.NumberOfFrames, frames.length],
      [TAG.Rows, rows],
      [TAG.Columns, columns],
      [TAG.BitsAllocated, bits],
      [TAG.BitsStored, bits],
      [TAG.HighBit, bits - 1],
      [TAG.PixelRepresentation, 0],
      [TAG.LossyImageCompression, '00'],
      [TAG.PixelPaddingValue, isLabelMap ? 0 : undefined],
      [TAG.SegmentationType, type],
      ...(type === 'FRACTIONAL' ? FRACTIONS : []),
      [TAG.SegmentSequence, segments(classes, isLabelMap)],
      [TAG.ContentLabel, 'SEGMENTATION'],
      [TAG.ContentDescription, 'Research use only, not for diagnosis'],
      [TAG.ContentCreatorName, ''],
      [TAG.SharedFunctionalGroupsSequence, [sharedGroups(stack)]],
      [TAG.PerFrameFunctionalGroupsSequence, frames.map(({ segment, z }) => frameGroups(stack, segment, z))],
      [TAG.PixelData, data],
    ]),
  );
}

/** What bytes of a fractional segmentation mean. */
const FRACTIONS: readonly (readonly [Tag, Value])[] = [
  [TAG.SegmentationFractionalType, 'PROBABILITY'],
  [TAG.MaximumFractionalValue, 255],
];

function referencedSeries({ slices }: DicomStack): DataSet {
  const instances = new Map(slices.map(({ image }) => [image.sopInstance, image]));
  const items = [...instances.values()].map(({ sopClass, sopInstance }) =>
    buildDataSet([
      [TAG.ReferencedSOPClassUID, sopClass],
      [TAG.ReferencedSOPInstanceUID, sopInstance],
    ]),
  );
  return buildDataSet([
    [TAG.SeriesInstanceUID, slices[0]?.image.series],
    [TAG.ReferencedInstanceSequence, items],
  ]);
}

function dimensionIndex(
  organization: string,
  { hasSegments, hasPositions }: { hasSegments: boolean; hasPositions: boolean },
): DataSet[] {
  const pointers = [[TAG.ReferencedSegmentNumber, TAG.SegmentIdentificationSequence] as const];
  const positions = [[TAG.ImagePositionPatient, TAG.PlanePositionSequence] as const];
  return [...(hasSegments ? pointers : []), ...(hasPositions ? positions : [])].map(([pointer, group]) =>
    buildDataSet([
      [TAG.DimensionOrganizationUID, organization],
      [TAG.DimensionIndexPointer, pointer.id],
      [TAG.FunctionalGroupPointer, group.id],
    ]),
  );
}

/** Viewers show the label. A label map describes its background too. */
function segments(classes: readonly string[], isLabelMap: boolean): DataSet[] {
  const named = labelTexts(classes).map((label, number) => segment(label, number));
  if (!isLabelMap) return named.slice(1);
  const background = buildDataSet([
    [TAG.SegmentNumber, 0],
    [TAG.SegmentLabel, 'Background'],
    [TAG.SegmentAlgorithmType, 'AUTOMATIC'],
    [TAG.SegmentAlgorithmName, 'patchcl'],
    [TAG.SegmentedPropertyCategoryCodeSequence, [code('125040', 'DCM', 'Background')]],
    [TAG.SegmentedPropertyTypeCodeSequence, [code('125040', 'DCM', 'Background')]],
  ]);
  return [background, ...named.slice(1)];
}

function segment(label: string, number: number): DataSet {
  const { category, type } = codesOf(label, number);
  return buildDataSet([
    [TAG.SegmentNumber, number],
    [TAG.SegmentLabel, label],
    [TAG.SegmentAlgorithmType, 'AUTOMATIC'],
    [TAG.SegmentAlgorithmName, 'patchcl'],
    [TAG.SegmentedPropertyCategoryCodeSequence, [category]],
    [TAG.SegmentedPropertyTypeCodeSequence, [type]],
  ]);
}

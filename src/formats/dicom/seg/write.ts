import { PatchclError } from '../../../core/errors.ts';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { inflateHead, isGzip } from '../../gzip.ts';
import { buildDataSet, copied, UTF8_CHARACTER_SET, type Value } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { readPart10 } from '../part10.ts';
import type { DicomStack, StackSlice } from '../stack.ts';
import { TAG, type Tag } from '../tags.ts';
import { writePart10 } from '../write.ts';
import { code } from './code.ts';
import { frameGroups, sharedGroups } from './functional-groups.ts';
import { SEGMENTATION_STORAGE } from './header.ts';

export interface WriteSegOptions {
  /** The slices that were segmented. */
  readonly stack: DicomStack;
  /** One of its files, or the part of it that holds the header: patient and study are taken from there. */
  readonly source: Uint8Array;
  /** Names of the classes, background first. */
  readonly classes: readonly string[];
  /** Makes a new UID; three are needed. */
  readonly uid: () => string;
  readonly now: Date;
  /** Version of this software, for the equipment's description. */
  readonly version: string;
}

/** Patient and study stand in front. */
const SOURCE_HEADER = 1 << 20;

const PATIENT_AND_STUDY: readonly Tag[] = [
  TAG.StudyDate,
  TAG.StudyTime,
  TAG.AccessionNumber,
  TAG.ReferringPhysicianName,
  TAG.StudyDescription,
  TAG.PatientName,
  TAG.PatientID,
  TAG.PatientBirthDate,
  TAG.PatientSex,
  TAG.PatientAge,
  TAG.PatientIdentityRemoved,
  TAG.DeidentificationMethod,
  TAG.StudyInstanceUID,
  TAG.StudyID,
  TAG.FrameOfReferenceUID,
  TAG.PositionReferenceIndicator,
];

/** A slice on which a class was found. */
interface SegFrame {
  readonly segment: number;
  readonly z: number;
}

/**
 * Writes a segmentation as a DICOM SEG object (PS3.3 A.51): binary, a segment for each class but the background, a frame for
 * each slice on which it is found. Patient, study and frame of reference are those of the scan, every frame names the image
 * it was drawn on.
 *
 * @param labels of the stack's size
 * @throws PatchclError `bad-data` when the sizes differ.
 */
export function writeDicomSeg(labels: LabelVolume, options: WriteSegOptions): Uint8Array {
  const { stack, classes, uid, now, version } = options;
  const [depth, rows, columns] = labels.shape;
  const first = stack.slices[0] as StackSlice;
  const { rows: height, columns: width } = first.image;
  if (depth !== stack.slices.length || rows !== height || columns !== width) {
    throw new PatchclError(
      'bad-data',
      `a mask of ${columns} x ${rows} x ${depth} voxels does not fit a series of ${width} x ${height} x ${stack.slices.length}`,
    );
  }
  const frames = framesOf(labels, classes.length);
  const { source: sourceBytes } = options;
  const head = isGzip(sourceBytes) ? inflateHead(sourceBytes, first.image.name, SOURCE_HEADER) : sourceBytes;
  const source = readPart10(head, first.image.name).dataSet;
  const [date, time] = [
    now.toISOString().slice(0, 10).replaceAll('-', ''),
    now.toISOString().slice(11, 19).replaceAll(':', ''),
  ];
  const dimensions = uid();
  return writePart10(
    buildDataSet([
      UTF8_CHARACTER_SET,
      [TAG.ImageType, 'DERIVED\\PRIMARY'],
      [TAG.SOPClassUID, SEGMENTATION_STORAGE],
      [TAG.SOPInstanceUID, uid()],
      [TAG.AccessionNumber, ''],
      [TAG.ReferringPhysicianName, ''],
      ...emptyUnlessThere(source),
      ...copied(source, PATIENT_AND_STUDY),
      [TAG.Modality, 'SEG'],
      [TAG.SeriesInstanceUID, uid()],
      [TAG.SeriesNumber, (first.image.seriesNumber ?? 0) + 1000],
      [TAG.SeriesDescription, 'Segmentation by patchcl'],
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
      [TAG.DimensionIndexSequence, dimensionIndex(dimensions, first.frame.position !== undefined)],
      [TAG.SamplesPerPixel, 1],
      [TAG.PhotometricInterpretation, 'MONOCHROME2'],
      [TAG.NumberOfFrames, frames.length],
      [TAG.Rows, rows],
      [TAG.Columns, columns],
      [TAG.BitsAllocated, 1],
      [TAG.BitsStored, 1],
      [TAG.HighBit, 0],
      [TAG.PixelRepresentation, 0],
      [TAG.LossyImageCompression, '00'],
      [TAG.SegmentationType, 'BINARY'],
      [TAG.SegmentSequence, classes.slice(1).map((label, i) => segment(label, i + 1))],
      [TAG.ContentLabel, 'SEGMENTATION'],
      [TAG.ContentDescription, 'Research use only, not for diagnosis'],
      [TAG.ContentCreatorName, ''],
      [TAG.SharedFunctionalGroupsSequence, [sharedGroups(stack)]],
      [TAG.PerFrameFunctionalGroupsSequence, frames.map(({ segment, z }) => frameGroups(stack, segment, z))],
      [TAG.PixelData, packBits(labels, frames)],
    ]),
  );
}

/** Attributes that must be there, if only without a value (type 2). */
function emptyUnlessThere(source: DataSet): [Tag, Value | undefined][] {
  const tags = [
    TAG.StudyDate,
    TAG.StudyTime,
    TAG.PatientName,
    TAG.PatientID,
    TAG.PatientBirthDate,
    TAG.PatientSex,
    TAG.StudyID,
  ];
  const position = source.text(TAG.FrameOfReferenceUID) === undefined ? [] : [TAG.PositionReferenceIndicator];
  return [...tags, ...position].map((tag) => [tag, '']);
}

/** Slices by class. A segmentation has one frame at least, so without any foreground the first slice is written, empty. */
function framesOf({ data, shape }: LabelVolume, classes: number): SegFrame[] {
  const [depth, rows, columns] = shape;
  const frames: SegFrame[] = [];
  for (let z = 0; z < depth; z++) {
    const found = new Set(data.subarray(z * rows * columns, (z + 1) * rows * columns));
    for (let segment = 1; segment < classes; segment++) if (found.has(segment)) frames.push({ segment, z });
  }
  frames.sort((a, b) => a.segment - b.segment || a.z - b.z);
  return frames.length > 0 ? frames : [{ segment: 1, z: 0 }];
}

/** One bit a pixel, lowest first, frames one behind the other without padding (PS3.5 section 8.2). */
function packBits({ data, shape }: LabelVolume, frames: readonly SegFrame[]): Uint8Array {
  const plane = shape[1] * shape[2];
  const packed = new Uint8Array(Math.ceil((frames.length * plane) / 8));
  for (const [index, { segment, z }] of frames.entries()) {
    for (let i = 0; i < plane; i++) {
      if (data[z * plane + i] !== segment) continue;
      const bit = index * plane + i;
      packed[bit >> 3] = (packed[bit >> 3] as number) | (1 << (bit & 7));
    }
  }
  return packed;
}

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

function dimensionIndex(organization: string, hasPositions: boolean): DataSet[] {
  const pointers = [[TAG.ReferencedSegmentNumber, TAG.SegmentIdentificationSequence] as const];
  const positions = [[TAG.ImagePositionPatient, TAG.PlanePositionSequence] as const];
  return [...pointers, ...(hasPositions ? positions : [])].map(([pointer, group]) =>
    buildDataSet([
      [TAG.DimensionOrganizationUID, organization],
      [TAG.DimensionIndexPointer, pointer.id],
      [TAG.FunctionalGroupPointer, group.id],
    ]),
  );
}

/** Classes are the user's own, so their codes are of a private scheme; viewers show the label. */
function segment(label: string, number: number): DataSet {
  const meaning = label.slice(0, 64);
  return buildDataSet([
    [TAG.SegmentNumber, number],
    [TAG.SegmentLabel, meaning],
    [TAG.SegmentAlgorithmType, 'AUTOMATIC'],
    [TAG.SegmentAlgorithmName, 'patchcl'],
    [TAG.SegmentedPropertyCategoryCodeSequence, [code('123037004', 'SCT', 'Anatomical Structure')]],
    [TAG.SegmentedPropertyTypeCodeSequence, [code(`class-${number}`, '99PATCHCL', meaning)]],
  ]);
}

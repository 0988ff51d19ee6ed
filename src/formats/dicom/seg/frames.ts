import { unfit, unsupported } from '../../damaged.ts';
import type { DataSet } from '../data-set.ts';
import { type FrameHeader, imageHeader } from '../header.ts';
import { type DicomFile, readPart10 } from '../part10.ts';
import { type FrameReader, frameReader } from '../pixels/frame-reader.ts';
import { TAG } from '../tags.ts';
import { backgroundValues, isSegmentation, type Segment, segmentsOf, sourceInstances } from './header.ts';

/** One frame of a segmentation. */
export interface SegFrame {
  readonly header: FrameHeader;
  /** The segment it shows; undefined in a label map, whose values are segment numbers. */
  readonly segment: number | undefined;
  /** The images it was drawn on, by SOP instance. */
  readonly sources: readonly string[];
  /** Frame number, from 1, where the source is a multi-frame image. */
  readonly sourceFrame: number | undefined;
}

/** A segmentation ready to be read frame by frame. */
export interface Segmentation {
  readonly segments: readonly Segment[];
  /** Values of a label map that mean background. */
  readonly background: ReadonlySet<number>;
  readonly frames: readonly SegFrame[];
  readonly reader: FrameReader;
  /** What a stored value has to be divided by to be a part of 1. */
  readonly most: number;
}

/** @throws PatchclError `bad-file` when the file is no segmentation, damaged or cut off. */
export function openSegmentation(bytes: Uint8Array, name: string): Segmentation {
  const file = readPart10(bytes, name);
  if (!isSegmentation(file.dataSet)) {
    throw unfit(
      name,
      'this DICOM file is not a segmentation (DICOM SEG), which was expected as a mask',
      'Leave it out.',
    );
  }
  const reader = frameReader(file, name);
  if (reader.channels !== 1)
    throw unfit(name, 'a segmentation has no colours, but this file has', 'Write it again as a segmentation.');
  const segments = segmentsOf(file.dataSet);
  const beyond = segments.find(({ number }) => number < 0 || number > 255);
  if (beyond !== undefined) {
    throw unsupported(name, `segment ${beyond.number} is beyond the 255 that are read`, 'Split it into several files.');
  }
  return {
    segments,
    background: backgroundValues(file.dataSet),
    frames: framesOf(file, segments, name),
    reader,
    most: mostOf(file.dataSet, reader),
  };
}

function mostOf(dataSet: DataSet, reader: FrameReader): number {
  if (dataSet.text(TAG.SegmentationType) !== 'FRACTIONAL') return 1;
  return dataSet.number(TAG.MaximumFractionalValue) || 2 ** reader.format.bitsStored - 1;
}

function framesOf({ dataSet, ...file }: DicomFile, segments: readonly Segment[], name: string): SegFrame[] {
  const isLabelMap = dataSet.text(TAG.SegmentationType) === 'LABELMAP';
  const shared = dataSet.item(TAG.SharedFunctionalGroupsSequence);
  const own = dataSet.items(TAG.PerFrameFunctionalGroupsSequence);
  return imageHeader({ dataSet, ...file }, name).frames.map((header): SegFrame => {
    const groups = own[header.index];
    const identification =
      groups?.item(TAG.SegmentIdentificationSequence) ?? shared?.item(TAG.SegmentIdentificationSequence);
    const only = segments.length === 1 ? segments[0]?.number : undefined;
    const segment = identification?.number(TAG.ReferencedSegmentNumber) ?? only;
    if (!isLabelMap && (segment === undefined || segment < 1 || segment > 255)) {
      throw unfit(name, `frame ${header.index + 1} does not say which segment it shows`, 'Write it again.');
    }
    const source = groups?.item(TAG.DerivationImageSequence)?.item(TAG.SourceImageSequence);
    return {
      header,
      segment: isLabelMap ? undefined : segment,
      sources: groups === undefined ? [] : sourceInstances(groups),
      sourceFrame: source?.number(TAG.ReferencedFrameNumber),
    };
  });
}

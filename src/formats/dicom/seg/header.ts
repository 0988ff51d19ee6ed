import type { DataSet } from '../data-set.ts';
import { TAG } from '../tags.ts';

export const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';
export const LABEL_MAP_STORAGE = '1.2.840.10008.5.1.4.1.1.66.7';

/** One structure of a segmentation. */
export interface Segment {
  /** From 1; 0 would be background. */
  readonly number: number;
  readonly label: string;
}

/** What is kept of a segmentation when a folder is listed. */
export interface SegHeader {
  readonly name: string;
  readonly segments: readonly Segment[];
  /** Series and instances it was drawn on. */
  readonly series: readonly string[];
  readonly instances: ReadonlySet<string>;
  /** Whether it is a set of contours (RTSTRUCT), which most often holds more than what is to be learned. */
  readonly isStructureSet?: boolean;
  /** Whether a model drew it and nobody has looked at it: what `patchcl predict` writes. */
  readonly isPrediction?: boolean;
}

/** The description of a series of predictions. */
export const PREDICTION = 'Prediction by patchcl';

/** Whether a segmentation or structure set is a prediction, to be spread into its header. */
export function predictionMark(dataSet: DataSet): Pick<SegHeader, 'isPrediction'> {
  return dataSet.text(TAG.SeriesDescription) === PREDICTION ? { isPrediction: true } : {};
}

/** Whether a data set is a DICOM SEG object, of single segments or a label map. */
export function isSegmentation(dataSet: DataSet): boolean {
  const sopClass = dataSet.text(TAG.SOPClassUID);
  return sopClass === SEGMENTATION_STORAGE || sopClass === LABEL_MAP_STORAGE;
}

export function segHeader(dataSet: DataSet, name: string): SegHeader {
  const referenced = dataSet.items(TAG.ReferencedSeriesSequence);
  return {
    name,
    segments: segmentsOf(dataSet),
    series: referenced.flatMap((item) => item.text(TAG.SeriesInstanceUID) ?? []),
    instances: new Set([
      ...referenced.flatMap((item) => instancesOf(item.items(TAG.ReferencedInstanceSequence))),
      ...instancesOf(dataSet.items(TAG.SourceImageSequence)),
      ...dataSet.items(TAG.PerFrameFunctionalGroupsSequence).flatMap(sourceInstances),
    ]),
    ...predictionMark(dataSet),
  };
}

/** Values of a label map that mean background: 0, and the one that pads pictures. Of other segmentations none. */
export function backgroundValues(dataSet: DataSet): ReadonlySet<number> {
  if (dataSet.text(TAG.SegmentationType) !== 'LABELMAP') return new Set();
  const padding = dataSet.number(TAG.PixelPaddingValue);
  return new Set(padding === undefined ? [0] : [0, padding]);
}

/** Segments by number, without the background, which label maps may describe as a segment. */
export function segmentsOf(dataSet: DataSet): Segment[] {
  const background = backgroundValues(dataSet);
  return dataSet
    .items(TAG.SegmentSequence)
    .flatMap((item) => {
      const number = item.number(TAG.SegmentNumber);
      return number === undefined || background.has(number)
        ? []
        : [{ number, label: item.text(TAG.SegmentLabel) ?? `segment ${number}` }];
    })
    .sort((a, b) => a.number - b.number);
}

/** The images a frame was drawn on, from its functional groups. */
export function sourceInstances(groups: DataSet): string[] {
  return groups.items(TAG.DerivationImageSequence).flatMap((item) => instancesOf(item.items(TAG.SourceImageSequence)));
}

function instancesOf(items: readonly DataSet[]): string[] {
  return items.flatMap((item) => item.text(TAG.ReferencedSOPInstanceUID) ?? []);
}

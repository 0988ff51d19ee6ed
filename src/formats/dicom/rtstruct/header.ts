import type { DataSet } from '../data-set.ts';
import { predictionMark, type SegHeader, type Segment } from '../seg/header.ts';
import { TAG } from '../tags.ts';

export const RTSTRUCT_STORAGE = '1.2.840.10008.5.1.4.1.1.481.3';

/** Whether a data set is a set of radiotherapy contours (RTSTRUCT). */
export function isStructureSet(dataSet: DataSet): boolean {
  return dataSet.text(TAG.SOPClassUID) === RTSTRUCT_STORAGE;
}

/** What a structure set is about: its regions as segments, and the images they were drawn on. */
export function structuresHeader(dataSet: DataSet, name: string): SegHeader {
  const series = dataSet
    .items(TAG.ReferencedFrameOfReferenceSequence)
    .flatMap((frame) => frame.items(TAG.RTReferencedStudySequence))
    .flatMap((study) => study.items(TAG.RTReferencedSeriesSequence));
  const images = series.flatMap((item) => item.items(TAG.ContourImageSequence));
  return {
    name,
    segments: regionsOf(dataSet),
    series: series.flatMap((item) => item.text(TAG.SeriesInstanceUID) ?? []),
    instances: new Set(images.flatMap((item) => item.text(TAG.ReferencedSOPInstanceUID) ?? [])),
    isStructureSet: true,
    ...predictionMark(dataSet),
  };
}

/** Regions of interest by number. */
export function regionsOf(dataSet: DataSet): Segment[] {
  return dataSet
    .items(TAG.StructureSetROISequence)
    .flatMap((item) => {
      const number = item.number(TAG.ROINumber);
      return number === undefined ? [] : [{ number, label: item.text(TAG.ROIName) ?? `region ${number}` }];
    })
    .sort((a, b) => a.number - b.number);
}

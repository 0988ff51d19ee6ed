import type { Value } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { TAG, type Tag } from '../tags.ts';

/** Patient and study stand in front. */
export const SOURCE_HEADER = 1 << 20;

/** What a result takes over from its scan. */
export const PATIENT_AND_STUDY: readonly Tag[] = [
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

/** Attributes that must be there, if only without a value (type 2). */
export function emptyUnlessThere(source: DataSet): [Tag, Value | undefined][] {
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

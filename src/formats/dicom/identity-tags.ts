import type { DataSet } from './data-set.ts';
import { isSecondaryCapture } from './kinds.ts';
import { TAG } from './tags.ts';

/** Attributes that tell who a patient is, or who and where somebody was: the common ones of the basic profile (PS3.15, table E.1-1). */
export const IDENTIFYING: readonly (readonly [id: number, name: string, kind: IdentityKind])[] = [
  [0x00100010, 'PatientName', 'person'],
  [0x00100020, 'PatientID', 'person'],
  [0x00100030, 'PatientBirthDate', 'person'],
  [0x00100032, 'PatientBirthTime', 'person'],
  [0x00101000, 'OtherPatientIDs', 'person'],
  [0x00101001, 'OtherPatientNames', 'person'],
  [0x00101002, 'OtherPatientIDsSequence', 'person'],
  [0x00101005, 'PatientBirthName', 'person'],
  [0x00101040, 'PatientAddress', 'person'],
  [0x00101050, 'InsurancePlanIdentification', 'person'],
  [0x00101060, 'PatientMotherBirthName', 'person'],
  [0x00101080, 'MilitaryRank', 'person'],
  [0x00101090, 'MedicalRecordLocator', 'person'],
  [0x00102150, 'CountryOfResidence', 'person'],
  [0x00102152, 'RegionOfResidence', 'person'],
  [0x00102154, 'PatientTelephoneNumbers', 'person'],
  [0x00102160, 'EthnicGroup', 'person'],
  [0x00102180, 'Occupation', 'person'],
  [0x001021b0, 'AdditionalPatientHistory', 'text'],
  [0x001021f0, 'PatientReligiousPreference', 'person'],
  [0x00102297, 'ResponsiblePerson', 'person'],
  [0x00104000, 'PatientComments', 'text'],
  [0x00080050, 'AccessionNumber', 'person'],
  [0x00200010, 'StudyID', 'person'],
  [0x00380010, 'AdmissionID', 'person'],
  [0x00380300, 'CurrentPatientLocation', 'person'],
  [0x00380400, 'PatientInstitutionResidence', 'person'],
  [0x00080080, 'InstitutionName', 'staff'],
  [0x00080081, 'InstitutionAddress', 'staff'],
  [0x00080090, 'ReferringPhysicianName', 'staff'],
  [0x00080092, 'ReferringPhysicianAddress', 'staff'],
  [0x00080094, 'ReferringPhysicianTelephoneNumbers', 'staff'],
  [0x00081010, 'StationName', 'staff'],
  [0x00081040, 'InstitutionalDepartmentName', 'staff'],
  [0x00081048, 'PhysiciansOfRecord', 'staff'],
  [0x00081050, 'PerformingPhysicianName', 'staff'],
  [0x00081060, 'NameOfPhysiciansReadingStudy', 'staff'],
  [0x00081070, 'OperatorsName', 'staff'],
  [0x00181000, 'DeviceSerialNumber', 'staff'],
  [0x00321032, 'RequestingPhysician', 'staff'],
  [0x00321033, 'RequestingService', 'staff'],
  [0x00400006, 'ScheduledPerformingPhysicianName', 'staff'],
  [0x00401010, 'NamesOfIntendedRecipientsOfResults', 'staff'],
  [0x0040a123, 'PersonName', 'staff'],
  [0x00700084, 'ContentCreatorName', 'staff'],
  [0x00080020, 'StudyDate', 'date'],
  [0x00080021, 'SeriesDate', 'date'],
  [0x00080022, 'AcquisitionDate', 'date'],
  [0x00080023, 'ContentDate', 'date'],
  [0x0008002a, 'AcquisitionDateTime', 'date'],
  [0x00081030, 'StudyDescription', 'text'],
  [0x0008103e, 'SeriesDescription', 'text'],
  [0x00081080, 'AdmittingDiagnosesDescription', 'text'],
  [0x00204000, 'ImageComments', 'text'],
  [0x00321060, 'RequestedProcedureDescription', 'text'],
  [0x00324000, 'StudyComments', 'text'],
  [0x00400275, 'RequestAttributesSequence', 'text'],
];

/** Whether it tells of the patient, of whoever else took part and where, of when, or may tell anything, being text that people typed. */
export type IdentityKind = 'person' | 'staff' | 'date' | 'text';

/** What of a file may tell who somebody is. Values are not among it, but for those that paths are compared with. */
export interface IdentityFacts {
  /** Attributes that have a value, by name. */
  readonly attributes: readonly string[];
  /** Private attributes, which may hold anything. */
  readonly hasPrivate: boolean;
  /** Why the picture itself may show a name; absent where nothing speaks for it. */
  readonly burntIn?: string;
  /** Whether it says that identities were removed. */
  readonly isRemoved: boolean;
  /** Name and number of the patient in parts, in small letters: to be looked for in paths, never to be shown. */
  readonly words: readonly string[];
}

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
/** Ultrasound writes names into its pictures; photographs show faces. */
const PICTURES: readonly (readonly [prefix: string, what: string])[] = [
  ['6', 'ultrasound'],
  ['3', 'ultrasound'],
  ['77.1.4', 'a photograph'],
  ['77.1.1', 'an endoscopic picture'],
];

/** What in a header may tell who somebody is. */
export function identityFacts(dataSet: DataSet): IdentityFacts {
  const { elements } = dataSet;
  const isFilled = (id: number) => {
    const element = elements.get(id);
    return (
      element !== undefined &&
      (element.items?.length ?? element.bytes.findIndex((byte) => byte !== 0 && byte !== 32) + 1) > 0
    );
  };
  let hasPrivate = false;
  for (const id of elements.keys()) hasPrivate ||= ((id >>> 16) & 1) === 1;
  const burntIn = burntInOf(dataSet);
  return {
    attributes: IDENTIFYING.filter(([id]) => isFilled(id)).map(([, name]) => name),
    hasPrivate,
    ...(burntIn !== undefined && { burntIn }),
    isRemoved: dataSet.text(TAG.PatientIdentityRemoved)?.toUpperCase() === 'YES',
    words: wordsOf(dataSet),
  };
}

function burntInOf(dataSet: DataSet): string | undefined {
  const stated = dataSet.text(TAG.BurnedInAnnotation)?.toUpperCase();
  if (stated === 'YES') return 'stated by BurnedInAnnotation';
  if (dataSet.text(TAG.RecognizableVisualFeatures)?.toUpperCase() === 'YES')
    return 'stated by RecognizableVisualFeatures';
  if (stated === 'NO') return undefined;
  const sopClass = dataSet.text(TAG.SOPClassUID) ?? '';
  if (isSecondaryCapture(sopClass)) return 'a secondary capture';
  const end = sopClass.startsWith(STORAGE) ? sopClass.slice(STORAGE.length) : '';
  return PICTURES.find(([prefix]) => end === prefix || end.startsWith(`${prefix}.`))?.[1];
}

/** Parts of three letters or more: shorter ones stand in any path. */
function wordsOf(dataSet: DataSet): string[] {
  const name = dataSet.text(TAG.PatientName)?.split(/[\^= ,]+/) ?? [];
  const words = [...name, dataSet.text(TAG.PatientID) ?? ''].map((word) => word.trim().toLowerCase());
  return [...new Set(words.filter((word) => word.length >= 3))];
}

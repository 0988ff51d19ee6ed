import { describe, expect, it } from 'vitest';
import { isArchive } from '../core/archive-address.ts';
import { parseArchive } from './address.ts';
import { isMeant, isUid } from './filters.ts';

describe('the address of an archive', () => {
  it('says where it is and which studies are meant', () => {
    const address = parseArchive(
      'dicomweb+https://pacs.example.org:8443/a/dicom-web/?Modality=MR&StudyDate=20260101-&limit=3',
    );
    expect(address).toEqual({
      base: 'https://pacs.example.org:8443/a/dicom-web',
      origin: 'https://pacs.example.org:8443',
      filters: new Map([
        ['Modality', 'MR'],
        ['StudyDate', '20260101-'],
      ]),
      limit: 3,
    });
    expect(isArchive('dicomweb+http://h/')).toBe(true);
    expect(isArchive('dicomweb')).toBe(false);
  });

  it.each([
    ['dicomweb+https://ann:hidden@host/dicom-web', 'it holds a user name or a password'],
    ['dicomweb+https://hidden@host/dicom-web', 'it holds a user name or a password'],
    ['dicomweb+https://@host/dicom-web', 'it holds a user name or a password'],
    ['dicomweb+ftp://ann:hidden@host/dicom-web', 'it does not begin with dicomweb+https://'],
    ['dicomweb+https://host/dicom-web?token=hidden', 'token is no filter that is known. Filters are PatientID,'],
    ['dicomweb+https://host/dicom-web?PatientName=hidden', 'use PatientID'],
    ['dicomweb+https://host/dicom-web?PatientID=hidden&PatientID=hidden', 'it says PatientID twice'],
    ['dicomweb+https://host/dicom-web?StudyDate=hidden', 'its StudyDate is not a day or a range of days'],
    ['dicomweb+https://host/dicom-web?StudyInstanceUID=../hidden', 'its StudyInstanceUID is not a UID'],
    ['dicomweb+https://host/dicom-web?limit=hidden', 'its limit is not a whole number from 1 on'],
    ['dicomweb+https://host/dicom-web#hidden', 'it has a part behind #'],
    ['dicomweb+https://', 'it is not a URL'],
  ])('is refused in a sentence that does not repeat it: %s', (text, problem) => {
    const message = (() => {
      try {
        parseArchive(text);
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toContain(problem);
    expect(message).not.toContain('hidden');
  });
});

describe('a UID', () => {
  it.each(['..', '.', '1..2', '1.2/3', '1.2\u0000', '', '1.2.', 'a', '1'.repeat(65)])('that is none: %j', (text) => {
    expect(isUid(text)).toBe(false);
  });

  it('is digits and dots', () => {
    expect(isUid('1.2.840.10008.5')).toBe(true);
  });
});

describe('an item of an answer', () => {
  const item = {
    '00100020': { vr: 'LO', Value: ['P7'] },
    '00080020': { vr: 'DA', Value: ['20260131'] },
    '00080061': { vr: 'CS', Value: ['CT', 'SEG'] },
  };
  it.each<[string, string, boolean]>([
    ['PatientID', 'P7', true],
    ['PatientID', 'p?', true],
    ['PatientID', 'P', false],
    ['PatientID', 'P*', true],
    ['PatientID', '(P7', false],
    ['StudyDate', '20260131', true],
    ['StudyDate', '20260101-20260201', true],
    ['StudyDate', '-20260130', false],
    ['StudyDate', '20260201-', false],
    ['ModalitiesInStudy', 'SEG', true],
    ['StudyID', '1', false],
  ])('is looked at again: %s=%s', (name, value, expected) => {
    expect(isMeant(item, new Map([[name, value]]), 'study')).toBe(expected);
  });
});

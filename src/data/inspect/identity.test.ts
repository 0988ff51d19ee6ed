import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { TAG, type Tag } from '../../formats/dicom/tags.ts';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { writeNifti } from '../../formats/index.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { identityLines, identityReport } from './identity.ts';

const US = '1.2.840.10008.5.1.4.1.1.6.1';
const CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const OPERATOR: Tag = { id: 0x00081070, vr: 'PN' };
const PRIVATE: Tag = { id: 0x00091001, vr: 'LO' };

type More = readonly (readonly [Tag, string | undefined])[];
const file = (more: More = []) => makeImage({ more: [[TAG.PatientName, ''], [TAG.PatientID, ''], ...more] });

async function reportOf(named: Readonly<Record<string, Uint8Array>>) {
  const files = memoryFiles();
  for (const [path, bytes] of Object.entries(named)) await files.write(`data/${path}`, bytes);
  return identityReport(files, 'data');
}

describe('what tells who somebody is', () => {
  it('may be a text in the header of a volume; what programs call themselves is none', async () => {
    const nifti = (descrip: string, gzip = false) => {
      const bytes = writeNifti(
        { data: new Float32Array(8), shape: [1, 2, 2, 2], geometry: PIXEL_GEOMETRY },
        { gzip: false },
      );
      bytes.set(new TextEncoder().encode(descrip), 148);
      return gzip ? gzipSync(bytes) : bytes;
    };
    const nrrd = (...lines: string[]) =>
      new TextEncoder().encode(
        ['NRRD0005', 'type: uchar', 'dimension: 1', 'sizes: 1', 'encoding: raw', ...lines, '', '\0'].join('\n'),
      );
    const report = await reportOf({
      'a.nii': nifti('Doe^Jane'),
      'b.nii.gz': nifti('Doe^Jane', true),
      'c.nii': nifti('FSL5.0'),
      'd.nrrd': nrrd('content: Doe', 'PatientName:=Doe', 'Segment0_Name:=liver'),
    });
    expect(report).toMatchObject({ files: 0, volumes: 4, texts: { descrip: 2, content: 1, PatientName: 1 } });
    expect(identityLines(report as NonNullable<typeof report>)).toEqual([
      'free texts in headers, which may hold a name, in so many of 4 NIfTI and NRRD files (not shown)',
      '  descrip 2, content 1, PatientName 1',
    ]);
  });

  it('is not known of a damaged header, and that is said', async () => {
    const damaged = makeImage();
    // The number of the transfer syntax, in the meta information.
    const at = new TextDecoder('latin1').decode(damaged).indexOf('1.2.840.10008.1.2');
    damaged.set(new TextEncoder().encode('9.9'), at);
    const report = await reportOf({ '1.dcm': makeImage(), '2.dcm': damaged });
    expect(report).toMatchObject({ files: 1, unreadable: 1 });
    expect(identityLines(report as NonNullable<typeof report>).join('\n')).toContain(
      'in so many of 2 DICOM files (values are not shown)',
    );
  });

  it('is counted by attribute, without values', async () => {
    const report = await reportOf({
      'a/1.dcm': makeImage({
        more: [
          [OPERATOR, 'Smith^Ann'],
          [TAG.StudyDate, '20260131'],
        ],
      }),
      'a/2.dcm': file([[PRIVATE, 'anything']]),
    });
    expect(report).toEqual({
      files: 2,
      attributes: { PatientName: 1, PatientID: 1, OperatorsName: 1, StudyDate: 1 },
      withPrivate: 1,
      burntIn: {},
      removed: 0,
      namedPaths: 0,
      unreadable: 0,
      volumes: 0,
      texts: {},
    });
    const text = identityLines(report as NonNullable<typeof report>).join('\n');
    expect(text).toContain('of patients: PatientName 1, PatientID 1');
    expect(text).toContain('private attributes, which may hold anything: 1');
    expect(`${text}${JSON.stringify(report)}`).not.toMatch(/Doe|Jane|Smith|P1/);
  });

  it.each<[string, More, Record<string, number>]>([
    ['a stated one', [[TAG.BurnedInAnnotation, 'YES']], { 'stated by BurnedInAnnotation': 1 }],
    ['ultrasound', [[TAG.SOPClassUID, US]], { ultrasound: 1 }],
    [
      'ultrasound that says no',
      [
        [TAG.SOPClassUID, US],
        [TAG.BurnedInAnnotation, 'NO'],
      ],
      {},
    ],
    ['a screenshot', [[TAG.SOPClassUID, CAPTURE]], { 'a secondary capture': 1 }],
    ['a CT', [], {}],
  ])('may be in the picture: %s', async (_, more, burntIn) => {
    expect((await reportOf({ '1.dcm': file(more) }))?.burntIn).toEqual(burntIn);
  });

  it.each<[string, More, number]>([
    ['Doe_Jane/1.dcm', [[TAG.PatientName, 'Doe^Jane']], 1],
    ['x/case-4711.dcm', [[TAG.PatientID, '4711']], 1],
    ['x/4711123.dcm', [[TAG.PatientID, '4711']], 0],
    ['x/PAT-12/1.dcm', [[TAG.PatientID, 'PAT-12']], 1],
    ['of/1.dcm', [[TAG.PatientName, 'Of^Jo']], 0],
  ])('may be in the path: %s', async (path, more, count) => {
    expect((await reportOf({ [path]: file(more) }))?.namedPaths).toBe(count);
  });

  it('is nothing where headers are clean, and not asked of other files', async () => {
    const clean = makeImage({
      more: [
        [TAG.PatientName, ''],
        [TAG.PatientID, ''],
        [TAG.PatientIdentityRemoved, 'YES'],
      ],
    });
    const report = await reportOf({ '1.dcm': clean });
    expect([report?.removed, identityLines(report as NonNullable<typeof report>)]).toEqual([1, []]);
    expect(await reportOf({ 'a.png': new Uint8Array(20) })).toBeUndefined();
  });
});

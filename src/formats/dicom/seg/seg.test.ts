import { describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { pythonWith } from '../../../testing/python.ts';
import { makeImage } from '../testing/make-dicom.ts';
import { stacksOfFiles } from '../testing/open-files.ts';
import { readDicomSeg } from './read.ts';
import { readSegOn } from './read-on.ts';
import { labelsOf, OBLIQUE, options, SIZE, source, uids, written } from './testing/seg-source.ts';
import { writeDicomSeg } from './write.ts';

const identity = (segment: number) => segment;

describe('a written segmentation', () => {
  it('is read back on its series, voxel for voxel', async () => {
    const { stack, labels, bytes } = await written();
    expect(await readSegOn(stack, bytes, 'seg.dcm', identity)).toEqual(labels);
  });

  it('has the same voxels and geometry when it is read alone', async () => {
    const { labels, bytes } = await written();
    const alone = await readDicomSeg(bytes, 'seg.dcm');
    expect([alone.shape, alone.data]).toEqual([labels.shape, labels.data]);
    for (const [i, value] of (alone.geometry.affine ?? []).entries()) {
      expect(value).toBeCloseTo(labels.geometry.affine?.[i] as number, 9);
    }
  });

  it('of a scan without foreground has one empty frame', async () => {
    const { files, stack } = await source();
    const labels = { ...labelsOf(stack.geometry), data: new Uint8Array(60) };
    const bytes = writeDicomSeg(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, uid: uids() });
    expect((await readSegOn(stack, bytes, 'seg.dcm', identity)).data.some((value) => value > 0)).toBe(false);
  });

  it('of an image without position refers to it', async () => {
    const file = makeImage({ ...SIZE, position: undefined, orientation: undefined });
    const { stacks } = await stacksOfFiles({ file });
    const stack = stacks[0] as (typeof stacks)[0];
    const labels = { ...labelsOf(stack.geometry, 1), shape: [1, 3, 5] as const };
    const bytes = writeDicomSeg(labels, { ...options, stack, source: file, uid: uids() });
    expect((await readSegOn(stack, bytes, 'seg.dcm', identity)).data).toEqual(labels.data);
  });

  it('must be of the size of its scan', async () => {
    const { files, stack } = await source();
    const labels: LabelVolume = { data: new Uint8Array(15), shape: [1, 3, 5], geometry: stack.geometry };
    expect(() =>
      writeDicomSeg(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, uid: uids() }),
    ).toThrow('a mask of 5 x 3 x 1 voxels does not fit a series of 5 x 3 x 4.');
  });
});

const INSPECT = `
import base64, io, json, sys
import pydicom
d = pydicom.dcmread(io.BytesIO(base64.b64decode(sys.stdin.read())))
pixels = d.pixel_array.reshape(-1, d.Rows, d.Columns)
shared = d.SharedFunctionalGroupsSequence[0]
frames = []
for mask, groups in zip(pixels, d.PerFrameFunctionalGroupsSequence):
    image = groups.DerivationImageSequence[0].SourceImageSequence[0]
    frames.append(dict(segment=groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
        position=[float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient],
        source=image.ReferencedSOPInstanceUID, dimension=list(groups.FrameContentSequence[0].DimensionIndexValues),
        mask=mask.ravel().tolist()))
print(json.dumps(dict(frames=frames, patient=str(d.PatientName), id=d.PatientID, study=d.StudyInstanceUID, frame_of_reference=d.FrameOfReferenceUID,
    modality=d.Modality, syntax=d.file_meta.TransferSyntaxUID, media=d.file_meta.MediaStorageSOPInstanceUID == d.SOPInstanceUID,
    type=d.SegmentationType, labels=[[s.SegmentNumber, s.SegmentLabel, s.SegmentAlgorithmType] for s in d.SegmentSequence],
    codes=[s.SegmentedPropertyTypeCodeSequence[0].CodeMeaning for s in d.SegmentSequence],
    orientation=[float(x) for x in shared.PlaneOrientationSequence[0].ImageOrientationPatient],
    spacing=[float(x) for x in shared.PixelMeasuresSequence[0].PixelSpacing], thickness=float(shared.PixelMeasuresSequence[0].SliceThickness),
    series=d.ReferencedSeriesSequence[0].SeriesInstanceUID,
    instances=[i.ReferencedSOPInstanceUID for i in d.ReferencedSeriesSequence[0].ReferencedInstanceSequence])))
`;

const python = pythonWith('pydicom');

describe.skipIf(python === undefined)('pydicom', () => {
  it('finds geometry, segments and references in a written segmentation', async () => {
    const { stack, labels, bytes } = await written();
    const found = python?.(INSPECT, [], Buffer.from(bytes).toString('base64')) as Record<string, unknown>;
    const expectedFrames = [1, 2].flatMap((segment) =>
      stack.slices.flatMap(({ image, frame }, z) => {
        const mask = [...labels.data.subarray(15 * z, 15 * (z + 1))].map((value) => (value === segment ? 1 : 0));
        if (!mask.includes(1)) return [];
        return [{ segment, position: frame.position, source: image.sopInstance, dimension: [segment, z + 1], mask }];
      }),
    );
    expect(expectedFrames.length).toBe(6);
    expect(found).toEqual({
      frames: expectedFrames,
      patient: 'Doe^Jane',
      id: 'P1',
      study: '1.2.3',
      frame_of_reference: '1.2.3.9',
      modality: 'SEG',
      syntax: '1.2.840.10008.1.2.1',
      media: true,
      type: 'BINARY',
      labels: [
        [1, 'left heart', 'AUTOMATIC'],
        [2, 'Größe', 'AUTOMATIC'],
      ],
      codes: ['left heart', 'Größe'],
      orientation: OBLIQUE,
      spacing: [0.5, 0.25],
      thickness: 2,
      series: '1.2.3.1',
      instances: ['1.2.3.1.10', '1.2.3.1.11', '1.2.3.1.12', '1.2.3.1.13'],
    });
  });
});

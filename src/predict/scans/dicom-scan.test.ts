import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { TAG } from '../../formats/dicom/tags.ts';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { readLabels, writeNifti } from '../../formats/index.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import type { DicomStamp } from './dicom-scan.ts';
import { findScans } from './find-scans.ts';

let count = 0;
const stamp: DicomStamp = { uid: () => `2.25.${++count}`, now: () => new Date(0), version: '1' };

/** Three slices, named against their order. */
const series = (folder: string, uid: string, more: Parameters<typeof makeImage>[0] = {}) =>
  Object.fromEntries(
    [2, 1, 0].map((z, i) => [
      // A name that could be a channel's in a data set of nnU-Net.
      `${folder}/IM_000${i}.dcm`,
      makeImage({ series: uid, position: [0, 0, z], instance: z + 1, ...more }),
    ]),
  );
const picture = writeNifti({ data: new Uint8Array(4), shape: [1, 2, 2], geometry: PIXEL_GEOMETRY });
const content: Record<string, Uint8Array | string> = {
  ...series('in/p1/ct', '1.1'),
  ...series('in/p2', '1.2', { more: [[TAG.SeriesNumber, 3]] }),
  ...Object.fromEntries(
    Object.entries(series('in/p2', '1.3', { more: [[TAG.SeriesNumber, 4]] })).map(([k, v]) => [
      k.replace('IM', 'B'),
      v,
    ]),
  ),
  'in/x.nii.gz': picture,
  'in/p1/notes.txt': 'not DICOM',
};

describe('DICOM scans', () => {
  it('are the series of a folder, beside other scans', async () => {
    const scans = await findScans(memoryFiles(content), ['in'], { stamp });
    expect(scans.map(({ id, files }) => [id, files.length])).toEqual([
      ['p1/ct', 3],
      ['p2/series3', 3],
      ['p2/series4', 3],
      ['x', 1],
    ]);
  });

  it('may be given slice by slice', async () => {
    const paths = Object.keys(series('in/p1/ct', ''));
    const scans = await findScans(memoryFiles(content), paths, { stamp });
    expect(scans.map(({ id, files }) => [id, files.length])).toEqual([['series7', 3]]);
  });

  it.each(['dicom-seg', 'nifti'] as const)('get a mask in the format %s that lies on them', async (format) => {
    const [scan] = await findScans(memoryFiles(content), ['in/p1'], { stamp });
    expect(Object.entries(scan?.extensions ?? {}).slice(0, 2)).toEqual([
      ['dicom-seg', '.dcm'],
      ['nifti', '.nii.gz'],
    ]);
    const loaded = await scan?.read(1);
    const data = Uint8Array.from({ length: 36 }, (_, i) => (i % 5 === 0 ? 1 + (i % 2) : 0));
    const geometry = loaded?.volume.geometry ?? PIXEL_GEOMETRY;
    const mask = await loaded?.encodeMask({ data, shape: [3, 3, 4], geometry }, format, ['background', 'a', 'b']);
    expect(await readLabels(mask as Uint8Array, 'mask')).toEqual({ data, shape: [3, 3, 4], geometry });
  });

  it('have masks in NIfTI only when nobody says who made them', async () => {
    const [scan] = await findScans(memoryFiles(content), ['in/p1']);
    expect(scan?.extensions).toEqual({ nifti: '.nii.gz' });
  });

  it('that cannot be read say so when they are asked for', async () => {
    const cut = (content['in/p1/ct/IM_0000.dcm'] as Uint8Array).subarray(0, 480);
    const scans = await findScans(memoryFiles({ ...content, 'in/p1/cut.dcm': cut }), ['in'], { stamp });
    const broken = scans.find(({ id }) => id === 'p1/cut');
    await expect(broken?.read(1)).rejects.toThrow('in/p1/cut.dcm: the file ends early');
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readLabels, readVolume } from '../../formats/index.ts';
import { sharedData } from '../../formats/testing/shared-data.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { findDataset } from '../layouts/open.ts';
import { inspectDataset } from './inspect-dataset.ts';

/** Small inputs from public reports that went wrong; the README of each says what is right. */
const cases = sharedData('cases');
const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(path, cases.folder)));
const inspect = async (name: string) => {
  const found = await findDataset(nodeFiles(), fileURLToPath(new URL(name, cases.folder)));
  const { inspection } = await inspectDataset(found);
  const notes = inspection.suspicions.filter(({ kind }) => kind === 'note').map(({ problem }) => problem);
  return { ...inspection, notes };
};
const voxels = (labels: { data: Uint8Array }) => labels.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);

describe.skipIf(cases.isMissing)('cases of reading', () => {
  it('icon_encapsulated', async () => {
    const [ct, plain] = ['ct.dcm', 'plain.dcm'].map((name) => readVolume(bytesOf(`icon_encapsulated/${name}`), name));
    expect(await ct).toEqual(await plain);
  });

  it('jp2_in_dicom: 400 x 400 RGB, the values of OpenJPEG and GDCM', async () => {
    const { data, shape } = await readVolume(bytesOf('jp2_in_dicom/GDCMJ2K_TextGBR.dcm'), 'a.dcm');
    expect(shape).toEqual([3, 1, 400, 400]);
    const means = [0, 1, 2].map(
      (c) => data.subarray(c * 160_000, (c + 1) * 160_000).reduce((a, b) => a + b, 0) / 160_000,
    );
    expect(means).toEqual([122.5355375, 126.41963125, 124.352475].map((mean) => expect.closeTo(mean, 6)));
  });

  it('jpegls_ilv0: the same RGB in four files', async () => {
    const files = ['rgb', 'none', 'line', 'sample'].map((name) => readVolume(bytesOf(`jpegls_ilv0/${name}.dcm`), name));
    const [first, ...others] = await Promise.all(files);
    expect(first?.data.subarray(0, 64).every((value) => value === 200)).toBe(true);
    for (const { data } of others) expect(data).toEqual(first?.data);
  });

  it('ome_channels', async () => {
    const { shape, data } = await readVolume(bytesOf('ome_channels/channels.ome.tif'), 'a.tif');
    expect([shape, data[0], data[64], data[128]]).toEqual([[3, 1, 8, 8], 0, 64, 128]);
    const zc = await readVolume(bytesOf('ome_channels/zc.ome.tif'), 'a.tif');
    // Pages run through the channels first.
    expect([zc.shape, ...[0, 1, 2, 3, 4, 5].map((plane) => zc.data[64 * plane])]).toEqual([
      [3, 2, 8, 8],
      0,
      1,
      64,
      65,
      128,
      129,
    ]);
    await expect(readVolume(bytesOf('ome_channels/times.ome.tif'), 'a.tif')).rejects.toThrow('of 3 times is not read');
  });

  it('onehot_4d: 8 voxels of class 1, with a note', async () => {
    const labels = await readLabels(bytesOf('onehot_4d/masks/c0.nii.gz'), 'm.nii.gz');
    expect([labels.shape, voxels(labels), Math.max(...labels.data)]).toEqual([[3, 8, 8], 8, 1]);
    expect((await inspect('onehot_4d')).notes).toHaveLength(4);
  });

  it('palette_white_first: 12 of 64 pixels', async () => {
    const { classes } = await inspect('palette_white_first');
    expect(classes.map(({ share, masks }) => [share, masks])).toEqual([
      [52 / 64, 4],
      [12 / 64, 4],
    ]);
  });

  it('pixdim_not_sform: one source, and a note', async () => {
    const { cases: found, notes } = await inspect('pixdim_not_sform');
    expect(found.map(({ image }) => image.spacing)).toEqual([
      [5, 0.5, 0.5],
      [5, 0.5, 0.5],
    ]);
    expect(notes[0]).toBe(
      'its pixdim says 1 x 1 x 1 mm a voxel, its orientation matrix 0.5 x 0.5 x 5 mm; the matrix counts',
    );
  });

  it('rgb_screenshot: 2 cases, the page left out with a note', async () => {
    const { counts, notes } = await inspect('rgb_screenshot');
    expect(counts).toMatchObject({ cases: 2, labelled: 2 });
    expect(notes).toEqual([expect.stringMatching(/it is a secondary capture .* and is left out$/)]);
  });

  it('rtdose: no scan, in a sentence', async () => {
    await expect(inspect('rtdose')).rejects.toThrow(
      /there is no scan in this folder\. .*rtdose\.dcm: it is a radiotherapy dose/,
    );
  });

  it('same_sop: 4 slices', async () => {
    const { cases: found, notes } = await inspect('same_sop');
    expect(found.map(({ image }) => image.size)).toEqual([[4, 8, 8]]);
    expect(notes).toEqual(['4 images share one SOP Instance UID, but differ in place or number; all are used']);
  });

  it('seg_labelmap_background: background, Liver, Spleen', async () => {
    const { classes } = await inspect('seg_labelmap_background');
    expect(classes.map(({ name }) => name)).toEqual(['background', 'Liver', 'Spleen']);
  });

  it('spacing_comma: 3 x 0.5 x 0.7 mm', async () => {
    const [found] = (await inspect('spacing_comma')).cases;
    expect(found?.image).toMatchObject({ size: [4, 8, 8], spacing: [3, 0.5, 0.7], unit: 'mm' });
  });

  it('spacing_missing: unknown, with a note', async () => {
    const { cases: found, notes } = await inspect('spacing_missing');
    expect(found[0]?.image).toMatchObject({ size: [4, 8, 8], spacing: [1, 1, 1], unit: 'px' });
    expect(notes).toEqual([expect.stringContaining('so distances are in pixels')]);
  });

  it('tiff_fillorder2: 0, 3, 6, 9, ...', async () => {
    const { data } = await readVolume(bytesOf('tiff_fillorder2/c.tif'), 'c.tif');
    expect([...data]).toEqual(Array.from({ length: 64 }, (_, i) => 3 * i));
  });

  it('ts_explicit_data_implicit', async () => {
    const { shape, notes, data } = await readVolume(bytesOf('ts_explicit_data_implicit/i1.dcm'), 'i1.dcm');
    expect([shape, Math.min(...data), Math.max(...data)]).toEqual([[1, 1, 8, 8], -121, 72]);
    expect(notes).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { type LabelVolume, PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { unsupported } from './damaged.ts';
import {
  canRead,
  isVolumeFile,
  normaliseBinaryLabels,
  readLabels,
  readVolume,
  writeLabelPng,
  writeNifti,
} from './index.ts';

import { makeTiff } from './testing/make-tiff.ts';

const labels: LabelVolume = { data: Uint8Array.of(0, 1, 2, 3), shape: [1, 2, 2], geometry: PIXEL_GEOMETRY };

describe('readVolume and readLabels', () => {
  it.each([
    ['a.nii', writeNifti(labels, { gzip: false })],
    ['a.nii.gz', writeNifti(labels)],
    ['A.PNG', writeLabelPng(labels)],
    ['a.png', writeNifti(labels)],
    ['a.tif', makeTiff([{ width: 2, height: 2, values: [0, 1, 2, 3] }])],
    ['no-extension', writeLabelPng(labels)],
  ])('reads %s by its content', async (name, bytes) => {
    expect(await readLabels(bytes, name)).toEqual(labels);
    expect((await readVolume(bytes, name)).shape).toEqual([1, 1, 2, 2]);
  });

  it('passes the frame on', async () => {
    await expect(readVolume(writeNifti(labels), 'a.nii.gz', { frame: 4 })).rejects.toThrow(
      'a.nii.gz: there is no frame 4.',
    );
  });

  it.each<[string, string, string]>([
    [
      'a.txt',
      'hello',
      'a.txt: this file format is not known. Known are DICOM (.dcm, .dicom, .ima, .dcm.gz), NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr), MetaImage (.mha, .mhd), HDF5 (.h5, .hdf5), PNG (.png), JPEG (.jpg, .jpeg), BMP (.bmp, .dib), GIF (.gif), TIFF (.tif, .tiff).',
    ],
    ['a.h5', 'hello', 'a.h5: this is not an HDF5 file, or it is cut off.'],
    ['a.nii', 'hello', 'a.nii: this is not a NIfTI file'],
    ['a.png', 'hello', 'a.png: this is not a PNG file.'],
    ['a.jpg', 'hello', 'a.jpg: this is not a JPEG file.'],
    ['a.tiff', 'hello', 'a.tiff: this is not a TIFF file.'],
    ['a.png', '', 'a.png: the file is empty.'],
  ])('explains what is wrong with %s holding "%s"', async (name, content, expected) => {
    await expect(readVolume(new TextEncoder().encode(content), name)).rejects.toThrow(expected);
  });
});

it('quotes damaged text in one line of bearable length', () => {
  const error = unsupported('a.dcm', `its code ${'\u0000\n'}${'x'.repeat(9999)} is not read`, 'Convert it.');
  expect(error.message).toMatch(/^a\.dcm: its code \?\?x+ \.\.\. Convert it\.$/);
  expect(error.message.length).toBeLessThan(400);
});

describe('names', () => {
  it.each<[string, boolean, boolean]>([
    ['scan.nii.gz', true, true],
    ['folder/scan.NII', true, true],
    ['slice.h5', true, true],
    ['photo.png', true, false],
    ['photo.JPEG', true, false],
    ['stack.tif', true, false],
    ['notes.txt', false, false],
    ['archive.tar.gz', false, false],
  ])('%s', (name, readable, volume) => {
    expect([canRead(name), isVolumeFile(name)]).toEqual([readable, volume]);
  });
});

describe('normaliseBinaryLabels', () => {
  it.each([
    ['black and white', [0, 255, 0], [0, 1, 0]],
    ['white', [255, 255], [1, 1]],
    ['class indices', [0, 1, 1], [0, 1, 1]],
    ['an empty mask', [0, 0], [0, 0]],
    ['an ignore value among classes', [0, 1, 255], [0, 1, 255]],
  ])('%s', (_, values, expected) => {
    const mask: LabelVolume = { data: Uint8Array.from(values), shape: [1, 1, values.length], geometry: PIXEL_GEOMETRY };
    expect([...normaliseBinaryLabels(mask).data]).toEqual(expected);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { sharedData } from '../../formats/testing/shared-data.ts';
import { greyPng, runCommand, workplace, writeSquares } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);

describe('patchcl inspect', () => {
  it('says what a data set holds and what training would make of it', async () => {
    await writeSquares(files, at('good'));
    const { status, out } = await runCommand('inspect', at('good'), '--json', at('good.json'));
    expect(status).toBe(0);
    expect(out).toContain('layout folders, 8 cases of 8 patients, 6 with masks (6 patients)');
    expect(out).toMatch(/class 1 +\d\d\.\d % +6\n/);
    expect(out).toContain('image size:   32 x 32 pixels, padded (slices have 32 x 32 pixels)');
    expect(out).toContain('nothing suspicious');
    const json = JSON.parse(await readText(files, at('good.json')));
    expect(json).toMatchObject({ layout: 'folders', counts: { cases: 8 }, plan: { preparation: { size: 32 } } });
    expect(json.cases).toHaveLength(8);
  });

  it('reports broken files, plans without them and fails', async () => {
    await writeSquares(files, at('broken'));
    await files.write(at('broken/masks/p1.png'), greyPng(32, () => 1).subarray(0, 50));
    await files.write(
      at('broken/masks/p9.png'),
      greyPng(32, () => 1),
    );
    const { status, out } = await runCommand('inspect', at('broken'));
    expect(status).toBe(1);
    expect(out).toMatch(/files that cannot be read: 1\n {2}.*broken\/masks\/p1\.png: /);
    expect(out).toMatch(/files that do not fit together: 1\n {2}.*broken\/masks\/p9\.png: this mask has no image/);
    expect(out).toContain('training would choose');
  });

  it('says why training is not possible', async () => {
    await files.write(
      at('bare/images/a.png'),
      greyPng(32, (row) => row),
    );
    expect((await runCommand('inspect', at('bare'))).out).toMatch(/training is not possible: .* no training patient/);
  });

  it('says what a file holds, or one sentence', async () => {
    await files.write(
      at('mask.png'),
      greyPng(8, (row) => (row > 3 ? 2 : 0)),
    );
    const { out } = await runCommand('inspect', at('mask.png'));
    expect(out).toContain('size:         1 x 8 x 8 (depth, height, width)');
    expect(out).toContain('as a mask:    values 0 (32 voxels), 2 (32 voxels)');
    await files.write(at('text.nii'), 'hello');
    const broken = await runCommand('inspect', at('text.nii'));
    expect([broken.status, broken.out, broken.error.split('\n').length]).toEqual([1, '', 2]);
    expect((await runCommand('inspect', at('nowhere'))).error).toContain('nowhere: there is no such folder.');
  });
});

const readers = sharedData('readers');

describe.skipIf(readers.isMissing)('inspect on files that make readers fail', () => {
  const reader = (path: string) => joinPath(fileURLToPath(readers.folder), path);

  // Sizes and orientations of the NIfTI files as nibabel tells them.
  it.each([
    ['nifti/anatomical.nii', '25 x 41 x 33', 'LAS'],
    ['nifti/example4d.nii.gz', '24 x 96 x 128', 'LAS'],
    ['nifti/example_nifti2.nii.gz', '12 x 20 x 32', 'LAS'],
    ['nifti/functional.nii', '3 x 21 x 17', 'LAS'],
    ['nifti/someones_anatomy.nii.gz', '56 x 67 x 57', 'RAS'],
    ['dicom/CT_small.dcm', '1 x 128 x 128', 'LPS'],
    ['dicom/MR_small_RLE.dcm', '1 x 64 x 64', 'LPS'],
  ])('%s', async (path, size, orientation) => {
    const { status, out } = await runCommand('inspect', reader(path));
    expect(status).toBe(0);
    expect(out).toContain(`size:         ${size} `);
    expect(out).toContain(`orientation:  ${orientation}\n`);
  });

  it.each(['dicom/MR_truncated.dcm', 'dicom/rtplan_truncated.dcm'])('refuses %s', async (path) => {
    const { status, out, error } = await runCommand('inspect', reader(path));
    expect([status, out]).toEqual([1, '']);
    expect(error).toMatch(/^patchcl: [^\n]*truncated\.dcm: [^\n]+\n$/);
  });
});

import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { MASK_FOLDERS } from '../../data/layouts/roles.ts';
import { writeNifti } from '../../formats/index.ts';
import type { Geometry } from '../../imaging/volume.ts';
import { findScans } from './find-scans.ts';
import type { Scan } from './scan.ts';

const disk = (...paths: readonly string[]) => memoryFiles(Object.fromEntries(paths.map((path) => [path, 'x'])));
const ids = async (paths: readonly string[], inputs: readonly string[], except?: string) =>
  (await findScans(disk(...paths), inputs, { except: (folder) => folder === except })).map(({ id }) => id);

describe('findScans', () => {
  it('takes a file as it is named and a folder to its bottom, sorted by id', async () => {
    const paths = ['in/b.png', 'in/a.nii.gz', 'in/site/x.h5', 'in/site/deep/y.nii', 'in/notes.txt', 'in/.hidden.png'];
    expect(await ids(paths, ['in'])).toEqual(['a', 'b', 'site/deep/y', 'site/x']);
    expect(await ids(paths, ['in/site/deep/y.nii', 'in/site'])).toEqual(['deep/y', 'x']);
  });

  it('passes masks and its own output over', async () => {
    const names = ['p1.nii.gz', 'p1_gt.nii.gz', 'p2_seg.nii.gz', 'q.png', 'q_mask.png', 'q_label.png'];
    const paths = [...names.map((name) => `in/${name}`), 'in/masks/a.png', 'in/labelsTr/b.nii', 'in/out/c.png'];
    expect(await ids(paths, ['in'], 'in/out')).toEqual(['p1', 'p2_seg', 'q']);
  });

  it.each([...MASK_FOLDERS, 'labelsTr', 'labelsTs'])('looks into %s only when told to', async (name) => {
    const paths = ['in/a.png', `in/${name}/a.png`];
    expect(await ids(paths, ['in'])).toEqual(['a']);
    expect(await ids(paths, [`in/${name}`])).toEqual(['a']);
    expect(await ids(paths, ['in', `in/${name}/a.png`])).toEqual(['a', 'a']);
  });

  it('passes over what training would take for the mask of a scan beside it', async () => {
    const pairs = ['b_image.png', 'b_segmentation.png', 'c.nii', 'c-label.nii', 'd/image.png', 'd/mask.png'];
    const channels = ['e_0000.nii', 'e_0001.nii', 'e_seg.nii', 'f_mask.nii'];
    const paths = [...pairs, ...channels].map((name) => `in/${name}`);
    expect(await ids(paths, ['in'])).toEqual(['b_image', 'c', 'd/image', 'e', 'f_mask']);
  });

  it('passes over what an earlier prediction has left beside its masks', async () => {
    const products = ['a_probabilities.nii.gz', 'a_overlay.png', 'b_probability_0.png', 'b_probability_12.png'];
    const paths = ['a.nii.gz', 'b.png', 'c_overlay.png', 'd.dcm', 'd_overlay.png', ...products];
    const given = paths.map((name) => `in/${name}`);
    expect(await ids(given, ['in'])).toEqual(['a', 'b', 'c_overlay']);
    expect(await ids(given, ['in/a_overlay.png'])).toEqual(['a_overlay']);
  });

  it('reads nothing before it is asked to', async () => {
    const files = { ...disk('in/a.png'), read: () => Promise.reject(new Error('read')) };
    const [scan] = await findScans(files, ['in']);
    expect(scan).toMatchObject({
      path: 'in/a.png',
      files: ['in/a.png'],
      extensions: { png: '.png', nifti: '.nii.gz' },
    });
    await expect(scan?.read(1)).rejects.toThrow('read');
  });

  it.each(['mha', 'mhd'])('gives a mask of MetaImage the name of its scan: .%s', async (extension) => {
    const [scan] = await findScans(disk(`in/a.${extension}`), ['in']);
    expect(Object.entries(scan?.extensions ?? {})[0]).toEqual(['metaimage', `.${extension}`]);
    expect(scan?.extensions).toMatchObject({ nifti: '.nii.gz', nrrd: '.nrrd' });
  });

  it('joins the channels of one scan, in the naming of nnU-Net', async () => {
    const geometry: Geometry = {
      spacing: [1, 1, 1],
      unit: 'mm',
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    };
    const nifti = (value: number, channels = 1) =>
      writeNifti({ data: new Float32Array(4 * channels).fill(value), shape: [channels, 1, 2, 2], geometry });
    const files = memoryFiles({
      'in/a_0000.nii.gz': nifti(1),
      'in/a_0001.nii.gz': nifti(2),
      'in/alone_0000.nii.gz': nifti(3),
      'in/gap_0000.nii.gz': nifti(4),
      'in/gap_0002.nii.gz': nifti(5),
      'in/moments.nii.gz': nifti(6, 3),
    });
    const scans = await findScans(files, ['in']);
    expect(scans.map(({ id }) => id)).toEqual(['a', 'alone_0000', 'gap_0000', 'gap_0002', 'moments']);
    const [joined, , , , moments] = scans as Scan[];
    expect(joined?.files).toEqual(['in/a_0000.nii.gz', 'in/a_0001.nii.gz']);
    const loaded = await (joined as Scan).read(2);
    expect([...loaded.volume.data]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    const shapes = [1, 3].map(async (channels) => (await (moments as Scan).read(channels)).volume.shape[0]);
    expect(await Promise.all(shapes)).toEqual([1, 3]);
  });

  it.each([
    ['nothing there', ['gone'], 'gone: there is no such file or folder.'],
    ['no scan', ['in'], 'in: there is no scan in this folder. Put NIfTI'],
  ])('says so when there is %s', async (_, inputs, message) => {
    await expect(findScans(disk('in/notes.txt', 'in/masks/a.png'), inputs)).rejects.toThrow(message);
  });
});

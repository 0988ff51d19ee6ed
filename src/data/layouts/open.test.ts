import { describe, expect, it } from 'vitest';
import type { Files } from '../../core/files.ts';
import { memoryFiles } from '../../core/memory-files.ts';
import { writeLabelPng, writeNifti, writeRgbPng } from '../../formats/index.ts';
import { type LabelVolume, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { resolveClasses } from '../classes.ts';
import { makePreparation } from '../preparation.ts';
import { prepareCases } from '../prepare.ts';
import { splitDataset } from '../split.ts';
import { openDataset } from './open.ts';

const labels = (data: readonly number[], shape: LabelVolume['shape'] = [1, 2, 2]): LabelVolume => ({
  data: Uint8Array.from(data),
  shape,
  geometry: PIXEL_GEOMETRY,
});
const mask = (...data: number[]) => writeLabelPng(labels(data));
const rgb = (seed: number) =>
  writeRgbPng(
    Uint8Array.from({ length: 12 }, (_, i) => (i * 20 + seed * 7) % 256),
    2,
    2,
  );
const garbage = Uint8Array.of(1, 2, 3);

/** Opens the folder `set` of some files. */
const open = (content: Parameters<typeof memoryFiles>[0]) => openDataset(memoryFiles(content), 'set');

const opening = async (content: Parameters<typeof memoryFiles>[0]) =>
  open(content).then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** Files that remember which were read. */
function watched(files: Files): { files: Files; read: string[] } {
  const read: string[] = [];
  return {
    read,
    files: {
      ...files,
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    },
  };
}

describe('folders of images and masks', () => {
  it.each([
    ['images', 'masks'],
    ['images', 'labels'],
    ['scans', 'segmentations'],
  ])('pairs %s/ and %s/ by name', async (images, masks) => {
    const dataset = await open({
      [`set/${images}/b.png`]: rgb(1),
      [`set/${images}/a.png`]: rgb(2),
      [`set/${images}/.DS_Store`]: '',
      [`set/${images}/Thumbs.db`]: '',
      [`set/${masks}/b.png`]: mask(0, 255, 0, 255),
    });
    expect(dataset).toMatchObject({ layout: 'folders', root: 'set' });
    expect(dataset).not.toHaveProperty('classes');
    expect(dataset.cases.map(({ id, patient, labelPath }) => [id, patient, labelPath])).toEqual([
      ['a', 'a', undefined],
      ['b', 'b', `set/${masks}/b.png`],
    ]);
    expect((await dataset.cases[1]?.image())?.shape).toEqual([3, 1, 2, 2]);
    expect((await dataset.cases[1]?.label?.())?.data).toEqual(Uint8Array.of(0, 1, 0, 1));
  });

  it('takes images without any masks, for prediction', async () => {
    const dataset = await open({ 'set/images/a.png': rgb(1) });
    expect(dataset.cases[0]).not.toHaveProperty('label');
  });

  it('matches NIfTI files, also with a mask in another format', async () => {
    const scan = writeNifti({ data: new Float32Array(4), shape: [1, 1, 2, 2], geometry: PIXEL_GEOMETRY });
    const dataset = await open({
      'set/images/patient1_frame01.nii.gz': scan,
      'set/masks/patient1_frame01.png': mask(0, 1, 2, 0),
    });
    expect(dataset.cases[0]).toMatchObject({ id: 'patient1_frame01', patient: 'patient1' });
    expect((await dataset.cases[0]?.label?.())?.data).toEqual(Uint8Array.of(0, 1, 2, 0));
  });

  it.each([
    ['{"labels": {"0": "background", "2": "Posterior"}}', ['background', 'class 1', 'Posterior']],
    ['{"labels": {"background": 0, "Anterior": 1, "Posterior": 2}}', ['background', 'Anterior', 'Posterior']],
    ['{"labels": ["none", "cell"], "name": "x"}', ['none', 'cell']],
    ['{"name": "x"}', undefined],
  ])('takes class names from dataset.json: %s', async (json, classes) => {
    expect((await open({ 'set/images/a.png': rgb(1), 'set/dataset.json': json })).classes).toEqual(classes);
  });

  it.each<[string, Record<string, Uint8Array | string>, string]>([
    ['no such folder', { other: '' }, 'set: there is no such folder. Check the path.'],
    ['a file', { set: '' }, 'set: this is a file, the folder of a data set was expected.'],
    [
      'an unknown layout',
      { 'set/notes.txt': '' },
      'set: the layout of this folder is not known, looked for train_slices',
    ],
    ['masks alone', { 'set/masks/a.png': mask(0, 0, 0, 0) }, 'a folder images/ with a folder masks/ or labels/,'],
    [
      'two mask folders',
      { 'set/images/a.png': '', 'set/masks/a.png': '', 'set/labels/a.png': '' },
      'set: both masks/ and labels/ are there, masks were expected in one of them.',
    ],
    ['no image', { 'set/images/.keep': '', 'set/masks/.keep': '' }, 'set/images: there is no image in this folder.'],
    [
      'a mask without image',
      { 'set/images/a.png': '', 'set/masks/b.png': '' },
      'set/masks/b.png: this mask has no image, a scan called b was expected.',
    ],
    [
      'another kind of file',
      { 'set/images/a.docx': '' },
      'set/images/a.docx: this is not a kind of image that is read',
    ],
    [
      'two images of one name',
      { 'set/images/a.nii': '', 'set/images/a.png': '' },
      'set/images/a.png: this has the same name as set/images/a.nii',
    ],
    ['broken dataset.json', { 'set/images/a.png': '', 'set/dataset.json': '{' }, 'set/dataset.json: this is not JSON.'],
    [
      'one class',
      { 'set/images/a.png': '', 'set/dataset.json': '{"labels": {"0": "background"}}' },
      'set/dataset.json: "labels" was expected to name at least two classes',
    ],
  ])('says so in one sentence: %s', async (_, content, message) => {
    expect(await opening(content)).toMatch(/^PatchclError: set/);
    expect(await opening(content)).toContain(message);
  });

  it('names an image that cannot be read', async () => {
    const dataset = await open({ 'set/images/a.png': garbage });
    await expect(dataset.cases[0]?.image()).rejects.toMatchObject({
      name: 'PatchclError',
      message: expect.stringMatching(/^set\/images\/a\.png: /),
    });
  });
});

describe('masks of unlabelled images', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const content = Object.fromEntries(
    names.flatMap((name, i) => [
      [`set/images/${name}.png`, rgb(i)],
      [`set/masks/${name}.png`, mask(0, i % 2, 1, 0)],
    ]),
  );
  const prepare = async (files: Files) => {
    const dataset = await openDataset(files, 'set');
    const split = splitDataset(dataset, { labelled: 2, valFraction: 0.2, testFraction: 0, seed: 1 });
    const { classes } = await resolveClasses(dataset, split);
    const preparation = makePreparation(dataset.layout, { size: 4 });
    const parts = [split.labelled, split.unlabelled, split.val];
    const slices = parts.map((cases) => prepareCases(cases, preparation, { classes: classes.length }));
    return { split, slices: await Promise.all(slices) };
  };

  it('are never opened, so corrupt ones change nothing', async () => {
    const { files, read } = watched(memoryFiles(content));
    const { split, slices } = await prepare(files);
    const hidden = split.unlabelled.map(({ id }) => `set/masks/${id}.png`);
    expect(hidden.length).toBe(3);
    expect(read.filter((path) => hidden.includes(path))).toEqual([]);
    const broken = { ...content, ...Object.fromEntries(hidden.map((path) => [path, garbage])) };
    expect((await prepare(memoryFiles(broken))).slices).toEqual(slices);
    const visible = `set/masks/${split.labelled[0]?.id}.png`;
    await expect(prepare(memoryFiles({ ...content, [visible]: garbage }))).rejects.toThrow(visible);
  });
});

describe('SSL4MIS', () => {
  const data = (...ids: string[]) => Object.fromEntries(ids.map((id) => [`set/data/${id}.h5`, garbage]));
  const train = ['patient2_frame01_slice_2', 'patient2_frame01_slice_1', 'patient1_frame02_slice_3'];

  it('keeps the order of its lists and reads nothing else', async () => {
    const { files, read } = watched(
      memoryFiles({
        'set/train_slices.list': `${train[0]}.h5\r\n\r\n${train[1]}\r\n ${train[2]} \n`,
        'set/val.list': 'patient3_frame01\n',
        'set/test.list': 'patient4_frame01.h5',
        ...Object.fromEntries(train.map((id) => [`set/data/slices/${id}.h5`, ''])),
        ...data('patient3_frame01', 'patient4_frame01', 'patient9_frame01'),
      }),
    );
    const dataset = await openDataset(files, 'set');
    expect(dataset.parts).toEqual({ train, val: ['patient3_frame01'], test: ['patient4_frame01'] });
    expect(dataset.cases.map(({ id, patient, imagePath }) => [id, patient, imagePath])).toEqual([
      [train[0], 'patient2', `set/data/slices/${train[0]}.h5`],
      [train[1], 'patient2', `set/data/slices/${train[1]}.h5`],
      [train[2], 'patient1', `set/data/slices/${train[2]}.h5`],
      ['patient3_frame01', 'patient3', 'set/data/patient3_frame01.h5'],
      ['patient4_frame01', 'patient4', 'set/data/patient4_frame01.h5'],
    ]);
    expect(read.every((path) => path.endsWith('.list'))).toBe(true);
  });

  it('knows the slices beside a training slice by their names, their masks out of reach', async () => {
    const names = ['patient2_frame01_slice_9', 'patient2_frame01_slice_10', 'patient2_frame02_slice_11'];
    const lists = { 'set/train_slices.list': names.join('\n'), 'set/val.list': 'patient3_frame01' };
    const { cases } = await open({ ...lists, ...data(...names, 'patient3_frame01') });
    const beside = (id: string, offset: number) => cases.find((item) => item.id === id)?.neighbour?.(offset);
    expect(beside(names[0] as string, 1)).toMatchObject({ id: names[1], imagePath: `set/data/${names[1]}.h5` });
    expect(beside(names[1] as string, -1)?.id).toBe(names[0]);
    expect(beside(names[0] as string, 1)).not.toHaveProperty('label');
    expect([beside(names[0] as string, -1), beside(names[1] as string, 1)]).toEqual([undefined, undefined]);
    expect(cases.at(-1)).not.toHaveProperty('neighbour');
  });

  it('does without a test list', async () => {
    const lists = { 'set/train_slices.list': 'a\nb', 'set/val.list': 'c' };
    expect((await open({ ...lists, ...data('a', 'b', 'c') })).parts?.test).toEqual([]);
  });

  it.each<[string, Record<string, Uint8Array | string>, string]>([
    ['no val.list', { 'set/train_slices.list': 'a', ...data('a') }, 'set/val.list: there is no such file'],
    ['an empty list', { 'set/train_slices.list': '\n', ...data('a') }, 'set/train_slices.list: the list is empty'],
    [
      'a missing file',
      { 'set/train_slices.list': 'a\nb', 'set/val.list': 'c', ...data('a', 'c') },
      'set/train_slices.list: it names b, but data/b.h5 is not there',
    ],
    [
      'a case listed twice',
      { 'set/train_slices.list': 'a\nb\na.h5', 'set/val.list': 'c', ...data('a', 'b', 'c') },
      'set/train_slices.list: a is listed twice',
    ],
  ])('names the list: %s', async (_, content, message) => {
    expect(await opening(content)).toContain(`PatchclError: ${message}`);
  });
});

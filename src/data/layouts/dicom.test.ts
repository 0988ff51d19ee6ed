import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { writeDicomSeg } from '../../formats/dicom/seg/write.ts';
import { TAG } from '../../formats/dicom/tags.ts';
import { type ImageOptions, makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { stacksOfFiles } from '../../formats/dicom/testing/open-files.ts';
import { writeLabelPng } from '../../formats/index.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { findDataset, openDataset } from './open.ts';

type Content = Record<string, Uint8Array>;

/** Three slices of 3 x 4 pixels; names are out of order. */
function series(folder: string, options: ImageOptions & { series: string }): Content {
  return Object.fromEntries(
    [2, 0, 1].map((z, i) => [
      `${folder}/IM${i}`,
      makeImage({ position: [0, 0, 2 * z], instance: z + 1, pixels: Array(12).fill(z), ...options }),
    ]),
  );
}

let uid = 0;

/** A segmentation of a series: the first pixel of slice z is of class `labels[z]`. */
async function segmentationOf(
  content: Content,
  classes: readonly string[],
  labels: readonly number[],
): Promise<Uint8Array> {
  const { stacks } = await stacksOfFiles(content);
  const stack = stacks[0] as (typeof stacks)[0];
  const data = new Uint8Array(36);
  for (const [z, value] of labels.entries()) data[12 * z] = value;
  return writeDicomSeg(
    { data, shape: [3, 3, 4], geometry: stack.geometry },
    {
      stack,
      source: Object.values(content)[0] as Uint8Array,
      classes: ['background', ...classes],
      uid: () => `1.2.9.${++uid}`,
      now: new Date(0),
      version: '0',
    },
  );
}

const a = series('set/p1/ct', { series: '1.1', patient: 'A' });
const b = series('set/p2/ct', { series: '1.2', patient: 'B' });
const c = series('set/p2/mr', { series: '1.3', patient: 'B' });

describe('folders of DICOM', () => {
  it('give a case for each series, with the mask that refers to it, whatever its name and place', async () => {
    const dataset = await openDataset(
      memoryFiles({
        ...a,
        ...b,
        ...c,
        'set/results/x.dcm': await segmentationOf(c, ['liver', 'spleen'], [1, 0, 2]),
        'set/p1/ct/IM9': await segmentationOf(a, ['liver', 'spleen'], [2, 2, 1]),
        'set/readme.txt': new TextEncoder().encode('not DICOM'),
      }),
      'set',
    );
    expect(dataset.layout).toBe('dicom');
    expect(dataset.classes).toEqual(['background', 'liver', 'spleen']);
    expect(dataset.cases.map(({ id, patient, labelPath }) => [id, patient, labelPath])).toEqual([
      ['p1_ct', 'A', 'set/p1/ct/IM9'],
      ['p2_ct', 'B', undefined],
      ['p2_mr', 'B', 'set/results/x.dcm'],
    ]);
    const [first] = dataset.cases;
    expect([...((await first?.image())?.data ?? [])].filter((_, i) => i % 12 === 0)).toEqual([0, 1, 2]);
    expect([...((await first?.label?.())?.data ?? [])].filter((_, i) => i % 12 === 0)).toEqual([2, 2, 1]);
  });

  it('reads only the start of files, until a case is asked for', async () => {
    const files = memoryFiles(a);
    const starts: number[] = [];
    const watched = {
      ...files,
      read: () => Promise.reject(new Error('read')),
      readStart: (path: string, length: number) => {
        starts.push(length);
        return files.readStart(path, length);
      },
    };
    const { cases } = await openDataset(watched, 'set');
    expect(starts).toEqual([65536, 65536, 65536]);
    await expect(cases[0]?.image()).rejects.toThrow('read');
  });

  it('takes the same label for the same class, whatever its number, and several masks of one scan together', async () => {
    const dataset = await openDataset(
      memoryFiles({
        ...a,
        ...b,
        'set/1': await segmentationOf(a, ['spleen'], [1, 0, 0]),
        'set/2': await segmentationOf(a, ['liver'], [0, 1, 0]),
        'set/3': await segmentationOf(b, ['liver', 'spleen'], [1, 2, 0]),
      }),
      'set',
    );
    expect(dataset.classes).toEqual(['background', 'liver', 'spleen']);
    const masks = await Promise.all(dataset.cases.map((item) => item.label?.()));
    expect(masks.map((mask) => [0, 12, 24].map((at) => mask?.data[at]))).toEqual([
      [2, 1, 0],
      [1, 2, 0],
    ]);
  });

  it('names cases in one folder by series, and single images by file', async () => {
    const flat = {
      ...series('set', { series: '1.1', more: [[TAG.SeriesNumber, 4]] }),
      ...Object.fromEntries(
        Object.entries(series('set', { series: '1.2', more: [[TAG.SeriesNumber, 5]] })).map(([k, v]) => [`${k}x`, v]),
      ),
      'set/chest.dcm': makeImage({ series: '1.3', position: undefined }),
    };
    const { cases } = await openDataset(memoryFiles(flat), 'set');
    expect(cases.map(({ id }) => id).sort()).toEqual(['chest', 'series4', 'series5']);
  });

  it('within images/ are series all the same, unless masks have the names of their files', async () => {
    const named = (content: Content) => Object.fromEntries(Object.entries(content).map(([k, v]) => [`${k}.dcm`, v]));
    const content = {
      ...named(series('set/images/p1', { series: '1.1', patient: 'A' })),
      ...named(series('set/images/p2', { series: '1.2', patient: 'B' })),
    };
    const { layout, cases } = await openDataset(memoryFiles(content), 'set');
    expect([layout, cases.map(({ patient }) => patient)]).toEqual(['dicom', ['A', 'B']]);
    const labels = { data: new Uint8Array(12), shape: [1, 3, 4], geometry: PIXEL_GEOMETRY } as const;
    const masks = Object.keys(content).map((path) => path.replace('images', 'masks').replace('.dcm', '.png'));
    const drawn = Object.fromEntries(masks.map((path) => [path, writeLabelPng(labels)]));
    const slices = await openDataset(memoryFiles({ ...content, ...drawn }), 'set');
    expect([slices.layout, slices.cases.length]).toEqual(['folders', 6]);
  });

  it('leaves localizers out', async () => {
    const more = [[TAG.ImageType, 'ORIGINAL\\PRIMARY\\LOCALIZER'] as const];
    const { cases } = await openDataset(memoryFiles({ ...a, 'set/scout': makeImage({ series: '1.9', more }) }), 'set');
    expect(cases).toHaveLength(1);
  });

  it('notes what is odd about a series', async () => {
    const { 'set/p1/ct/IM2': _, ...rest } = a;
    const far = makeImage({ series: '1.1', patient: 'A', position: [0, 0, 6], instance: 4 });
    const farther = makeImage({ series: '1.1', patient: 'A', position: [0, 0, 8], instance: 5 });
    const content = { ...rest, 'set/p1/ct/IM3': far, 'set/p1/ct/IM4': farther };
    const { cases } = await openDataset(memoryFiles(content), 'set');
    expect(cases[0]?.notes).toEqual(['a slice is missing between IM1 and IM0']);
  });

  const problemsOf = async (content: Content) => {
    const { problems } = await findDataset(memoryFiles(content), 'set');
    return problems.map(({ message }) => message);
  };

  it('lists what does not fit', async () => {
    const content = {
      ...a,
      'set/alone': await segmentationOf(c, ['liver'], [1]),
      'set/one': await segmentationOf(a, ['liver'], [1]),
      'set/two': await segmentationOf(a, ['liver'], [1]),
      'set/cut.dcm': (Object.values(b)[0] as Uint8Array).subarray(0, 500),
    };
    expect(await problemsOf(content)).toEqual([
      'set/cut.dcm: the file ends early, within its header. Copy the file again from its source, or leave it out.',
      'set/alone: this segmentation refers to no series of this folder. Add its series, or remove it.',
      'set/two: it segments the same as set/one. Remove the one that is not to be learned from.',
    ]);
  });

  it('holds segments to the classes of dataset.json', async () => {
    const json = new TextEncoder().encode('{ "labels": { "background": 0, "liver": 1 } }');
    const spleen = await segmentationOf(a, ['spleen'], [1]);
    expect(await problemsOf({ ...a, 'set/s': spleen, 'set/dataset.json': json })).toEqual([
      'set/s: the segment "spleen" is no class of dataset.json. State all classes under "labels", or remove dataset.json.',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { joinPath } from '../core/files.ts';
import { findDataset, openDataset } from '../data/layouts/open.ts';
import { openStudioProject } from '../data/layouts/studio.ts';
import { readCase } from '../data/read-case.ts';
import { writeNifti } from '../formats/index.ts';
import { IGNORED, PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { CaseLabels } from './labels/case-labels.ts';
import { StudioProject } from './studio-project.ts';
import { memoryStudioFiles } from './testing/memory-studio-files.ts';
import { describePlan, planTraining } from './training/training-plan.ts';

/** [depth, height, width] */
const SHAPE = [2, 4, 4] as const;
const VOXELS = 32;
const [, HEIGHT, WIDTH] = SHAPE;

const image = () => {
  const data = Float32Array.from({ length: VOXELS }, (_, i) => (i * 7) % 31);
  return writeNifti({ data, shape: [1, ...SHAPE], geometry: PIXEL_GEOMETRY });
};
/** A mask whose voxels are some values in turn. */
const mask = (...values: number[]) => {
  const data = Uint8Array.from({ length: VOXELS }, (_, i) => values[i % values.length] as number);
  return writeNifti({ data, shape: SHAPE, geometry: PIXEL_GEOMETRY });
};

async function opened(content: Record<string, Uint8Array | string>) {
  const files = memoryStudioFiles(content);
  const project = await StudioProject.open(files, { data: 'scans', folder: 'project' });
  const host = { files, version: '1', runtime: () => Promise.reject(new Error('not used')) };
  const read = async (id: string) => {
    const runner = await JobRunner.open(host, 'project');
    return (await runner.run('read', { case: id, folder: joinPath('cache', id) })) as { values: number[] };
  };
  const trained = async () => (await openStudioProject(files, 'project', findDataset))?.dataset;
  return { files, project, read, trained };
}

describe('masks that a data set has', () => {
  it('with an ignore label are taken: such pixels are shown, and stay ignored in training', async () => {
    const { files, project, read, trained } = await opened({
      'scans/dataset.json': '{"labels":{"background":0,"organ":1,"lesion":2,"ignore":7}}',
      'scans/images/a.nii.gz': image(),
      'scans/masks/a.nii.gz': mask(0, 1, 7, 2),
    });
    expect(project.describe()).toMatchObject({ classes: ['background', 'organ', 'lesion'], hasIgnored: true });
    expect((await read('a')).values).toEqual([0, 1, 2]);
    expect([...(await files.read('cache/a/given.raw')).subarray(0, 4)]).toEqual([0, 1, IGNORED, 2]);
    const dataset = await trained();
    expect(dataset?.ignoreLabel).toBe(IGNORED);
    const { label } = await readCase({ ...(dataset?.cases[0] as NonNullable<typeof dataset>['cases'][0]) }, 3);
    expect([...(label?.data.subarray(0, 4) ?? [])]).toEqual([0, 1, IGNORED, 2]);
    // As a training opens it.
    expect((await openDataset(files, 'project')).ignoreLabel).toBe(IGNORED);
  });

  it('with gaps are taken: a class that no mask has is none, and becomes one when a mask has it', async () => {
    const { project, read, trained } = await opened({
      'scans/images/a.nii.gz': image(),
      'scans/masks/a.nii.gz': mask(0, 1, 4, 1),
      'scans/images/b.nii.gz': image(),
    });
    expect(project.trainedValues).toEqual([0, 1, 4]);
    expect(project.describe().palette.map(({ value }) => value)).toEqual([1, 4]);
    const { values } = await read('a');
    expect(values).toEqual([0, 1, 4]);
    const dataset = await trained();
    expect(dataset?.classes).toEqual(['background', 'class 1', 'class 4']);
    const label = await dataset?.cases[0]?.label?.();
    // Classes of a training follow one another.
    expect([...(label?.data.subarray(0, 4) ?? [])]).toEqual([0, 1, 2, 1]);
    expect(await project.growClasses([0, 1, 4])).toBe(false);
    expect(await project.growClasses([0, 3, 6])).toBe(true);
    expect(project.trainedValues).toEqual([0, 1, 3, 4, 6]);
  });

  it('that look like grey levels are refused in a sentence', async () => {
    const { read } = await opened({
      'scans/images/a.nii.gz': image(),
      'scans/masks/a.nii.gz': mask(0, 200, 201, 203),
    });
    await expect(read('a')).rejects.toThrow('label value 203 was found');
  });
});

it('accepted slices never judge, on the validation list of the data itself either', async () => {
  const files = memoryStudioFiles({
    'scans/dataset.json': '{"labels":{"background":0,"organ":1}}',
    ...{ 'scans/images/a.nii.gz': image(), 'scans/images/b.nii.gz': image() },
  });
  const project = await StudioProject.open(files, { data: 'scans', folder: 'project' });
  /** The same scans, `a` on a list of validation. */
  const withList: typeof findDataset = async (of, root) => {
    const found = await findDataset(of, root);
    return { ...found, dataset: { ...found.dataset, parts: { train: ['b'], val: ['a'], test: [] } } };
  };
  const labels = await CaseLabels.open(files, 'project', 'a');
  const size = [HEIGHT, WIDTH] as const;
  const changes = [0, 1].map((slice) => {
    const kind = slice === 0 ? ('drawn' as const) : ('accepted' as const);
    return { slice, kind, mask: new Uint8Array(HEIGHT * WIDTH).fill(1), size };
  });
  await labels.change({ name: 'test', changes });
  const { dataset } = (await openStudioProject(files, 'project', withList)) ?? {};
  expect(dataset?.parts?.val).toEqual(['a']);
  expect(dataset?.cases.find(({ id }) => id === 'a')?.labelledSlices).toEqual([0]);
  // What the page tells of the plan.
  const entry = project.case('a');
  entry.measures = { shape: [...SHAPE], channels: 1, spacing: [1, 1, 1], unit: 'px', window: [0, 1] };
  const listed = {
    cases: [{ ...entry, labels }],
    parts: { train: [], val: ['a'], test: [] },
    settings: project.settings,
  };
  const plan = describePlan(planTraining(listed as unknown as StudioProject));
  expect([plan.heldOut, plan.acceptedOnly]).toEqual([[{ case: 'a', patient: entry.item.patient, slices: 1 }], 1]);
});

import { tinyData } from '../../train/testing/tiny-data.ts';
import type { StudioFiles } from '../studio-files.ts';
import { StudioProject } from '../studio-project.ts';
import { memoryStudioFiles } from './memory-studio-files.ts';

const PIXELS = 400;
const CASE = 'patient001_slice_1';

/** All that is known of the labels of a case. */
export interface ReadableLabels {
  readonly actions: readonly { readonly name: string; readonly at: string }[];
  /** The mask after each action. */
  readonly masks: readonly (readonly number[])[];
}

export async function labelled(project: StudioProject): Promise<ReadableLabels> {
  const { labels } = project.case(CASE);
  const { actions } = labels.versions;
  const masks: number[][] = [];
  for (const { id } of actions) masks.push([...((await labels.mask(0, id)) ?? [])]);
  return { actions: actions.map(({ name, at }) => ({ name, at })), masks };
}

/** A project with a history of labels, a run, and something in its cache. */
export async function backedUp(): Promise<{ files: StudioFiles; before: ReadableLabels }> {
  const data = Object.entries(tinyData()).map(([path, content]) => [path.replace(/^data\//, 'scans/'), content]);
  const files = memoryStudioFiles(Object.fromEntries(data));
  const project = await StudioProject.open(files, { data: 'scans', folder: 'project' });
  const { labels } = project.case(CASE);
  const draw = (name: string, value: number, kind: 'drawn' | 'accepted') => {
    const mask = new Uint8Array(PIXELS).fill(value, 0, 40);
    return labels.change({ name, changes: [{ slice: 0, kind, mask, size: [20, 20] }] });
  };
  await draw('brush', 1, 'drawn');
  await draw('erase', 0, 'drawn');
  await labels.change({ name: 'undo erase', changes: [{ slice: 0, as: 1 }], undoes: 2 });
  await draw('accept', 2, 'accepted');
  await files.write('project/runs/round-01/model.onnx', new Uint8Array([1, 2, 3]));
  await files.write('project/runs/round-01/data/studio.json', await files.read('project/studio.json'));
  await files.write('project/cache/volumes/a.nii', new Uint8Array(9));
  return { files, before: await labelled(project) };
}

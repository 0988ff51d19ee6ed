import { describe, expect, it } from 'vitest';
import { PatchclError } from '../../core/errors.ts';
import { tinyData } from '../../train/testing/tiny-data.ts';
import type { Child } from '../host.ts';
import type { StudioFiles } from '../studio-files.ts';
import { StudioProject } from '../studio-project.ts';
import { memoryStudioFiles } from '../testing/memory-studio-files.ts';
import { RUN_EXTRAS } from './stored-run.ts';
import { Training } from './training.ts';

const REQUEST = { steps: 10, method: 'supervised' } as const;

async function opened(files: StudioFiles = memoryStudioFiles(tinyData())) {
  let trainers = 0;
  const start = (): Child => {
    trainers++;
    return { pid: 4711, send() {}, onMessage() {}, onExit() {}, kill() {}, complaint: () => '' };
  };
  const project = await StudioProject.open(files, { data: 'data', folder: 'project' });
  const nothing = () => undefined;
  const host = { start, emit: nothing, log: nothing, onBest: nothing, onModel: nothing, finish: async () => undefined };
  return { files, project, training: await Training.open(project, host), trainers: () => trainers };
}

/** Of several requests at once, how many were served. */
const served = async (requests: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(requests)).filter(({ status }) => status === 'fulfilled').length;

describe('requests at the same moment', () => {
  it('start one training', async () => {
    for (let n = 0; n < 40; n++) {
      const { training, trainers } = await opened();
      expect(await served(Array.from({ length: 4 }, () => training.start(REQUEST)))).toBe(1);
      expect([trainers(), training.runs.all.length]).toEqual([1, 1]);
    }
  });

  it('add models of one name side by side', async () => {
    const { files, training } = await opened();
    const about = { classes: ['background', 'a'], method: 'foreign', preset: 'x' };
    const add = (text: string) =>
      training.addModel('net.onnx', async (target) => {
        await files.write(target, text);
        return about;
      });
    const runs = await Promise.all(['one', 'two', 'three'].map(add));
    expect(runs.map(({ id }) => id)).toEqual(['net', 'net-2', 'net-3']);
    const stored = await Promise.all(runs.map(({ id }) => files.read(`${training.runs.folder(id)}/model.onnx`)));
    expect(stored.map((bytes) => new TextDecoder().decode(bytes))).toEqual(['one', 'two', 'three']);
    await expect(training.addModel('odd\\na/me.onnx', () => Promise.reject(new Error('broken')))).rejects.toThrow();
    expect(training.runs.all).toHaveLength(3);
  });
});

describe('a start that fails', () => {
  it('leaves nothing behind, and the next one trains', async () => {
    const files = memoryStudioFiles(tinyData());
    let isFull = true;
    const { training, trainers } = await opened({
      ...files,
      async write(path, content) {
        if (isFull && path.endsWith(RUN_EXTRAS.requested)) throw new PatchclError('unwritable', 'no space is left');
        await files.write(path, content);
      },
    });
    await expect(training.start(REQUEST)).rejects.toThrow('no space is left');
    expect(training.runs.all).toEqual([]);
    expect(await files.kind(training.runs.folder('round-01'))).toBeUndefined();
    isFull = false;
    expect(await training.start(REQUEST)).toMatchObject({ id: 'round-01' });
    expect(trainers()).toBe(1);
  });
});

describe('a damaged record', () => {
  it('costs its run, is told, and its name is not given again', async () => {
    const { files } = await opened();
    await files.write('project/runs/round-01/record.json', '{"half');
    await files.write('project/runs/round-02/record.json', '[]');
    const { project, training } = await opened(files);
    expect(training.runs.all).toEqual([]);
    expect(project.describe().problems.join('\n')).toMatch(/round-01\/record\.json: the record of this run is damaged/);
    expect(await training.start(REQUEST)).toMatchObject({ id: 'round-03' });
  });
});

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSegmenter } from './node/load-segmenter.ts';
import { train } from './node/train.ts';
import { readLabels, readVolume, writeVolume } from './node/volumes.ts';
import type { ScanSegmenter } from './scan-segmenter.ts';
import { TINY, tinyProject } from './testing/tiny-project.ts';

let folder: string;
let segmenter: ScanSegmenter;
const at = (path: string) => join(folder, path);
beforeAll(async () => {
  folder = await tinyProject();
  await train({ data: at('data'), out: at('run'), settings: TINY }).result;
  segmenter = await loadSegmenter(at('run'), { threads: 1 });
});
afterAll(async () => {
  await segmenter.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('a segmenter', () => {
  const scan = () => at('data/images/p1.nii');

  it('gives the same mask for a run, a model file and bytes, of a file and of a volume', async () => {
    const mask = await segmenter.segmentFile(scan());
    const volume = await readVolume(scan());
    const model = at('run/model.onnx');
    for (const source of [model, new Uint8Array(await readFile(model))]) {
      const other = await loadSegmenter(source, { threads: 1 });
      expect((await other.segment(volume)).data).toEqual(mask.labels.data);
      await other.dispose();
    }
    expect(mask).toMatchObject({ id: 'p1', classes: ['background', 'ring', 'core'], notes: [] });
    expect(mask.labels.geometry).toEqual(volume.geometry);
    const counts = [0, 1, 2].map((value) => mask.count(value));
    expect(counts.reduce((sum, count) => sum + count)).toBe(3 * 20 * 20);
    expect(mask.count('core')).toBe(counts[2]);
    const probabilities = await segmenter.probabilities(volume);
    expect(probabilities.shape).toEqual([3, 3, 20, 20]);
  });

  it('writes masks on the grid of the scan, in the format that the name says', async () => {
    const mask = await segmenter.segmentFile(scan());
    for (const name of ['out/a.nii', 'out/a.nii.gz']) {
      await mask.write(at(name));
      expect((await readLabels(at(name))).data).toEqual(mask.labels.data);
      expect((await readFile(at(name)))[0] === 0x1f).toBe(name.endsWith('.gz'));
    }
    await expect(mask.write(at('out/a.txt'))).rejects.toThrow(
      /the name does not say in which format\. End the name with/,
    );
    await expect(mask.write(at('out/a.dcm'))).rejects.toThrow(
      /has no mask in the format dicom-seg\. It has: nifti, png/,
    );
    await expect(mask.write(scan())).rejects.toThrow(/this is the scan itself, which is never replaced/);
  });

  it('goes through a folder scan by scan', async () => {
    const ids: string[] = [];
    for await (const mask of segmenter.segmentAll(at('data/images'))) ids.push(mask.id);
    expect(ids).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
    await expect(segmenter.segmentFile(at('data/images'))).rejects.toThrow(/there are 7 scans in this folder/);
    await expect(segmenter.segmentFile(at('nothing'))).rejects.toThrow(/there is no such file or folder/);
  });

  it('stops at a signal', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(segmenter.segmentFile(scan(), { signal: stopped })).rejects.toThrow('enough');
    const stop = new AbortController();
    const volume = await readVolume(scan());
    const working = segmenter.segment(volume, { signal: stop.signal });
    stop.abort(new Error('now'));
    await expect(working).rejects.toThrow('now');
  });

  it('is of no use after it was disposed of', async () => {
    const other = await loadSegmenter(at('run'), { threads: 1 });
    await other[Symbol.asyncDispose]();
    await other.dispose();
    await expect(other.segmentFile(scan())).rejects.toThrow('the segmenter was disposed of. Load it again');
  });
});

it('volumes are written as NIfTI with their geometry', async () => {
  const volume = await readVolume(at('data/images/p2.nii'));
  await writeVolume(at('copy.nii.gz'), volume);
  expect(await readVolume(at('copy.nii.gz'))).toEqual(volume);
  await expect(writeVolume(at('copy.png'), volume)).rejects.toThrow('volumes are written as NIfTI');
});

import { describe, expect, it } from 'vitest';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { DataWatch } from './data-watch.ts';
import type { Case, Dataset } from './dataset.ts';

/** A data set of scans of two pixels and their masks, which a test changes. */
function changing() {
  const values: Record<string, [number, number]> = { a: [1, 2], b: [3, 4], c: [5, 6], d: [7, 8] };
  const masks: Record<string, [number, number]> = { a: [0, 1] };
  const caseOf = (id: string): Case => ({
    id,
    patient: id,
    imagePath: `data/${id}.png`,
    image: async () => ({
      data: Float32Array.from(values[id] as number[]),
      shape: [1, 1, 1, 2],
      geometry: PIXEL_GEOMETRY,
    }),
    ...(masks[id] && {
      labelPath: `data/${id}_mask.png`,
      label: async (reading) => ({
        data: Uint8Array.from(masks[id] as number[], (value) => value * (reading === undefined ? 1 : 9)),
        shape: [1, 1, 2],
        geometry: PIXEL_GEOMETRY,
      }),
    }),
  });
  const dataset: Dataset = { layout: 'own', root: 'data', cases: Object.keys(values).map(caseOf) };
  const readAll = async (watch: DataWatch) => {
    for (const { image, label } of watch.watching(dataset).cases) {
      await image();
      await label?.();
    }
    return watch.changes();
  };
  return { dataset, values, masks, readAll };
}

describe('data that are watched', () => {
  it('are the same however often and in whatever way they are read', async () => {
    const { dataset, readAll } = changing();
    const watch = new DataWatch();
    await watch.watching(dataset).cases[0]?.label?.({ ignore: 1 });
    expect(await readAll(watch)).toBeUndefined();
    expect(await readAll(watch)).toBeUndefined();
    expect(await readAll(new DataWatch(watch.digests()))).toBeUndefined();
  });

  it('are named where they have changed, scans and masks, and when there are many the first of them', async () => {
    const { values, masks, readAll } = changing();
    const watch = new DataWatch();
    await readAll(watch);
    masks.a = [1, 0];
    expect(await readAll(watch)).toBe('data/a_mask.png has changed since the training was started');
    for (const id of Object.keys(values)) values[id] = [9, 9.5];
    // By another process, which knows what the first has written down.
    expect(await readAll(new DataWatch(JSON.parse(JSON.stringify(watch.digests()))))).toBe(
      'data/a.png, data/a_mask.png, data/b.png and 2 more have changed since the training was started',
    );
  });

  it('may be several of one file', async () => {
    const { dataset } = changing();
    const cases = dataset.cases.map((item) => ({ ...item, imagePath: 'data/all.h5' }));
    const watch = new DataWatch();
    for (const { image } of watch.watching({ ...dataset, cases }).cases) await image();
    expect(watch.changes()).toBeUndefined();
  });
});

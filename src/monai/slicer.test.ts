import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabels, writeNifti, writeNrrd } from '../formats/index.ts';
import { nodeFiles } from '../node/node-files.ts';
import { BALL_GEOMETRY, BALL_SHAPE, writeBalls } from '../server/testing/ball-scans.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { jsonOf, type ServedMonai, serveMonai } from './testing/serve-monai.ts';

// What the module of 3D Slicer does with its client, step by step.

const [DEPTH, HEIGHT, WIDTH] = BALL_SHAPE;
const PLANE = HEIGHT * WIDTH;
const SEGMENTS = [
  { name: 'ring', idx: 1 },
  { name: 'core', idx: 2 },
];

let folder: string;
let served: ServedMonai;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-slicer-'));
  await writeBalls(nodeFiles(folder), 'scans', 3);
  served = await serveMonai(folder);
  await served.studio.ask('loadModel', { name: 'theirs.onnx', body: foreignModel() });
}, 60_000);

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: FormData | string) =>
  served.send({
    method,
    path,
    headers: { Authorization: `Bearer ${served.token}` },
    ...(body !== undefined && { body }),
  });

function submission(mask: Uint8Array, params: object = { label_info: SEGMENTS }): FormData {
  const form = new FormData();
  form.append('params', JSON.stringify({ client_id: 'user-xyz', model: 'patchcl', ...params }));
  const file = writeNifti({ data: mask, shape: BALL_SHAPE, geometry: BALL_GEOMETRY });
  form.append('label', new Blob([new Uint8Array(file)]), '/tmp/slicer/tmpabc.nii.gz');
  return form;
}
const submit = (id: string, mask: Uint8Array, params?: object) =>
  ask('PUT', `/datastore/label?image=${id}`, submission(mask, params));

/** What `Run` of the module gets: the mask of the answer, read from the form. */
async function segmented(id: string): Promise<Uint8Array> {
  const form = new FormData();
  form.append('params', '{"result_extension":".nrrd","result_dtype":"uint8"}');
  const { status, headers, body } = await ask('POST', `/infer/patchcl?image=${id}`, form);
  expect(status, body.toString()).toBe(200);
  // The client reads the bare socket.
  expect(headers['content-length']).toBe(String(body.length));
  expect(headers['transfer-encoding']).toBeUndefined();
  const answer = new Response(new Uint8Array(body), { headers: { 'Content-Type': String(headers['content-type']) } });
  const parts = await answer.formData();
  expect(JSON.parse(String(parts.get('params')))).toMatchObject({ label_names: { ring: 1, core: 2 } });
  const image = parts.get('image') as File;
  expect(image.name).toBe(`${id}.nrrd`);
  const { data, geometry } = await readLabels(new Uint8Array(await image.arrayBuffer()), image.name);
  expect(geometry.affine?.map((value) => Math.round(value))).toEqual(BALL_GEOMETRY.affine);
  return data;
}

const downloaded = async (id: string, tag: string) => {
  const { status, headers, body } = await ask('GET', `/datastore/label?label=${id}&tag=${tag}`);
  expect(status).toBe(200);
  expect(headers['content-disposition']).toBe(`attachment; filename="${id}.nii.gz"`);
  return (await readLabels(new Uint8Array(body), 'label.nii.gz')).data;
};

describe('3D Slicer', { timeout: 60_000 }, () => {
  it('opens the next scan: by its path, or by a download whose checksum is right', async () => {
    const sample = jsonOf<{ id: string; name: string; path: string; checksum: string }>(
      await ask('POST', '/activelearning/next', '{"client_id":"user-xyz"}'),
    );
    const { items } = await served.studio.ask('ranking', { count: 1 });
    expect(sample.id).toBe(items[0]?.case);
    const { body } = await ask('GET', `/datastore/image?image=${sample.id}`);
    expect(body.equals(await nodeFiles().read(sample.path))).toBe(true);
    expect(sample.name).toBe(`${sample.id}.nii.gz`);
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(body))).toString('hex');
    expect(sample.checksum).toBe(`SHA256:${hash}`);
  });

  it('submits a label, which the studio has a moment later; what comes back as it was proposed is an accepted proposal, over a restart too', async () => {
    const mask = await segmented('ball1');
    await served.close();
    served = await serveMonai(folder);
    mask[2 * PLANE] = mask[2 * PLANE] === 1 ? 2 : 1;
    expect(jsonOf(await submit('ball1', mask))).toEqual({ image: 'ball1', label: 'ball1' });
    const { slices } = await served.studio.ask('case', { case: 'ball1' });
    expect(slices).toEqual(['accepted', 'accepted', 'corrected', 'accepted', 'accepted', 'accepted']);
    const { actions } = await served.studio.ask('history', { case: 'ball1' });
    expect(actions).toMatchObject([{ name: 'submit', by: 'user-xyz' }]);
    expect(actions[0]?.slices[2]).toMatchObject({ state: 'corrected', run: 'theirs' });
    const exported = await served.studio.ask('exportMask', { case: 'ball1' });
    expect([...(await readLabels(exported, 'mask.nii.gz')).data]).toEqual([...mask]);
    // It can be taken back on the page, whole.
    await served.studio.ask('undo', { case: 'ball1' });
    expect((await served.studio.ask('case', { case: 'ball1' })).slices).toEqual(Array(DEPTH).fill('unlabelled'));
    await served.studio.ask('redo', { case: 'ball1' });
  });

  it('opens what was drawn on the page', async () => {
    const drawn = new Uint8Array(PLANE).fill(2, 30, 60);
    await served.studio.ask('saveMask', { case: 'ball2', first: 3, count: 1, provenance: 'drawn', body: drawn });
    const label = await downloaded('ball2', 'original');
    expect([...label].filter((value) => value === 2)).toHaveLength(30);
    expect(await downloaded('ball2', 'final')).toEqual(label);
    // Sent back as it is, it says that the other slices are background.
    await submit('ball2', label);
    const { slices } = await served.studio.ask('case', { case: 'ball2' });
    expect(slices).toEqual(Array(DEPTH).fill('imported'));
    const again = await served.studio.ask('mask', { case: 'ball2', first: 3, count: 1 });
    expect([...again]).toEqual([...drawn]);
  });

  it('may label single slices, where the studio was started so, or a script says so', async () => {
    const mask = new Uint8Array(DEPTH * PLANE).fill(1, PLANE, PLANE + 9);
    const refused = await submit('ball3', new Uint8Array(DEPTH * PLANE), { slices: 'drawn' });
    expect(refused.body.toString()).toContain('no slice of the label holds anything');
    await submit('ball3', mask, { slices: 'drawn' });
    const { slices } = await served.studio.ask('case', { case: 'ball3' });
    expect(slices).toEqual(Array.from({ length: DEPTH }, (_, z) => (z === 1 ? 'imported' : 'unlabelled')));
  });

  it('takes the names of a segmentation of its own, whatever its values and the request say', async () => {
    // Values 1 and 2 are exchanged in the file, and its names say so.
    const mask = new Uint8Array(DEPTH * PLANE).fill(1, PLANE, PLANE + 9).fill(2, 2 * PLANE, 2 * PLANE + 4);
    const labels = { data: mask, shape: BALL_SHAPE, geometry: BALL_GEOMETRY };
    const submitted = (names: readonly string[]) => {
      const form = new FormData();
      form.append('params', JSON.stringify({ label_info: SEGMENTS }));
      const file = writeNrrd(labels, { classes: ['background', ...names] });
      form.append('label', new Blob([new Uint8Array(file)]), 'label.seg.nrrd');
      return ask('PUT', '/datastore/label?image=ball3', form);
    };
    expect((await submitted(['core', 'ring'])).status).toBe(200);
    const stored = await served.studio.ask('mask', { case: 'ball3', first: 0, count: DEPTH });
    expect([stored[PLANE], stored[2 * PLANE]]).toEqual([2, 1]);
    const unknown = await submitted(['core', 'tumour']);
    expect(unknown.status).toBe(400);
    expect(unknown.body.toString()).toContain('tumour is no class of this project');
  });

  it('counts classes without gaps where one was removed, and keeps its pixels', async () => {
    const before = await served.studio.ask('mask', { case: 'ball2', first: 3, count: 1 });
    expect(new Set(before)).toEqual(new Set([0, 2]));
    await served.studio.ask('setPalette', {
      body: { palette: [{ value: 2, name: 'core' }, { name: 'shell' }], remove: [1] },
    });
    const info = jsonOf<{ labels: string[]; models: Record<string, { labels: object }> }>(await ask('GET', '/info'));
    expect(info.labels).toEqual(['core', 'shell']);
    // The model knows neither more nor less than before.
    expect(info.models.patchcl?.labels).toEqual({ core: 1 });
    expect(new Set(await downloaded('ball2', 'final'))).toEqual(new Set([0, 1]));
    const mask = new Uint8Array(DEPTH * PLANE).fill(1, 3 * PLANE, 3 * PLANE + 5).fill(2, 4 * PLANE, 4 * PLANE + 5);
    const told = {
      label_info: [
        { name: 'core', idx: 1 },
        { name: 'shell', idx: 2 },
      ],
    };
    expect((await submit('ball2', mask, told)).status).toBe(200);
    const stored = await served.studio.ask('mask', { case: 'ball2', first: 0, count: DEPTH });
    expect(new Set(stored)).toEqual(new Set([0, 2, 3]));
    const unknown = await submit('ball2', mask, {
      label_info: [
        { name: 'ring', idx: 1 },
        { name: 'shell', idx: 2 },
      ],
    });
    expect(unknown.status).toBe(400);
    expect(unknown.body.toString()).toContain('the segment ring is no class of this project, which has core, shell');
  });

  it('is still known as the author when the studio is opened again', async () => {
    await served.close();
    served = await serveMonai(folder);
    const { actions } = await served.studio.ask('history', { case: 'ball1' });
    expect(actions).toMatchObject([
      { name: 'submit', by: 'user-xyz' },
      { name: 'undo submit' },
      { name: 'redo submit' },
    ]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stacksOfFiles } from '../formats/dicom/testing/open-files.ts';
import { readLabels, readSegOn, readVolume, writeDicomSeg } from '../formats/index.ts';
import { nodeFiles } from '../node/node-files.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { jsonOf, type ServedMonai, serveMonai } from './testing/serve-monai.ts';
import { SERIES_SHAPE, type SeriesId, seriesPixel, seriesUid, writeSeries } from './testing/test-series.ts';

// What OHIF's plugin sends, request by request, as plugins/ohifv3/extensions/monai-label/src/services/MonaiLabelClient.js makes them.

const ORIGIN = 'http://localhost:3000';
const IDS: readonly SeriesId[] = ['axial', 'oblique'];
const [DEPTH, ROWS, COLUMNS] = SERIES_SHAPE;
const COUNT = DEPTH * ROWS * COLUMNS;
const ACCEPT = { Accept: 'application/json, multipart/form-data' };

/** What the plugin reads of the answer to `info()`. */
interface Info {
  readonly labels: readonly string[];
  readonly models: Readonly<Record<string, unknown>>;
  readonly strategies: object;
  readonly datastore: unknown;
  readonly config?: unknown;
}

let folder: string;
let served: ServedMonai;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-ohif-'));
  const files = nodeFiles(folder);
  await files.write('scans/dataset.json', '{"labels":{"0":"background","1":"ring","2":"core"}}');
  await writeSeries(files, 'scans', IDS);
  served = await serveMonai(folder, { isOpen: true, origins: [ORIGIN] });
}, 60_000);

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request of the page of OHIF. */
const ask = (method: string, path: string, body?: FormData | string) =>
  served.send({
    method,
    path,
    headers: { Origin: ORIGIN, ...ACCEPT, ...(typeof body === 'string' && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });

/** `constructFormData(params, files)` */
function form(params: object, label?: Uint8Array): FormData {
  const data = new FormData();
  data.append('params', JSON.stringify(params));
  if (label !== undefined) data.append('label', new Blob([new Uint8Array(label)]), 'label.bin');
  return data;
}

/** `infer(model, SeriesInstanceUID, params)`: parameters that it adds to those of the model's configuration. */
const inferParams = (more: object = {}) => ({
  ...more,
  result_extension: '.nrrd',
  result_dtype: 'uint8',
  result_compress: false,
  restore_label_idx: false,
});
const inferPath = (id: SeriesId, output = 'image') => `/infer/patchcl?image=${seriesUid(id)}&output=${output}`;

/** A label in the order of the viewer's volume: slices by their positions, rows, columns. */
const drawing = () => Uint8Array.from({ length: COUNT }, (_, i) => (i % 7 === 0 ? 1 : i % 11 === 0 ? 2 : 0));

/** The stack as the files say, read again from the disk. */
async function stackOf(id: SeriesId) {
  const files = nodeFiles(join(folder, 'scans', id));
  const names = await files.list('.');
  const all = Object.fromEntries(await Promise.all(names.map(async ({ name }) => [name, await files.read(name)])));
  const { stacks } = await stacksOfFiles(all as Record<string, Uint8Array>);
  return stacks[0] as (typeof stacks)[0];
}

describe('OHIF', { timeout: 60_000 }, () => {
  it('is asked for by the browser before it sends anything', async () => {
    for (const method of ['PUT', 'POST', 'DELETE']) {
      const headers = {
        Origin: ORIGIN,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'content-type',
      };
      const { status, headers: answered } = await served.send({ method: 'OPTIONS', path: '/train/', headers });
      expect(status).toBe(204);
      expect(answered['access-control-allow-origin']).toBe(ORIGIN);
      expect(answered['access-control-allow-methods']).toContain(method);
      expect(answered['access-control-allow-headers']?.toLowerCase()).toContain('content-type');
      expect(answered.vary).toBe('Origin');
    }
  });

  it('connects: info() names the classes in an array', async () => {
    const got = await ask('GET', '/info/');
    expect(got.headers['access-control-allow-origin']).toBe(ORIGIN);
    const info = jsonOf<Info>(got);
    expect(info.labels).toEqual(['ring', 'core']);
    expect(info.models).toEqual({});
    expect(Object.keys(info.strategies)).toContain('random');
    expect(info.datastore).toMatchObject({ total: 2, completed: 0 });
    expect(info.config).toBeUndefined();
    const listed = jsonOf<{ objects: object }>(await ask('GET', '/datastore/?output=all'));
    expect(listed.objects).toMatchObject({ axial: { image: { ext: '.nii' }, labels: {} }, oblique: {} });
  });

  it('is told in a sentence that there is no model, and the page may read it', async () => {
    const got = await ask('POST', inferPath('axial'), form(inferParams()));
    expect(got.status).toBe(409);
    expect(got.headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(got.body.toString()).toContain('there is no model yet');
  });

  it.each(IDS)('segments the series that it shows: NRRD, bare bytes in the order of its volume (%s)', async (id) => {
    if (id === 'axial') await served.studio.ask('loadModel', { name: 'theirs.onnx', body: foreignModel() });
    const info = jsonOf<Info>(await ask('GET', '/info/'));
    expect(info.models.patchcl).toMatchObject({ type: 'segmentation', labels: { ring: 1, core: 2 } });
    const { status, headers, body } = await ask('POST', inferPath(id), form(inferParams()));
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['transfer-encoding']).toBeUndefined();
    // As nrrd-js reads it: lines up to an empty one, then all that is left.
    const end = body.indexOf('\n\n');
    const head = body.subarray(0, end).toString();
    expect(head).toMatch(/^NRRD000\d\n/);
    expect(head).toContain('type: uint8');
    expect(head).toContain('encoding: raw');
    expect(head).toContain(`sizes: ${COLUMNS} ${ROWS} ${DEPTH}`);
    const voxels = new Uint8Array(body.subarray(end + 2));
    expect(voxels).toHaveLength(COUNT);
    expect(new Set(voxels).size).toBeGreaterThan(1);
    // The same mask as a SEG, whose frames say themselves where they lie.
    const seg = await ask('POST', inferPath(id, 'dicom_seg'), form(inferParams()));
    expect(seg.headers['content-type']).toBe('application/dicom');
    const found = await readSegOn(await stackOf(id), new Uint8Array(seg.body), 'mask.dcm', (segment) => segment);
    expect([...found.data]).toEqual([...voxels]);
  });

  it('asks for some classes alone: class prompts', async () => {
    const { body } = await ask('POST', inferPath('axial'), form(inferParams({ label_prompt: [2] })));
    expect(new Set(body.subarray(-COUNT))).toEqual(new Set([0, 2]));
  });

  it.each(IDS)('submits label.bin, which is in the studio at once: %s', async (id) => {
    // Segments as OHIF describes them; bytes, and numbers of two bytes as the viewer before it keeps them.
    const label_info = [
      { id: '0+1', labelmapIndex: 0, segmentIndex: 1, name: 'ring' },
      { id: '0+2', labelmapIndex: 0, segmentIndex: 2, name: 'core' },
    ];
    const label = drawing();
    const sent = id === 'axial' ? label : new Uint8Array(Uint16Array.from(label).buffer);
    const got = jsonOf(await ask('PUT', `/datastore/label?image=${seriesUid(id)}`, form({ label_info }, sent)));
    expect(got).toEqual({ image: seriesUid(id), label: id });
    // The volume that the viewer shows has slices in the order of their positions, and so has what is downloaded.
    const image = await ask('GET', `/datastore/image?image=${seriesUid(id)}`);
    const volume = await readVolume(new Uint8Array(image.body), 'image.nii');
    expect([...volume.data]).toEqual(
      Array.from({ length: COUNT }, (_, i) => seriesPixel(Math.floor(i / (ROWS * COLUMNS)), i % (ROWS * COLUMNS))),
    );
    const stored = await ask('GET', `/datastore/label?label=${seriesUid(id)}&tag=final`);
    const mask = await readLabels(new Uint8Array(stored.body), 'label.nii.gz');
    expect([...mask.data]).toEqual([...label]);
    const seg = await served.studio.ask('exportMask', { case: id, format: 'dicom-seg' });
    const onStack = await readSegOn(await stackOf(id), seg, 'mask.dcm', (segment) => segment);
    expect([...onStack.data]).toEqual([...label]);
    const { slices } = await served.studio.ask('case', { case: id });
    // The studio may cut it otherwise.
    expect(new Set(slices)).toEqual(new Set(['corrected']));
  });

  it('is told what is wrong with a label of another size', async () => {
    const got = await ask('PUT', `/datastore/label?image=${seriesUid('axial')}`, form({}, new Uint8Array(COUNT - 1)));
    expect(got.status).toBe(422);
    expect(got.body.toString()).toContain(`${COUNT} voxels of one or two bytes were expected, ${COUNT - 1} bytes came`);
  });

  it('takes a DICOM SEG on its series, its segments by their names', async () => {
    const stack = await stackOf('oblique');
    const source = await nodeFiles(folder).read(`scans/oblique/${stack.slices[0]?.image.name}`);
    const labels = { data: drawing(), shape: SERIES_SHAPE, geometry: stack.geometry };
    let count = 0;
    const submitted = (id: SeriesId, names: readonly string[], file?: Uint8Array) => {
      const classes = ['background', ...names];
      const options = { stack, source, classes, uid: () => `2.25.${++count}`, now: new Date(0), version: '9' };
      const data = new FormData();
      data.append('label', new Blob([new Uint8Array(file ?? writeDicomSeg(labels, options))]), 'label.dcm');
      return ask('PUT', `/datastore/label?image=${seriesUid(id)}`, data);
    };
    expect((await submitted('oblique', ['core', 'ring'])).status).toBe(200);
    const stored = await ask('GET', `/datastore/label?label=${seriesUid('oblique')}&tag=final`);
    const mask = await readLabels(new Uint8Array(stored.body), 'label.nii.gz');
    expect([...mask.data]).toEqual([...drawing()].map((value) => [0, 2, 1][value]));
    for (const [answer, status, sentence] of [
      [submitted('oblique', ['core', 'shell']), 400, 'the segment shell is no class of this project'],
      [submitted('axial', ['ring', 'core']), 422, 'does not fit its series'],
      [submitted('oblique', [], source), 422, 'no segmentation'],
    ] as const) {
      const { status: got, body } = await answer;
      expect([got, body.toString()]).toEqual([status, expect.stringContaining(sentence)]);
    }
  });

  it('asks for the next study, trains and asks how far that is', async () => {
    // All are labelled.
    expect(jsonOf(await ask('POST', '/activelearning/random', '{}'))).toEqual({});
    const { slices } = await served.studio.ask('case', { case: 'oblique' });
    await served.studio.ask('removeMask', { case: 'oblique', first: 0, count: slices.length });
    expect(jsonOf(await ask('POST', '/activelearning/random', '{}'))).toMatchObject({
      id: 'oblique',
      PatientID: 'oblique',
      SeriesInstanceUID: seriesUid('oblique'),
      StudyInstanceUID: '1.2.3',
    });
    // is_train_running() takes anything but 200 as no.
    expect((await ask('GET', '/train/?check_if_running=true')).status).toBe(404);
    const refused = await ask('POST', '/train/', '{"patchcl":{"max_epochs":3}}');
    expect(refused.status).toBe(400);
    expect(refused.body.toString()).toContain('max_epochs');
    expect((await ask('DELETE', '/train/')).status).toBe(404);
  });
});

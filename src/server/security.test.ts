import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { httpStudio, type StudioClient } from '../studio/api/index.ts';
import type { StudioBackend } from '../studio/backend.ts';
import { openDoor } from './door.ts';
import { openNodeStudio } from './node-studio.ts';
import { pageFiles } from './page.ts';
import { type StudioServer, serveStudio } from './serve.ts';
import { BALL_SHAPE, writeBalls } from './testing/ball-scans.ts';

const TOKEN = 'right-token';
const [, HEIGHT, WIDTH] = BALL_SHAPE;

let folder: string;
let opened: StudioBackend;
let server: StudioServer;
let studio: StudioClient;
const log: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-security-'));
  const files = nodeFiles(folder);
  await writeBalls(files, 'scans', 2);
  await files.write('scans/images/broken.nii.gz', 'this is no scan');
  await files.write('secret.txt', 'secret');
  await files.write('page/index.html', '<!doctype html>page');
  await files.write('page/assets/a.js', '1');
  const place = { data: join(folder, 'scans'), folder: join(folder, 'project') };
  const { studio: open, events } = await openNodeStudio(place, (text) => log.push(text));
  opened = open;
  const page = await pageFiles(join(folder, 'page'));
  server = serveStudio(opened, await openDoor({ port: 0 }), { token: TOKEN, page, events });
  studio = httpStudio(server.url, TOKEN);
});

afterAll(async () => {
  await server.close();
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  log.length = 0;
});

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** A request as it is given: no client puts the path or the headers in order. */
async function send({ path = '/api/project', method = 'GET', headers = {}, body }: Sent) {
  const { port } = new URL(server.url);
  const authorized = { Authorization: `Bearer ${TOKEN}`, ...headers };
  return new Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: authorized }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
    });
    // A server that refuses a body may close the connection while it is being sent.
    sent.on('error', reject);
    sent.end(body);
  });
}

const mask = (query: string) => `/api/cases/ball1/mask?${query}`;
const STRANGERS: readonly (readonly [string, number, Sent])[] = [
  ['no token', 401, { headers: { Authorization: '' } }],
  ['a wrong token', 401, { headers: { Authorization: 'Bearer wrong' } }],
  ['the token in the address', 401, { path: `/api/project?token=${TOKEN}`, headers: { Authorization: '' } }],
  ['a foreign origin', 403, { headers: { Origin: 'https://evil.example' } }],
  ['an opaque origin', 403, { headers: { Origin: 'null' } }],
  ['another port of this machine', 403, { headers: { Origin: 'http://127.0.0.1:1' } }],
  ['a page of another site', 403, { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' } }],
  ["a name of its own for this machine's address", 421, { headers: { Host: 'evil.example' } }],
  ['such a name with our port', 421, { headers: { Host: 'evil.example:7411' } }],
  ['the page under such a name', 421, { path: '/', headers: { Host: 'evil.example' } }],
  ['a path out of the page', 404, { path: '/../secret.txt' }],
  ['such a path, encoded', 404, { path: '/..%2fsecret.txt' }],
  ['such a path, encoded twice', 404, { path: '/%252e%252e/secret.txt' }],
  ['another host in the path', 404, { path: '//evil.example/api/project' }],
  ['a case out of the project', 400, { path: '/api/cases/..%2f..%2fsecret.txt/mask?first=0&count=1' }],
  ['a run out of the project', 404, { path: '/api/runs/..%2f..%2fsecret/model' }],
  ['a path that is not well-formed', 400, { path: '/api/cases/%E0%A4%A/mask' }],
  ['a method that there is not', 405, { method: 'DELETE' }],
  ['slices that are not there', 400, { path: mask('first=5&count=2') }],
  ['slices that are no numbers', 400, { path: mask('first=x&count=1') }],
  ['a query that there is not', 400, { path: mask('first=0&count=1&other=1') }],
  ['JSON that is none', 400, { path: '/api/runs', method: 'POST', body: '{' }],
  ['a setting that there is not', 400, { path: '/api/runs', method: 'POST', body: '{"setings":{}}' }],
  ['JSON without end', 413, { path: '/api/runs', method: 'POST', body: `"${'x'.repeat(2 ** 20)}"` }],
  [
    'a mask that is too large',
    413,
    { path: mask('first=0&count=1&provenance=drawn'), method: 'PUT', body: new Uint8Array(HEIGHT * WIDTH + 1) },
  ],
  [
    'a mask that is too small',
    400,
    { path: mask('first=0&count=1&provenance=drawn'), method: 'PUT', body: new Uint8Array(HEIGHT * WIDTH - 1) },
  ],
  [
    'a class that there is not',
    400,
    { path: mask('first=0&count=1&provenance=drawn'), method: 'PUT', body: new Uint8Array(HEIGHT * WIDTH).fill(3) },
  ],
  [
    'a scan that claims to be larger than any',
    413,
    { path: '/api/scans?name=x.nii', method: 'POST', headers: { 'Content-Length': String(2 ** 40) } },
  ],
  ['a scan with a path', 400, { path: '/api/scans?name=..%2Fx.nii', method: 'POST', body: 'x' }],
  ['a hidden file', 400, { path: '/api/scans?name=.profile', method: 'POST', body: 'x' }],
  ['a scan that is none', 422, { path: '/api/scans?name=x.nii.gz', method: 'POST', body: 'x' }],
  ['a program', 422, { path: '/api/scans?name=x.sh', method: 'POST', body: '#!/bin/sh' }],
  ['a mask that is none', 422, { path: '/api/cases/ball1/import?name=m.nii', method: 'POST', body: 'x' }],
  ['a model that is none', 422, { path: '/api/models?name=m.onnx', method: 'POST', body: 'x' }],
  ['slices of a scan that cannot be read', 422, { path: '/api/cases/broken/intensities?first=0&count=1' }],
];

describe('a stranger, or a mistake, is refused in a sentence, and logged', { timeout: 60_000 }, () => {
  it.each(STRANGERS)('%s', async (_, status, sent) => {
    const answer = await send(sent);
    expect({ status: answer.status, text: answer.text }).toEqual({
      status,
      text: expect.stringMatching(/"message":"./),
    });
    expect(answer.text).not.toContain('secret\n');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(log.filter((line) => line.startsWith(`${status} `))).toHaveLength(1);
    // Still there, for who may.
    expect((await studio.ask('project', {})).cases.map(({ id }) => id)).toEqual(['ball1', 'ball2', 'broken']);
  });

  it('leaves nothing behind outside the project, nor in it', async () => {
    expect((await readdir(folder)).sort()).toEqual(['page', 'project', 'scans', 'secret.txt']);
    expect((await readdir(join(folder, 'scans/images'))).sort()).toEqual([
      'ball1.nii.gz',
      'ball2.nii.gz',
      'broken.nii.gz',
    ]);
    expect(await readdir(join(folder, 'project/uploads')).catch(() => [])).toEqual([]);
    expect(await readdir(join(folder, 'project/labels')).catch(() => [])).toEqual([]);
    expect(await readdir(join(folder, 'project/cache/temporary'))).toEqual([]);
  });
});

describe('the page', () => {
  it('is served to a browser with what keeps others out', async () => {
    const { status, text, headers } = await send({ path: '/', headers: { Authorization: '' } });
    expect({ status, text }).toEqual({ status: 200, text: '<!doctype html>page' });
    expect(headers['content-security-policy']).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect((await send({ path: '/assets/a.js' })).headers['content-type']).toMatch(/^text\/javascript/);
  });

  it('opens from a link elsewhere, and under the other names of this machine', async () => {
    const navigation = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
    expect((await send({ path: '/', headers: navigation })).status).toBe(200);
    const { port } = new URL(server.url);
    expect((await send({ headers: { Host: `localhost:${port}`, Origin: `http://localhost:${port}` } })).status).toBe(
      200,
    );
  });
});

it('a process that dies of a scan fails that job, and the next one has another', { timeout: 60_000 }, async () => {
  const reading = opened.reader.run('volume', { case: 'ball2', target: join(folder, 'project/cache/x.nii') });
  opened.reader.kill();
  await expect(reading).rejects.toThrow(/the process that worked on it has died \(SIGKILL\)/);
  expect(await studio.ask('intensities', { case: 'ball2', first: 0, count: 1 })).toHaveLength(HEIGHT * WIDTH * 4);
});

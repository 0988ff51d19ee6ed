import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { writeBalls } from '../server/testing/ball-scans.ts';
import { jsonOf, type Sent, type ServedMonai, serveMonai } from './testing/serve-monai.ts';

const ORIGIN = 'http://localhost:3000';
const BOUNDARY = 'x-boundary';
const FORM = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };

let folder: string;
let served: ServedMonai;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-monai-strangers-'));
  const files = nodeFiles(folder);
  await writeBalls(files, 'scans', 1);
  await files.write('secret.txt', 'secret');
  const patience = { idle: 1500, grace: 1500, least: 10_000 };
  served = await serveMonai(folder, { origins: [ORIGIN], patience });
}, 60_000);

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  served.log.length = 0;
});

/** A form as bytes. */
const formOf = (...parts: string[]) =>
  `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join('')}--${BOUNDARY}--\r\n`;
const field = (name: string, value: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const file = (name: string, filename: string, content: string) =>
  `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\n\r\n${content}`;
const put = (path: string, body: string): Sent => ({ method: 'PUT', path, headers: FORM, body });
const infer = (body: string, query = 'image=ball1'): Sent => ({
  method: 'POST',
  path: `/infer/patchcl?${query}`,
  headers: FORM,
  body,
});

/** What a sender is answered that begins with a form and then sends a byte now and then. @param every milliseconds; 0: never */
async function slowly(every: number): Promise<string> {
  const head = [
    'PUT /datastore/label?image=ball1 HTTP/1.1',
    `Host: 127.0.0.1:${served.port}`,
    `Authorization: Bearer ${served.token}`,
    `Content-Type: ${FORM['Content-Type']}`,
    'Content-Length: 1000000',
    '',
    `--${BOUNDARY}\r\n`,
  ];
  const socket = connect(served.port, '127.0.0.1', () => socket.write(head.join('\r\n')));
  const dripping = every > 0 ? setInterval(() => socket.write('x'), every) : undefined;
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes('"message"')) break;
  }
  clearInterval(dripping);
  socket.destroy();
  return text;
}

const LABEL = '/datastore/label?image=ball1';
const STRANGERS: readonly (readonly [string, number, Sent & { readonly isStranger?: true }])[] = [
  ['no token', 401, { path: '/info/', isStranger: true }],
  ['a wrong token', 401, { path: '/info/', headers: { Authorization: 'Bearer wrong' } }],
  ['a token signed by nobody', 401, { path: '/info/', headers: { Authorization: 'Bearer YW5uYQ.YW5uYQ' } }],
  ['a wrong password', 401, { method: 'POST', path: '/auth/token', body: 'username=anna&password=wrong' }],
  ['no token for a scan', 401, { path: '/datastore/image?image=ball1', isStranger: true }],
  ['a foreign origin', 403, { path: '/info/', headers: { Origin: 'https://evil.example' } }],
  ['an opaque origin', 403, { path: '/info/', headers: { Origin: 'null' } }],
  ['a foreign origin that asks before', 403, { method: 'OPTIONS', path: '/info/', headers: { Origin: 'http://evil' } }],
  ['the named page under another port', 403, { path: '/info/', headers: { Origin: 'http://localhost:3001' } }],
  ['a page of another site', 403, { path: '/info/', headers: { 'Sec-Fetch-Site': 'cross-site' } }],
  ["a name of its own for this machine's address", 421, { path: '/info/', headers: { Host: 'evil.example' } }],
  ['such a name, of the named page', 421, { path: '/info/', headers: { Host: 'evil.example', Origin: ORIGIN } }],
  ['the named page at the API of the studio', 403, { path: '/api/project', headers: { Origin: ORIGIN } }],
  ['an image out of the project', 404, { path: '/datastore/image?image=..%2F..%2Fsecret.txt' }],
  ['such a path, absolute', 404, { path: `/datastore/image?image=${encodeURIComponent('/etc/passwd')}` }],
  ['a label out of the project', 404, { path: '/datastore/label?label=..%2F..%2Fsecret&tag=final' }],
  ['a tag that leads elsewhere', 404, { path: '/datastore/label?label=ball1&tag=..%2F..%2Fsecret' }],
  ['a session out of the project', 404, { path: '/session/..%2F..%2Fsecret' }],
  [
    'a model out of the project',
    404,
    { ...infer(formOf(field('params', '{}'))), path: '/infer/..%2F..%2Fx?image=ball1' },
  ],
  ['a path that is not well-formed', 400, { path: '/session/%E0%A4%A' }],
  ['an address that there is not', 404, { path: '/datastore/dataset' }],
  ['a method that there is not', 405, { method: 'DELETE', path: '/datastore/' }],
  ['no image', 400, { path: '/datastore/image' }],
  ['parameters that are no JSON', 400, put(LABEL, formOf(field('params', '{'), file('label', 'l.nii', 'x')))],
  ['parameters that are a list', 400, { method: 'POST', path: '/train/patchcl', body: '[1]' }],
  ['a label that is missing', 400, put(LABEL, formOf(field('params', '{}')))],
  ['a label that is none', 422, put(LABEL, formOf(file('label', '../../x.nii.gz', 'x')))],
  ['a label with names of its own that is none', 422, put(LABEL, formOf(file('label', 'x.seg.nrrd', 'x')))],
  ['a label as DICOM that is none', 422, put(LABEL, formOf(file('label', 'x.dcm', 'x')))],
  ['a label of a kind that is not read', 415, put(LABEL, formOf(file('label', 'x.stl', 'x')))],
  ['a label under another tag', 400, put(`${LABEL}&tag=../x`, formOf(file('label', 'x.nii.gz', 'x')))],
  ['a scan that is none', 422, put('/datastore/?image=..%2F..%2Fnew', formOf(file('file', '../../x.nii.gz', 'x')))],
  ['a program', 422, put('/datastore/?image=new', formOf(file('file', 'x.sh', '#!/bin/sh')))],
  ['an archive', 400, put('/session/?uncompress=true', formOf(file('files', 'x.zip', 'x')))],
  ['a form without files', 400, put('/session/', formOf(field('a', 'b')))],
  ['no form', 415, { method: 'PUT', path: LABEL, body: 'x' }],
  ['a form that ends early', 400, put(LABEL, formOf(file('label', 'x.nii.gz', 'x')).slice(0, -8))],
  ['scribbles', 400, infer(formOf(field('params', '{}'), file('label', 'x.nii.gz', 'x')))],
  ['an output that there is not', 400, infer(formOf(field('params', '{}')), 'image=ball1&output=dsa')],
  ['a slide', 501, { method: 'POST', path: '/infer/wsi/patchcl?image=ball1', body: '{}' }],
  ['JSON without end', 413, { method: 'POST', path: '/train/patchcl', body: `{"a":"${'x'.repeat(2 ** 20)}"}` }],
  ['a field without end', 413, put(LABEL, formOf(field('params', 'x'.repeat(2 ** 20 + 1))))],
  [
    'a body that claims to be larger than any',
    413,
    { method: 'PUT', path: LABEL, headers: { ...FORM, 'Content-Length': String(2 ** 40) } },
  ],
  ['a bomb of fields', 413, put(LABEL, formOf(...Array.from({ length: 5000 }, (_, i) => field(`f${i}`, ''))))],
  ['a bomb of files', 413, put(LABEL, formOf(...Array(5000).fill(file('label', 'x.nii.gz', ''))))],
  ['a bomb of headers', 400, put(LABEL, formOf(`${'X: y\r\n'.repeat(20_000)}\r\nx`))],
  ['a header without end', 400, put(LABEL, formOf(`X: ${'y'.repeat(100_000)}\r\n\r\nx`))],
  [
    'a form within forms',
    400,
    put(LABEL, formOf('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--')),
  ],
];

describe('a stranger, or a mistake, is refused in a sentence, and logged', { timeout: 60_000 }, () => {
  it.each(STRANGERS)('%s', async (_, status, { isStranger, ...sent }) => {
    const authorised: Sent = { ...sent, headers: { Authorization: `Bearer ${served.token}`, ...sent.headers } };
    const answer = await served.send(isStranger ? sent : authorised);
    const text = answer.body.toString();
    expect({ status: answer.status, text }).toEqual({ status, text: expect.stringMatching(/"message":"./) });
    expect(text).not.toContain('secret\n');
    expect([undefined, ORIGIN]).toContain(answer.headers['access-control-allow-origin']);
    if (sent.headers?.Origin !== ORIGIN) expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(served.log.filter((line) => line.startsWith(`${status} `))).toHaveLength(1);
    expect((await served.studio.ask('project', {})).cases.map(({ id }) => id)).toEqual(['ball1']);
  });

  it('a body that stops, or drips, is not waited for', async () => {
    for (const text of await Promise.all([slowly(0), slowly(60)])) {
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
      expect(text).toContain('the body came too slowly');
    }
  });

  it('leaves nothing behind outside the project, nor in it', async () => {
    expect((await readdir(folder)).sort()).toEqual(['project', 'scans', 'secret.txt']);
    expect(await readdir(join(folder, 'scans/images'))).toEqual(['ball1.nii.gz']);
    for (const empty of ['uploads', 'labels', 'cache/temporary', 'cache/staged', 'cache/sessions']) {
      expect(await readdir(join(folder, 'project', empty)).catch(() => [])).toEqual([]);
    }
  });

  it('lets in who has logged in, by a token that names them', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = `username=${encodeURIComponent('Zoë')}&password=${served.token}&grant_type=password`;
    expect(jsonOf(await served.send({ path: '/auth/' }))).toEqual({ enabled: true });
    const { access_token, token_type } = jsonOf(
      await served.send({ method: 'POST', path: '/auth/token', headers, body }),
    );
    const valid = { path: '/auth/token/valid', headers: { Authorization: `${token_type} ${access_token}` } };
    expect(jsonOf(await served.send(valid))).toEqual({ username: 'Zoë' });
    // It is no key to the studio itself.
    expect((await served.send({ ...valid, path: '/api/project' })).status).toBe(401);
  });
});

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bodyOf } from './body.ts';
import { sendFailure } from './refusal.ts';

/** What the disk says when the next part is written; nothing: it has room. */
const disk = vi.hoisted(() => ({ says: '' }));
vi.mock('node:fs/promises', async (load) => {
  const actual = await load<typeof import('node:fs/promises')>();
  const open = async (...args: Parameters<typeof actual.open>) => {
    const handle = await actual.open(...args);
    const writeFile = handle.writeFile.bind(handle);
    handle.writeFile = async (...given: Parameters<typeof writeFile>) => {
      if (disk.says !== '') throw Object.assign(new Error('full'), { code: disk.says });
      return writeFile(...given);
    };
    return handle;
  };
  return { ...actual, open };
});

const MOST = 1 << 16;
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-body-'));
  server = createServer(async (incoming, response) => {
    const body = bodyOf(incoming);
    try {
      if (incoming.url === '/file') await body.toFile(join(folder, 'new/upload'), MOST);
      else await body.bytes(MOST);
      response.end('taken');
    } catch (error) {
      sendFailure(response, error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends a body in parts, without saying how long it is, to its end whatever is answered meanwhile. */
function send(path: string, parts: number): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode, text });
    });
    sent.on('error', reject);
    const part = Buffer.alloc(MOST / 2, 1);
    const more = (left: number): void => {
      if (left === 0) sent.end();
      else sent.write(part, () => more(left - 1));
    };
    more(parts);
  });
}

it.each(['/bytes', '/file'])(
  'a body that is too large is answered by a 413 that arrives, though it is sent on: %s',
  async (path) => {
    await rm(join(folder, 'new'), { recursive: true, force: true });
    expect(await send(path, 2)).toEqual({ status: 200, text: 'taken' });
    await rm(join(folder, 'new'), { recursive: true, force: true });
    // Far more than the buffers between the two can hold.
    const { status, text } = await send(path, 400);
    expect([status, text]).toEqual([413, expect.stringContaining('more than 65536 bytes were sent')]);
  },
);

it('uploads are for the eyes of whoever runs the studio alone', async () => {
  await rm(join(folder, 'new'), { recursive: true, force: true });
  await send('/file', 1);
  expect((await stat(join(folder, 'new/upload'))).mode & 0o777).toBe(0o600);
});

it.each(['ENOSPC', 'EDQUOT'])('a full disk is a 507 in a sentence: %s', async (code) => {
  await rm(join(folder, 'new'), { recursive: true, force: true });
  disk.says = code;
  const { status, text } = await send('/file', 2).finally(() => {
    disk.says = '';
  });
  expect(status).toBe(507);
  expect(JSON.parse(text).error).toMatchObject({ code: 'unwritable', hint: expect.stringMatching(/space|folder/) });
  expect(await readdir(folder)).toEqual(['new']);
});

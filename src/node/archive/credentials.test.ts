import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { authorizationFor, type Environment } from './credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchcl-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOST = 'https://pacs.example.org';

function file(text: string, mode = 0o600): Environment {
  const path = join(folder, 'credentials.yaml');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return { PATCHCL_DICOMWEB_CREDENTIALS: path };
}

const refusalOf = (environment: Environment, origin = HOST, origins = [origin]) => {
  try {
    authorizationFor(origin, environment, origins);
  } catch (error) {
    return (error as Error).message;
  }
};

describe('credentials', () => {
  it('come from the environment', () => {
    expect(authorizationFor(HOST, {})).toBeUndefined();
    expect(authorizationFor(HOST, { PATCHCL_DICOMWEB_TOKEN: 'abc' })).toBe('Bearer abc');
    const basic = authorizationFor(HOST, { PATCHCL_DICOMWEB_USER: 'ann', PATCHCL_DICOMWEB_PASSWORD: 'pässword' });
    expect(Buffer.from(basic?.slice(6) ?? '', 'base64').toString()).toBe('ann:pässword');
  });

  it('come from a file, each for its own archive', () => {
    const environment = file(`${HOST}: { user: ann, password: x }\nhttps://other:8443: { token: t }\n`);
    expect(authorizationFor(HOST, environment, [HOST, 'https://other:8443'])).toBe('Basic YW5uOng=');
    expect(authorizationFor('https://other:8443', environment)).toBe('Bearer t');
    expect(authorizationFor('https://third', environment)).toBeUndefined();
  });

  it.each<[string, () => string | undefined, string]>([
    [
      'others may read the file',
      () => refusalOf(file(`${HOST}: { token: hidden }`, 0o640)),
      'others can read this file of credentials. Keep it for yourself: chmod 600.',
    ],
    ['the file is broken', () => refusalOf(file('a: [hidden')), 'this file of credentials cannot be read'],
    [
      'the file says something else',
      () => refusalOf(file('a: { passwort: hidden }')),
      'this file of credentials is not as it should be',
    ],
    [
      'there is no file',
      () => refusalOf({ PATCHCL_DICOMWEB_CREDENTIALS: '/no/such/file' }),
      'this file of credentials cannot be read',
    ],
    [
      'there is no password',
      () => refusalOf({ PATCHCL_DICOMWEB_USER: 'hidden' }),
      'there is a user name but no password',
    ],
    [
      'a token holds a line end',
      () => refusalOf({ PATCHCL_DICOMWEB_TOKEN: 'hidden\n' }),
      'the token has signs in it that no token has',
    ],
    [
      'they would go unencrypted',
      () => refusalOf({ PATCHCL_DICOMWEB_TOKEN: 'hidden' }, 'http://pacs.example.org'),
      'credentials would go to this archive without encryption',
    ],
    [
      'they could be meant for either of two archives',
      () => refusalOf({ PATCHCL_DICOMWEB_TOKEN: 'hidden' }, HOST, [HOST, 'https://other']),
      'are for one archive, and two are named',
    ],
  ])('are refused where %s, in a sentence without them', (_, refusal, problem) => {
    const message = refusal();
    expect(message).toContain(problem);
    expect(message).not.toContain('hidden');
  });

  it.each(['http://localhost:8042', 'http://127.0.0.1', 'http://[::1]:80'])(
    'go unencrypted to this machine: %s',
    (origin) => {
      expect(authorizationFor(origin, { PATCHCL_DICOMWEB_TOKEN: 't' })).toBe('Bearer t');
    },
  );
});

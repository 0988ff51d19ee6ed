import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinPath } from '../../core/files.ts';
import { writeBalls } from '../../server/testing/ball-scans.ts';
import { runCommand, workplace } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const [scans, project] = [joinPath(folder, 'scans'), joinPath(folder, 'project')];
const taken = createServer();
const takenPort = () => (taken.address() as AddressInfo).port;

beforeAll(async () => {
  await writeBalls(files, scans, 1);
  await files.write(joinPath(folder, 'other/notes.txt'), 'x');
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  taken.close();
  await files.remove(folder);
});

it.each<[string, () => string[], RegExp]>([
  [
    'a port that there is not',
    () => ['--port', '99999'],
    /option '--port <n>' argument '99999' is invalid\. A whole number from 0 to 65535 is expected\./,
  ],
  ['a port that is taken', () => ['--port', `${takenPort()}`], /port \d+ is taken\. Choose another one with --port\./],
  [
    "another machine's address",
    () => ['--host', '203.0.113.9'],
    /203\.0\.113\.9 is no address of this machine\. .*--host/,
  ],
  [
    'an archive, whose password is not repeated',
    () => ['--data', 'dicomweb+http://ann:secret@127.0.0.1:9/dicom-web'],
    /^(?!.*secret).*--data: the studio takes a folder of scans, not an address\. Export the studies/,
  ],
  [
    'a folder without scans',
    () => ['--data', joinPath(folder, 'other')],
    /other: the layout of this folder is not known/,
  ],
])('a studio that cannot start says why in a sentence and leaves no project: %s', async (_, options, message) => {
  const place = options().includes('--data') ? [] : ['--data', scans];
  const port = options().includes('--port') ? [] : ['--port', '0'];
  const { status, error } = await runCommand(
    'studio',
    '--no-page',
    '--project',
    project,
    ...place,
    ...port,
    ...options(),
  );
  expect(status).toBe(1);
  expect(error.trimEnd().split('\n').at(-1)).toMatch(message);
  expect(error).not.toContain('this is a bug');
  expect(await files.kind(project)).toBeUndefined();
});

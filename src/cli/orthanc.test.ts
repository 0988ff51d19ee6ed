import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ArchiveClient } from '../dicomweb/client.ts';
import { checkPredictions, predictionsOf } from '../dicomweb/testing/check-predictions.ts';
import { type MadeStudy, madeStudy } from '../dicomweb/testing/made-studies.ts';
import { ORTHANC_USER, type Orthanc, orthancMissing, startOrthanc } from '../dicomweb/testing/orthanc.ts';
import { nodeFiles } from '../node/node-files.ts';
import { runPath } from '../runs/run-folder.ts';
import { runCommand, TINY } from './testing/run-command.ts';

const authorization = `Basic ${Buffer.from(`${ORTHANC_USER.name}:${ORTHANC_USER.password}`).toString('base64')}`;
const PATIENTS = 6;

let folder: string;
let orthanc: Orthanc;
let studies: MadeStudy[];
let client: ArchiveClient;

beforeAll(async () => {
  if (orthancMissing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'patchcl-orthanc-'));
  vi.stubEnv('PATCHCL_DICOMWEB_USER', ORTHANC_USER.name);
  vi.stubEnv('PATCHCL_DICOMWEB_PASSWORD', ORTHANC_USER.password);
  vi.stubEnv('PATCHCL_CACHE', join(folder, 'cache'));
  orthanc = await startOrthanc(join(folder, 'orthanc'));
  client = new ArchiveClient({ base: orthanc.base, authorization });
  studies = [];
  for (let n = 1; n <= PATIENTS; n++) studies.push(await madeStudy(n));
  for (const [i, { images, mask }] of studies.entries()) {
    for (const bytes of i < PATIENTS - 2 ? [...images, mask] : images) await send(bytes);
  }
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await orthanc?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** By Orthanc's own door. */
async function send(body: Uint8Array): Promise<void> {
  const url = orthanc.base.replace('/dicom-web', '/instances');
  const answer = await fetch(url, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { authorization },
  });
  if (!answer.ok) throw new Error(`Orthanc does not take an image: ${answer.status}`);
  await answer.body?.cancel();
}

describe.skipIf(orthancMissing !== undefined)('an archive of Orthanc', { timeout: 60_000 }, () => {
  it('is inspected as a data set', async () => {
    const { status, out, error } = await runCommand('inspect', orthanc.address);
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain(`${orthanc.address}: layout dicom, 6 cases of 6 patients, 4 with masks (4 patients)`);
    expect(out).not.toContain('Made');
  });

  it('is trained on, evaluated and predicted back into, safely again after it was killed', async () => {
    const files = nodeFiles(folder);
    await files.write('tiny.yaml', TINY);
    const run = join(folder, 'run');
    const trained = await runCommand(
      'train',
      '--data',
      orthanc.address,
      '--out',
      run,
      '--steps',
      '4',
      '--config',
      join(folder, 'tiny.yaml'),
      '--quiet',
      '--threads',
      '1',
    );
    expect(trained).toMatchObject({ status: 0 });
    // Neither name nor password of the user is kept; the address is, so that the run can be evaluated.
    const facts = readFileSync(runPath(run, 'facts'), 'utf8');
    expect(facts).toContain(orthanc.address);
    expect(facts).not.toContain(ORTHANC_USER.password);
    // What is handed on names neither patients nor places.
    for (const part of ['model', 'report'] as const) {
      const named = /MADE\d|Made\^|1\.2\.826\.7|127\.0\.0\.1|patchcl-orthanc/;
      expect(readFileSync(runPath(run, part), 'latin1').match(named)?.[0], part).toBeUndefined();
    }
    expect(await runCommand('evaluate', run)).toMatchObject({ status: 0 });

    const worklist = `${orthanc.address}?StudyDate=20260101-20260103`;
    const first = await runCommand('predict', run, '--from', worklist, '--to', orthanc.address, '--threads', '1');
    expect(first.error).toContain(`3 of 3 scans segmented; masks in ${orthanc.base}`);
    await orthanc.kill();
    await orthanc.start();
    // What was sent before is there, and is not sent again; the others are made.
    const second = await runCommand(
      'predict',
      run,
      '--from',
      orthanc.address,
      '--to',
      orthanc.address,
      '--threads',
      '1',
    );
    expect(second).toMatchObject({ status: 0 });
    expect(second.error).toContain('3 of 6 scans segmented, 3 had their mask already');
    const third = await runCommand('predict', run, '--from', orthanc.address, '--to', orthanc.address, '--missing');
    expect(third).toMatchObject({ status: 0, out: '' });
    for (const { study } of studies) expect((await predictionsOf(client, study)).size).toBe(1);
    // Predictions are nothing to learn from.
    const again = await runCommand('inspect', orthanc.address);
    expect(again.out).toContain('6 cases of 6 patients, 4 with masks');
    expect(again.error).toContain('6 segmentations are what patchcl predict has sent, and left out');
  });

  it('holds segmentations that lie on their series, as highdicom reads them', async ({ skip }) => {
    const own = join(folder, 'own');
    const local = await runCommand('predict', join(folder, 'run'), '--from', orthanc.address, '--out', own);
    expect(local).toMatchObject({ status: 0 });
    const faults = await checkPredictions(client, studies, join(folder, 'check'), own);
    skip(faults === undefined);
    expect(faults).toBe(0);
    // It sees what is missing.
    const other = await madeStudy(PATIENTS + 1);
    expect(await checkPredictions(client, [other], join(folder, 'other'), own)).toBe(1);
  });
});

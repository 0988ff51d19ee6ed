import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArchiveClient } from '../src/dicomweb/client.ts';
import { findInstances, findSeries } from '../src/dicomweb/query.ts';
import { checkPredictions } from '../src/dicomweb/testing/check-predictions.ts';
import { madeStudy } from '../src/dicomweb/testing/made-studies.ts';
import { ORTHANC_USER, type Orthanc, orthancMissing, startOrthanc } from '../src/dicomweb/testing/orthanc.ts';
import { PROGRAM } from '../src/node/program.ts';

/**
 * `npm run bench:archive [-- STUDIES STEPS]`: studies of MRI and CT go into an archive of Orthanc; patchcl inspects, trains and
 * predicts back into it, while Orthanc is killed in the middle and started again. Nothing may be lost, and nothing be there twice.
 */
const [studies = 30, steps = 100] = process.argv.slice(2).map(Number);
if (orthancMissing !== undefined) process.exit(1);
const folder = await mkdtemp(join(tmpdir(), 'patchcl-archive-'));
const environment = {
  ...process.env,
  PATCHCL_DICOMWEB_USER: ORTHANC_USER.name,
  PATCHCL_DICOMWEB_PASSWORD: ORTHANC_USER.password,
  PATCHCL_CACHE: join(folder, 'cache'),
};
const authorization = `Basic ${Buffer.from(`${ORTHANC_USER.name}:${ORTHANC_USER.password}`).toString('base64')}`;
let orthanc: Orthanc | undefined;
try {
  orthanc = await startOrthanc(join(folder, 'orthanc'));
  const { address, base } = orthanc;
  const client = new ArchiveClient({ base, authorization });
  const made = [];
  for (let n = 1; n <= studies; n++) made.push(await madeStudy(n, { side: 48, slices: 8 }));
  for (const [i, { images, mask }] of made.entries()) {
    for (const bytes of i % 3 === 0 ? [...images, mask] : images) await send(base, bytes);
  }
  say(`${studies} studies sent to Orthanc, every third with a mask`);
  await command('inspect', address);
  const run = join(folder, 'run');
  await command('train', '--data', address, '--out', run, '--steps', String(steps), '--size', '48', '--quiet');
  const predicting = ['predict', run, '--from', address, '--to', address];
  const { child, ended } = begin(...predicting);
  while (child.exitCode === null && (await predicted(client, made)) < studies / 3) await pause(100);
  await orthanc.kill();
  say(`Orthanc killed while ${child.exitCode === null ? 'predictions come in' : 'nothing went on'}`);
  await pause(1500);
  await orthanc.start();
  say(`Orthanc started again, ${await predicted(client, made)} predictions there`);
  await ended;
  await command(...predicting);
  await command(...predicting, '--missing');
  const count = await predicted(client, made);
  const own = join(folder, 'own');
  await command('predict', run, '--from', address, '--out', own);
  const faults = await checkPredictions(client, made, join(folder, 'check'), own);
  say(
    `${count} predictions of ${studies} studies there; ${faults ?? 'not checked how many'} frames beside their images or pixels unlike those of a local run, by highdicom`,
  );
  if (count !== studies || faults !== 0) process.exitCode = 1;
} finally {
  await orthanc?.close();
  await rm(folder, { recursive: true, force: true });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds));
}

async function send(base: string, bytes: Uint8Array): Promise<void> {
  const body = bytes as Uint8Array<ArrayBuffer>;
  const answer = await fetch(base.replace('/dicom-web', '/instances'), {
    method: 'POST',
    body,
    headers: { authorization },
  });
  if (!answer.ok) throw new Error(`Orthanc does not take an image: ${answer.status}`);
  await answer.body?.cancel();
}

/** Predictions in the archive, each counted. */
async function predicted(client: ArchiveClient, made: readonly { study: string }[]): Promise<number> {
  let count = 0;
  for (const { study } of made) {
    for (const { series, item } of await findSeries(client, study)) {
      if (JSON.stringify(item).includes('Prediction by patchcl'))
        count += (await findInstances(client, { study, series })).length;
    }
  }
  return count;
}

function begin(...options: readonly string[]): { child: ChildProcess; ended: Promise<void> } {
  say(`$ patchcl ${options.join(' ').replaceAll(folder, '.')}`);
  const child = spawn(process.execPath, [PROGRAM, ...options], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { child, ended: new Promise((done) => child.once('exit', (status) => done(say(`(exit status ${status})`)))) };
}

async function command(...options: readonly string[]): Promise<void> {
  await begin(...options).ended;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Files, joinPath } from '../src/core/files.ts';
import { writeLabelPng } from '../src/formats/index.ts';
import { PIXEL_GEOMETRY } from '../src/imaging/volume.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { type StartedStudio, startWithPage } from '../src/server/testing/start-studio.ts';
import type { StudioClient } from '../src/studio/api/index.ts';
import { foreignModel } from '../src/studio/jobs/testing/foreign-model.ts';
import { openPage } from '../src/web/testing/browser-page.ts';
import { markedPhantom } from '../src/web/testing/marked-phantom.ts';
import { firstPaint, framesOf, memoryOf } from './page-in-browser.ts';

/**
 * `npm run bench:many [-- CASES [SECONDS [FOLDER]]]`: a project of 10 000 small pictures of 5000 patients. How long the page takes to
 * show the first of them, how long frames take while a person scrolls Scans and Review, and what the tab holds. FOLDER is a data set
 * of one's own, as that of ACDC: how it opens, and with which classes. Wants a machine to itself.
 */
const [asked = '10000', patience = '600', own] = process.argv.slice(2);
const CASES = Number(asked);
/** Seconds that the studio has for each of its own tasks: to read all scans, to look at them with a model. */
const PATIENCE = Number(patience);
const SIDE = 16;

const seconds = (since: number) => Number(((performance.now() - since) / 1000).toFixed(2));
const addressOf = ({ url, token }: StartedStudio) => `${url}/#token=${token}`;
const print = (name: string, value: unknown) => process.stdout.write(`${name}: ${JSON.stringify(value)}\n`);

const folder = await mkdtemp(join(tmpdir(), 'patchcl-many-'));
try {
  await writePictures(nodeFiles(folder), 'scans');
  await studioOf(join(folder, 'scans'), 'project', async (started) => {
    await measureScans(started);
    await measureReview(started);
  });
  if (own !== undefined) await studioOf(resolve(own), 'own', measureOwn);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function writePictures(files: Files, place: string): Promise<void> {
  for (let n = 0; n < CASES; n++) {
    const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7 + n) % 251);
    const picture = writeLabelPng({ data, shape: [1, SIDE, SIDE], geometry: PIXEL_GEOMETRY });
    await files.write(joinPath(place, `images/patient${String(n >> 1).padStart(5, '0')}_${n & 1}.png`), picture);
  }
}

async function studioOf(data: string, project: string, measure: (started: StartedStudio) => Promise<void>) {
  const since = performance.now();
  const started = await startWithPage('--data', data, '--project', join(folder, project));
  print('server ready, s', seconds(since));
  try {
    await measure(started);
  } finally {
    await started.end();
  }
}

/** Asks until the answer is `of`, or until patience is at its end. */
async function waitFor(of: number, ask: () => Promise<number>): Promise<readonly [number, number]> {
  const since = performance.now();
  let count = await ask();
  while (count < of && performance.now() - since < 1000 * PATIENCE) {
    await new Promise((wake) => setTimeout(wake, 1000));
    count = await ask();
  }
  return [count, seconds(since)];
}

async function readScans(studio: StudioClient): Promise<number> {
  const { cases } = await studio.ask('project', {});
  return cases.reduce((count, { state }) => count + Number(state !== 'unread'), 0);
}

async function measureScans(started: StartedStudio): Promise<void> {
  const address = addressOf(started);
  print('Scans: first on screen while the others are read, s', await firstPaint(address));
  print('read, and after how many s', await waitFor(CASES, () => readScans(started.studio)));
  print('Scans: first on screen, s', await firstPaint(address));
  const { page, close } = await openPage(address);
  await page.locator('a.case').first().waitFor();
  await page.waitForTimeout(1500);
  print('Scans: frame while scrolling the grid, ms', await framesOf(page, 'main.scrolls'));
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await page.evaluate("document.querySelector('main.scrolls').scrollTop = 0");
  print('Scans: frame while scrolling the list, ms', await framesOf(page, 'main.scrolls'));
  print('Scans: the tab', await memoryOf(page));
  await close();
}

async function measureReview(started: StartedStudio): Promise<void> {
  const { studio } = started;
  const { classes } = await studio.ask('project', {});
  const body = foreignModel({ classes: classes.length, side: SIDE }) as Uint8Array<ArrayBuffer>;
  await studio.ask('loadModel', { name: 'model.onnx', body });
  const looked = async () => (await studio.ask('ranking', {})).looked;
  print('looked at by a model, and after how many s', await waitFor(CASES, looked));
  const { page, close } = await openPage(addressOf(started));
  await page.locator('a.case').first().waitFor();
  await page.goto(`${started.url}/#/review`);
  await page.locator('.review-slice canvas').first().waitFor();
  await page.waitForTimeout(1500);
  print('Review: frame while scrolling the grid, ms', await framesOf(page, 'main.scrolls'));
  // With one volume among the pictures scans are listed beside their proposals.
  await studio.ask('uploadScan', { name: 'volume.nii.gz', body: markedPhantom('RAS') as Uint8Array<ArrayBuffer> });
  await page.locator('.review nav a').first().waitFor();
  await page.waitForTimeout(1500);
  print('Review: frame while scrolling the list of scans, ms', await framesOf(page, '.review nav'));
  print('Review: the tab', await memoryOf(page));
  await close();
}

async function measureOwn(started: StartedStudio): Promise<void> {
  const { studio } = started;
  print('own folder: first on screen, s', await firstPaint(addressOf(started)));
  const { cases } = await studio.ask('project', {});
  print('own folder: read, and after how many s', await waitFor(cases.length, () => readScans(studio)));
  const project = await studio.ask('project', {});
  print('own folder: classes', project.classes);
  const broken = project.cases.filter(({ state }) => state === 'broken');
  print('own folder: scans, and those that cannot be read', [project.cases.length, broken.length]);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { median } from '../src/core/median.ts';
import { writeLabelPng } from '../src/formats/index.ts';
import { PIXEL_GEOMETRY } from '../src/imaging/volume.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { startWithPage } from '../src/server/testing/start-studio.ts';
import { openPage } from '../src/web/testing/browser-page.ts';

/**
 * `npm run bench:many [-- CASES [SECONDS]]`: a project of 10 000 small pictures of 5000 patients. How long the page takes to show the first of
 * them, how long frames take while a person scrolls, and what the tab holds. Wants a machine to itself.
 */
const [asked = '10000', patience = '600'] = process.argv.slice(2);
const CASES = Number(asked);
/** Seconds waited for the studio to have read all of them. */
const PATIENCE = Number(patience);
const SIDE = 16;
/** Frames scrolled through, and pixels a frame. */
const [FRAMES, PIXELS] = [400, 150];

/** Runs in the page, whose names Node's types do not know: milliseconds from frame to frame while the list scrolls. */
const SCROLL = `(async () => {
  const list = document.querySelector('.scrolls');
  const times = [];
  for (let last = performance.now(), i = 0; i < ${FRAMES}; i++) {
    list.scrollTop += ${PIXELS};
    const now = await new Promise((shown) => requestAnimationFrame(() => shown(performance.now())));
    times.push(now - last);
    last = now;
  }
  return times;
})()`;

const seconds = (since: number) => Number(((performance.now() - since) / 1000).toFixed(2));
const print = (name: string, value: unknown) => process.stdout.write(`${name}: ${JSON.stringify(value)}\n`);

const folder = await mkdtemp(join(tmpdir(), 'patchcl-many-'));
try {
  const files = nodeFiles(folder);
  for (let n = 0; n < CASES; n++) {
    const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7 + n) % 251);
    const picture = writeLabelPng({ data, shape: [1, SIDE, SIDE], geometry: PIXEL_GEOMETRY });
    await files.write(`scans/images/patient${String(n >> 1).padStart(5, '0')}_${n & 1}.png`, picture);
  }
  let since = performance.now();
  const started = await startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
  print('server ready, s', seconds(since));
  const address = `${started.url}/#token=${started.token}`;
  try {
    print('first scans on screen while the others are read, s', await firstPaint(address));
    since = performance.now();
    let read = 0;
    while (read < CASES && performance.now() - since < 1000 * PATIENCE) {
      await new Promise((wake) => setTimeout(wake, 1000));
      const { cases } = await started.studio.ask('project', {});
      read = cases.reduce((count, { state }) => count + Number(state !== 'unread'), 0);
    }
    print('read, and after how many s', [read, seconds(since)]);
    const { page, close } = await openPage(address);
    await page.locator('a.case').first().waitFor();
    print('first scans on screen, s', await firstPaint(address));
    await page.waitForTimeout(1500);
    const frames = ((await page.evaluate(SCROLL)) as number[]).sort((a, b) => a - b);
    print('frame while scrolling, ms', {
      median: Number(median(frames).toFixed(1)),
      slowestOfTen: Number((frames[Math.floor(0.9 * frames.length)] as number).toFixed(1)),
    });
    print('the tab', await memoryOf(page));
    await close();
  } finally {
    await started.end();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Seconds from the beginning of the navigation to the first card, in a browser of its own. */
async function firstPaint(address: string): Promise<number> {
  const { page, close } = await openPage(address);
  await page.locator('a.case').first().waitFor();
  const milliseconds = await page.evaluate(() => performance.now());
  await close();
  return Number((milliseconds / 1000).toFixed(2));
}

async function memoryOf(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  return { heapMegabytes: Math.round(metric('JSHeapUsedSize') / 2 ** 20), nodes: metric('Nodes') };
}

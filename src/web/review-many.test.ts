import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { type StartedStudio, startWithPage } from '../server/testing/start-studio.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { type BrowserPage, openPage } from './testing/browser-page.ts';
import { markedPhantom } from './testing/marked-phantom.ts';

const reason = noChromium();
const PICTURES = 120;
const SIDE = 16;
/** Cards and lines that are in the page at once, at most. */
const [MOST_CARDS, MOST_LINES] = [24, 60];

/** A machine that does much else is slow, and not wrong. */
const PATIENTLY = { timeout: 30_000 };

const nameOf = (n: number) => `picture${String(n).padStart(3, '0')}`;

describe.skipIf(reason !== undefined)(
  `Review of many scans${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let folder: string;
    let started: StartedStudio;
    let opened: BrowserPage;
    let page: Page;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'patchcl-review-many-'));
      const files = nodeFiles(folder);
      await files.write('scans/dataset.json', '{"labels":{"0":"background","1":"one","2":"two"}}');
      for (let n = 0; n < PICTURES; n++) {
        const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7 + n) % 251);
        await files.write(`scans/images/${nameOf(n)}.png`, encode({ width: SIDE, height: SIDE, data, channels: 1 }));
      }
      started = await startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
      const { studio } = started;
      const isRead = async () => (await studio.ask('project', {})).cases.every(({ state }) => state === 'ready');
      while (!(await isRead())) await new Promise((wake) => setTimeout(wake, 100));
      await studio.ask('loadModel', { name: 'model.onnx', body: foreignModel() as Uint8Array<ArrayBuffer> });
      opened = await openPage(`${started.url}/#token=${started.token}`);
      page = opened.page;
    }, 120_000);

    afterAll(async () => {
      await opened?.close();
      await started?.end();
      await rm(folder, { recursive: true, force: true });
    });

    const toTheEnd = (selector: string) =>
      page.locator(selector).evaluate((list) => {
        list.scrollTop = list.scrollHeight;
      });
    const states = async () =>
      (await started.studio.ask('project', {})).cases.flatMap(({ id, slices }) =>
        slices[0] === 'unlabelled' ? [] : [[id, slices[0]]],
      );

    it('shows pictures as a grid, of which those on screen are there to be judged', async () => {
      await page.goto(`${started.url}/#/review`);
      const cards = page.locator('.review-slice');
      await cards.locator('canvas').first().waitFor();
      expect(await cards.count()).toBeLessThan(MOST_CARDS);
      expect(await opened.axe()).toEqual([]);
      await expect
        .poll(async () => {
          await toTheEnd('main.scrolls');
          return cards
            .last()
            .getByRole('button', { name: /^(Accept|Correct)/ })
            .count();
        }, PATIENTLY)
        .toBe(2);
      expect(await cards.count()).toBeLessThan(MOST_CARDS);
      const last = (await cards.last().getAttribute('data-case')) as string;
      await page.getByRole('button', { name: `Accept ${last}` }).click();
      await cards.last().getByText('accepted proposal').waitFor();
      expect(await states()).toEqual([[last, 'accepted']]);
      const other = (await cards.nth(-2).getAttribute('data-case')) as string;
      await page.getByRole('button', { name: `Reject ${other}` }).click();
      await expect.poll(states, PATIENTLY).toContainEqual([other, 'rejected']);
      // Corrected where it lies: what was drawn is saved on it.
      await page.getByRole('button', { name: `Correct ${last}` }).click();
      const canvas = page.locator('.correct-here canvas');
      await canvas.scrollIntoViewIfNeeded();
      await expect
        .poll(async () => {
          await canvas.click();
          return states();
        }, PATIENTLY)
        .toContainEqual([last, 'corrected']);
      expect((await states()).length).toBe(2);
    });

    it('lists scans beside their proposals, and scrolls to the last of them', async () => {
      const body = markedPhantom('RAS') as Uint8Array<ArrayBuffer>;
      await started.studio.ask('uploadScan', { name: 'volume.nii.gz', body });
      await page.goto(`${started.url}/#/review/${nameOf(0)}`);
      const lines = page.locator('.review nav a');
      await expect.poll(() => lines.count(), PATIENTLY).toBeGreaterThan(5);
      expect(await lines.count()).toBeLessThan(MOST_LINES);
      await toTheEnd('.review nav');
      const end = page.locator(`.review nav [data-index="${PICTURES}"] a`);
      const last = (await end.getAttribute('href')) as string;
      await end.click();
      await page.locator(`section[data-case="${last.split('/').at(-1)}"]`).waitFor();
      expect(await page.locator('.review nav a[aria-current=page]').count()).toBe(1);
      // The address alone leads there, too: the list begins where it is.
      await page.reload();
      await page.locator('.review nav a[aria-current=page]').waitFor();
      expect(await opened.axe()).toEqual([]);
      expect(opened.complaints).toEqual([]);
    });
  },
);

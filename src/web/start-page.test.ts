import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { writeBalls } from '../server/testing/ball-scans.ts';
import { canvasOf, downloaded, dropFiles, dropFromDisk } from './testing/browser-page.ts';
import { openPageInTab, type PageInTab } from './testing/page-in-tab.ts';

const reason = noChromium();

describe.skipIf(reason !== undefined)(
  `the first page without a server${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let tab: PageInTab;
    let page: Page;
    let backup: Uint8Array;
    let labelled: string;

    beforeAll(async () => {
      tab = await openPageInTab((files) => writeBalls(files, 'scans', 2));
      page = tab.page;
    }, 120_000);

    afterAll(async () => {
      await tab?.close();
    });

    const start = () => page.getByRole('region', { name: 'New project' });
    const projects = () => page.getByRole('region', { name: 'Projects in this browser' }).locator('.button.grow');
    /** Back on the first page. */
    const leave = async () => {
      await page.getByRole('button', { name: 'Close' }).click();
      await start().waitFor();
    };
    const cardOf = (id: string) => page.locator('a.case', { has: page.locator('.name', { hasText: id }) }).first();

    it('opens a sample project with one click, which can be drawn on', async () => {
      await page.getByRole('button', { name: 'Try it with a sample project' }).click();
      const open = page.locator('a.case', { hasText: /no labels, \d+ slices/ }).first();
      labelled = (await open.locator('.name').textContent()) as string;
      await open.click();
      const slice = /\/(\d+)$/.exec((await page.locator('[data-shown]').getAttribute('data-shown')) ?? '')?.[1];
      const canvas = await canvasOf(page, `${labelled}/${slice}`);
      await canvas.click();
      await page.locator('[data-saving=saved]').waitFor();
      expect(await tab.opened.axe()).toEqual([]);
    });

    it('takes a backup with the labels and the scans in it, and none without the scans', async () => {
      await tab.goTo('scans');
      await cardOf(labelled)
        .getByText(/^1 of \d+ slices labelled/)
        .waitFor();
      const backUp = async (what: string) => {
        await page.getByRole('button', { name: 'Back up' }).click();
        return downloaded(page, () => page.getByRole('button', { name: what, exact: true }).click());
      };
      const small = await backUp('Labels and models');
      backup = await backUp('Labels, models and scans');
      await leave();
      const field = page.locator('input[type=file][accept=".zip"]');
      const asFile = (bytes: Uint8Array) => ({
        name: 'hearts.zip',
        mimeType: 'application/zip',
        buffer: Buffer.from(bytes),
      });
      await field.setInputFiles(asFile(small));
      await page.getByRole('alert').getByText('the scans are not in this backup').waitFor();
      expect(await projects().count()).toBe(1);
      await field.setInputFiles(asFile(backup));
      await cardOf(labelled)
        .getByText(/^1 of \d+ slices labelled/)
        .waitFor();
      await leave();
      expect((await projects().allTextContents()).map((text) => text.trim())).toEqual([
        'sample hearts',
        'sample hearts 2',
      ]);
    });

    it('takes a backup, and a folder of scans, that are dropped on it', async () => {
      await dropFiles(start(), [{ name: 'hearts.zip', buffer: backup }]);
      await cardOf(labelled).waitFor();
      await leave();
      // A folder as it lies on the disk, with another in it.
      await dropFromDisk(start(), [join(tab.folder, 'scans')]);
      await cardOf('ball1').waitFor();
      await cardOf('ball2').waitFor();
      // Another one is dropped on the list of scans.
      await dropFiles(page.locator('.drop-zone'), [
        { name: 'third.nii.gz', buffer: await tab.files.read('scans/images/ball1.nii.gz') },
      ]);
      await cardOf('third').getByText('added here').waitFor();
      expect(tab.opened.complaints).toEqual([]);
    });
  },
);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { builtPage } from '../server/build-page.ts';
import { writeBalls } from '../server/testing/ball-scans.ts';
import { type BrowserPage, canvasOf, downloaded, dropFiles, openPage } from './testing/browser-page.ts';
import { type FolderServer, serveFolder } from './testing/serve-folder.ts';

const reason = noChromium();

describe.skipIf(reason !== undefined)(
  `the first page without a server${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let folder: string;
    let server: FolderServer;
    let opened: BrowserPage;
    let page: Page;
    let backup: Uint8Array;
    let labelled: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'patchcl-start-'));
      await writeBalls(nodeFiles(folder), 'scans', 2);
      server = await serveFolder((await builtPage(() => {})) as string);
      opened = await openPage(server.url);
      page = opened.page;
    }, 120_000);

    afterAll(async () => {
      await opened?.close();
      await server?.close();
      await rm(folder, { recursive: true, force: true });
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
      expect(await opened.axe()).toEqual([]);
    });

    it('takes a backup with the labels and the scans in it, and none without the scans', async () => {
      await page.goto(`${server.url}#/scans`);
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

    it('takes a backup, and scans, that are dropped on it', async () => {
      await dropFiles(start(), [{ name: 'hearts.zip', buffer: backup }]);
      await cardOf(labelled).waitFor();
      await leave();
      const scans = ['ball1', 'ball2'].map(async (id) => ({
        name: `${id}.nii.gz`,
        buffer: await nodeFiles(folder).read(`scans/images/${id}.nii.gz`),
      }));
      await dropFiles(start(), await Promise.all(scans));
      await cardOf('ball2').waitFor();
      // Another one is dropped on the list of scans.
      await dropFiles(page.locator('.drop-zone'), [
        { name: 'third.nii.gz', buffer: await nodeFiles(folder).read('scans/images/ball1.nii.gz') },
      ]);
      await cardOf('third').getByText('added here').waitFor();
      expect(opened.complaints).toEqual([]);
    });
  },
);

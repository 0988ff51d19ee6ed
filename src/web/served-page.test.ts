import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { BALL_SETTINGS, writeBalls } from '../server/testing/ball-scans.ts';
import { startWithPage } from '../server/testing/start-studio.ts';
import { canvasOf, openPage } from './testing/browser-page.ts';
import { finished, startTraining } from './testing/train-in-page.ts';

const reason = noChromium();

describe.skipIf(reason !== undefined)(
  `the page of a server${reason === undefined ? '' : `: skipped, ${reason}`}`,
  () => {
    it('draws, trains and reviews, and what is drawn is on disk at once', { timeout: 120_000 }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'patchcl-served-'));
      await writeBalls(nodeFiles(folder), 'scans', 3);
      const started = await startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
      const { page, complaints, axe, close } = await openPage(`${started.url}/#token=${started.token}`);
      try {
        await page.locator('a.case').nth(2).waitFor();
        expect(page.url()).not.toContain(started.token);
        await page.locator('a.case').first().click();
        const canvas = await canvasOf(page, 'ball1/3');
        await canvas.click();
        await page.locator('[data-saving=saved]').waitFor();
        await expect.poll(async () => (await started.studio.ask('case', { case: 'ball1' })).slices[3]).toBe('drawn');
        const mask = await started.studio.ask('mask', { case: 'ball1', first: 3, count: 1 });
        expect(mask.filter((label) => label === 1).length).toBeGreaterThan(20);
        // By keys alone: the next class, one pixel more, and all of it undone.
        await page.keyboard.press('2');
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('x');
        const labels = async () => new Set(await started.studio.ask('mask', { case: 'ball1', first: 3, count: 1 }));
        await expect.poll(async () => (await labels()).has(2)).toBe(true);
        await page.keyboard.press('Control+z');
        await expect.poll(async () => (await labels()).has(2)).toBe(false);

        await startTraining(page, 30, BALL_SETTINGS);
        await finished(page);
        await page.goto(`${started.url}/#/review/ball2`);
        await page.getByRole('button', { name: 'Accept slice 2' }).click();
        await page.getByText('accepted proposal').waitFor();
        await page.getByRole('button', { name: 'Reject slice 1', exact: true }).click();
        await page.getByText('proposal rejected').waitFor();
        const { slices } = await started.studio.ask('case', { case: 'ball2' });
        expect(slices.slice(0, 2)).toEqual(['rejected', 'accepted']);
        expect(await axe()).toEqual([]);
        expect(complaints).toEqual([]);
      } finally {
        await close();
        await started.end();
        await rm(folder, { recursive: true, force: true });
      }
    });
  },
);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../formats/index.ts';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { BALL_GEOMETRY, BALL_SHAPE, ballScan, writeBalls } from '../server/testing/ball-scans.ts';
import { type StartedStudio, startAt, startWithPage } from '../server/testing/start-studio.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { type BrowserPage, canvasOf, dropFiles, openPage } from './testing/browser-page.ts';

const reason = noChromium();
const [DEPTH, HEIGHT, WIDTH] = BALL_SHAPE;
const PLANE = HEIGHT * WIDTH;
const BALLS = 5;
/** A machine that does much else is slow, and not wrong. */
const patiently = <T>(work: () => T) => expect.poll(work, { timeout: 60_000 });

describe.skipIf(reason !== undefined)(
  `no label is lost on the page${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 240_000 },
  () => {
    let folder: string;
    let started: StartedStudio;
    let opened: BrowserPage;
    let page: Page;
    const open = () => startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
    const goTo = (place: string) => page.goto(`${started.url}/#/${place}`);
    const saved = (of: Page = page) => of.locator('[data-saving=saved]').waitFor();
    const maskOf = (id: string, first: number, count = 1) => started.studio.ask('mask', { case: id, first, count });
    const stateOf = async (id: string, slice: number) => (await started.studio.ask('case', { case: id })).slices[slice];
    /** Draws on some slices through the API, as a person has. */
    const draw = (id: string, slices: readonly number[], value = 1) =>
      started.studio.ask('editLabels', {
        ...{ case: id, name: 'brush', slices: slices.join(','), state: 'drawn' },
        body: new Uint8Array(slices.length * PLANE).fill(value, 0, 40),
      });
    /** A click with the brush on a slice that is open, as `ball1/3`. */
    const click = async (of: Page, place: string, x: number, y: number) => {
      // Tabs in the background paint once a second.
      await of.bringToFront();
      const canvas = await canvasOf(of, place);
      const box = (await canvas.boundingBox()) as { width: number; height: number };
      await canvas.click({ position: { x: x * box.width, y: y * box.height } });
      await saved(of);
    };
    const maskFile = (value: number) => {
      const data = new Uint8Array(DEPTH * PLANE)
        .fill(value, 2 * PLANE, 2 * PLANE + 60)
        .fill(value, 4 * PLANE, 4 * PLANE + 60);
      return {
        name: `mask${value}.nii.gz`,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(writeNifti({ data, shape: BALL_SHAPE, geometry: BALL_GEOMETRY })),
      };
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'patchcl-lost-'));
      await writeBalls(nodeFiles(folder), 'scans', BALLS);
      started = await open();
      for (let n = 1; n <= BALLS; n++) await started.studio.ask('case', { case: `ball${n}` });
      await started.studio.ask('editLabels', {
        ...{ case: 'ball1', name: 'brush', slices: '0,1,2,3,4,5', state: 'drawn' },
        body: ballScan(1).mask,
      });
      // What it proposes is of no use, but there is something on every slice.
      await started.studio.ask('loadModel', { name: 'model.onnx', body: foreignModel() as Uint8Array<ArrayBuffer> });
      opened = await openPage(`${started.url}/#token=${started.token}`);
      page = opened.page;
    }, 240_000);

    afterAll(async () => {
      await opened?.close();
      await started?.end();
      await rm(folder, { recursive: true, force: true });
    });

    it('by a verdict in Review on a slice that was drawn by hand', async () => {
      await draw('ball2', [2, 3]);
      const before = await maskOf('ball2', 2, 2);
      await goTo('review/ball2');
      await page.getByRole('button', { name: 'Accept slice 1', exact: true }).waitFor();
      expect(await page.getByRole('button', { name: 'Accept slice 3' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Reject slice 3' }).count()).toBe(0);
      // By keys, too: to the card of the slice, then accept and reject.
      const card = page.locator('.review-slice', { hasText: 'slice 3' });
      await card.locator('strong').click();
      await page.keyboard.press('a');
      await page.getByText('has a label of yours, which was kept').waitFor();
      await card.locator('strong').click();
      await page.keyboard.press('r');
      await page.getByText('there is nothing to reject').waitFor();
      expect(Buffer.from(await maskOf('ball2', 2, 2)).equals(Buffer.from(before))).toBe(true);
      // Said with words it is replaced, and comes back.
      await page.getByRole('button', { name: 'Replace mine on slice 3' }).click();
      await patiently(() => stateOf('ball2', 2)).toBe('accepted');
      await page.getByRole('button', { name: 'Undo', exact: true }).click();
      await patiently(() => stateOf('ball2', 2)).toBe('drawn');
      expect(Buffer.from(await maskOf('ball2', 2, 2)).equals(Buffer.from(before))).toBe(true);
    });

    it('by accepting what was not on screen', async () => {
      await page.setViewportSize({ width: 900, height: 620 });
      await goTo('review/ball3');
      const all = page.getByRole('button', { name: /slices? you have seen/ });
      await page.locator('.review-slice').nth(5).waitFor();
      await patiently(async () => Number(/\d+/.exec((await all.textContent()) ?? '')?.[0])).toBeGreaterThan(0);
      await all.click();
      await page.locator('.badge', { hasText: 'accepted proposal' }).first().waitFor();
      const onScreen = await page.locator('.review-slice', { hasText: 'accepted proposal' }).count();
      const { slices } = await started.studio.ask('case', { case: 'ball3' });
      const accepted = slices.filter((state) => state === 'accepted').length;
      expect(accepted).toBe(onScreen);
      expect(accepted).toBeLessThan(DEPTH);
      await page.setViewportSize({ width: 1280, height: 720 });
      // All of it is one action.
      await page.getByRole('button', { name: 'Undo', exact: true }).click();
      await patiently(() => stateOf('ball3', slices.indexOf('accepted'))).toBe('unlabelled');
    });

    it('by a second import, which is shown at once', async () => {
      await goTo('label/ball4/2');
      await canvasOf(page, 'ball4/2');
      const field = page.locator('input[data-role=import-mask]');
      await field.setInputFiles(maskFile(1));
      await patiently(async () => (await maskOf('ball4', 2))[0]).toBe(1);
      await field.setInputFiles(maskFile(2));
      await page.getByText('2 slices of ball4 have labels of yours, which were kept').waitFor();
      await page.getByRole('button', { name: 'Import those too' }).click();
      await patiently(async () => (await maskOf('ball4', 2))[0]).toBe(2);
      // A stroke on what is shown: the first mask does not come back.
      await click(page, 'ball4/2', 0.5, 0.5);
      const mask = await maskOf('ball4', 2);
      expect([mask[0], mask.filter((value) => value === 2).length]).toEqual([2, 60]);
      expect(mask.some((value, i) => value === 1 && i > 60)).toBe(true);
    });

    it('by an import over what was drawn', async () => {
      await draw('ball5', [4], 2);
      const before = await maskOf('ball5', 4);
      await goTo('label/ball5/4');
      await canvasOf(page, 'ball5/4');
      await dropFiles(page.locator('.stage'), [maskFile(1), maskFile(2)]);
      await page.getByText('a mask is one file').waitFor();
      await dropFiles(page.locator('.stage'), [maskFile(1)]);
      await page.getByText('Slice 5 of ball5 has a label of yours, which was kept').waitFor();
      expect(Buffer.from(await maskOf('ball5', 4)).equals(Buffer.from(before))).toBe(true);
      expect(await stateOf('ball5', 2)).toBe('imported');
    });

    it('by two tabs that draw on the same slice', async () => {
      const other = await page.context().newPage();
      await other.goto(`${started.url}/#token=${started.token}`);
      await other.goto(`${started.url}/#/label/ball5/0`);
      await goTo('label/ball5/0');
      await canvasOf(page, 'ball5/0');
      await canvasOf(other, 'ball5/0');
      // The other is not shown the stroke of the first before it has drawn.
      let go = () => {};
      const hasDrawn = new Promise<void>((resolve) => {
        go = resolve;
      });
      await other.route('**/api/cases/ball5/mask*', async (route) => {
        await hasDrawn;
        await route.continue();
      });
      const count = (mask: Uint8Array) => mask.filter((value) => value > 0).length;
      const drawn = async () => count(await maskOf('ball5', 0));
      await click(page, 'ball5/0', 0.35, 0.5);
      await patiently(drawn).toBeGreaterThan(10);
      const first = await maskOf('ball5', 0);
      await other.bringToFront();
      const box = (await other.locator('canvas[data-axis=slice]').boundingBox()) as { width: number; height: number };
      await other.locator('canvas[data-axis=slice]').click({ position: { x: 0.65 * box.width, y: 0.5 * box.height } });
      go();
      await saved(other);
      await patiently(drawn).toBeGreaterThan(count(first) + 10);
      const both = await maskOf('ball5', 0);
      expect(first.every((value, i) => value === 0 || both[i] === value)).toBe(true);
      // And the next stroke of the first tab is drawn on both.
      await click(page, 'ball5/0', 0.5, 0.25);
      await patiently(drawn).toBeGreaterThan(count(both) + 10);
      const all = await maskOf('ball5', 0);
      expect(both.every((value, i) => value === 0 || all[i] === value)).toBe(true);
      await other.close();
    });

    it('because it cannot be undone after going elsewhere, reloading and a restart', async () => {
      await goTo('label/ball4/5');
      await click(page, 'ball4/5', 0.5, 0.5);
      expect(await stateOf('ball4', 5)).toBe('drawn');
      await goTo('label/ball1/0');
      await page.locator('canvas[data-axis=slice]').waitFor();
      const gone = new Promise((resolve) => started.process.once('exit', resolve));
      started.process.kill('SIGKILL');
      await gone;
      started = await open();
      await page.goto(`${started.url}/#token=${started.token}`);
      await goTo('label/ball4/5');
      await canvasOf(page, 'ball4/5');
      await page.getByRole('button', { name: 'Undo: brush' }).waitFor();
      await page.keyboard.press('Control+z');
      await patiently(() => stateOf('ball4', 5)).toBe('unlabelled');
      await page.keyboard.press('Control+y');
      await patiently(() => stateOf('ball4', 5)).toBe('drawn');
    });

    it('by removing a class and adding another', async () => {
      const before = await maskOf('ball1', 0, DEPTH);
      await goTo('label/ball1/0');
      await page.getByRole('button', { name: 'Edit' }).click();
      const asked: string[] = [];
      page.once('dialog', (dialog) => {
        asked.push(dialog.message());
        void dialog.accept();
      });
      await page.getByRole('button', { name: 'Remove ring' }).click();
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Edit' }).waitFor();
      expect(asked[0]).toMatch(/^Remove ring\? [\d,]+ pixels on \d+ slices of \d+ scans are labelled as it/);
      const { palette, removed } = await started.studio.ask('project', {});
      expect(palette.map(({ value, name }) => [value, name])).toEqual([
        [2, 'core'],
        [3, 'class 3'],
      ]);
      expect(removed).toEqual([{ value: 1, name: 'ring' }]);
      const now = await maskOf('ball1', 0, DEPTH);
      expect(now.every((value, i) => value === (before[i] === 1 ? 0 : before[i]))).toBe(true);
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByRole('button', { name: 'Put back' }).click();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Edit' }).waitFor();
      expect(Buffer.from(await maskOf('ball1', 0, DEPTH)).equals(Buffer.from(before))).toBe(true);
    });

    it('that was drawn while the studio was dead: it goes in with the new address, in the same tab', async () => {
      const { port } = new URL(started.url);
      await goTo('label/ball3/1');
      const canvas = await canvasOf(page, 'ball3/1');
      const gone = new Promise((resolve) => started.process.once('exit', resolve));
      started.process.kill('SIGKILL');
      await gone;
      await canvas.click();
      await page.getByText('not saved, trying again').waitFor();
      started = await startAt(port, '--data', join(folder, 'scans'), '--project', join(folder, 'project'));
      await page.getByText('The studio was started anew').waitFor({ timeout: 20_000 });
      expect(await stateOf('ball3', 1)).toBe('unlabelled');
      // Leaving warns while something is unsaved.
      const warned = page.waitForEvent('dialog').then(async (dialog) => {
        await dialog.accept();
        return dialog.type();
      });
      await page.goto(`${started.url}/#token=${started.token}`);
      expect(await warned).toBe('beforeunload');
      await patiently(() => stateOf('ball3', 1)).toBe('drawn');
      expect((await maskOf('ball3', 1)).filter((value) => value > 0).length).toBeGreaterThan(10);
    });
  },
);

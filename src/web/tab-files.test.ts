import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeImage } from '../formats/dicom/testing/make-dicom.ts';
import { stacksOfFiles } from '../formats/dicom/testing/open-files.ts';
import { readLabels, readSegOn, writeDicomSeg } from '../formats/index.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { BALL_GEOMETRY, BALL_SETTINGS, ballScan, writeBallMasks, writeBalls } from '../server/testing/ball-scans.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { downloaded } from './testing/browser-page.ts';
import { openPageInTab, type PageInTab } from './testing/page-in-tab.ts';
import { finished, startTraining } from './testing/train-in-page.ts';

const reason = noChromium();
const BALLS = 4;
const STEPS = 26;
/** Says what the masks of a ZIP file hold. */
const HOLDS = 'what-they-hold.txt';
/** Of the DICOM series: slices of so many rows and columns. */
const [DEPTH, SIDE] = [4, 40];

/** A series of slices, upwards. */
const series = Object.fromEntries(
  Array.from({ length: DEPTH }, (_, z) => {
    const pixels = Array.from({ length: SIDE * SIDE }, (_, i) => (i * 31 + z) % 200);
    return [
      `IM${z}.dcm`,
      makeImage({ rows: SIDE, columns: SIDE, pixels, spacing: [1, 1], instance: z + 1, position: [0, 0, 2 * z] }),
    ];
  }),
);

async function stackOf() {
  const { stacks } = await stacksOfFiles(series);
  return stacks[0] as (typeof stacks)[0];
}

const asFile = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
});

describe.skipIf(reason !== undefined)(
  `files of others and long trainings in the tab${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 180_000 },
  () => {
    let tab: PageInTab;
    let page: Page;

    beforeAll(async () => {
      tab = await openPageInTab(async (files) => {
        await writeBalls(files, 'scans', BALLS);
        await writeBallMasks(files, 'scans', BALLS - 1);
      });
      page = tab.page;
    }, 120_000);

    afterAll(async () => {
      await tab?.close();
    });

    const stepOf = async () => Number((await page.locator('.figure dd').first().textContent())?.split(' ')[0]);
    /** The model of the newest run. */
    const newestModel = async () => {
      await tab.goTo('runs');
      return downloaded(page, () => page.getByRole('button', { name: 'ONNX' }).first().click());
    };

    it('pause and resume, even after the page was closed in between, and lose nothing', async () => {
      await page.locator('input[type=file]').first().setInputFiles(join(tab.folder, 'scans'));
      await page
        .locator('a.case')
        .nth(BALLS - 1)
        .waitFor();
      const settings = { ...BALL_SETTINGS, validations: 2 };
      await startTraining(page, STEPS, settings);
      await finished(page);
      const whole = await newestModel();

      await startTraining(page, STEPS, settings);
      await page.getByRole('heading', { name: 'round-02' }).waitFor();
      await expect.poll(stepOf, { timeout: 60_000 }).toBeGreaterThan(5);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.locator('main .badge', { hasText: /^paused$/ }).waitFor();
      const pausedAt = await stepOf();
      expect(pausedAt).toBeLessThan(STEPS);

      await tab.begin();
      await page.getByRole('button', { name: 'scans', exact: true }).click();
      await page.locator('a.case').first().waitFor();
      await tab.goTo('train');
      await page.locator('main .badge', { hasText: /^paused$/ }).waitFor();
      await page.getByRole('button', { name: 'Resume' }).click();
      await finished(page);
      expect(Buffer.from(await newestModel()).equals(Buffer.from(whole))).toBe(true);
    });

    it('give the masks of all scans at once, each on its scan', async () => {
      await tab.goTo('scans');
      await page.getByRole('button', { name: 'Masks' }).click();
      expect(await tab.opened.axe()).toEqual([]);
      const labels = page.getByRole('button', { name: `Labels of ${BALLS - 1} scans` });
      const archive = unzipSync(await downloaded(page, () => labels.click()));
      expect(Object.keys(archive)).toEqual([...['ball1', 'ball2', 'ball3'].map((id) => `${id}.nii.gz`), HOLDS]);
      expect(new TextDecoder().decode(archive[HOLDS])).toContain('ball2.nii.gz: every slice is labelled');
      const { data, geometry } = await readLabels(archive['ball2.nii.gz'] as Uint8Array, 'ball2.nii.gz');
      expect(Buffer.from(data).equals(Buffer.from(ballScan(2).mask))).toBe(true);
      expect(geometry.affine).toEqual(BALL_GEOMETRY.affine);
      await page.getByRole('button', { name: 'Masks' }).click();
      const proposals = page.getByRole('button', { name: `Proposals of ${BALLS} scans` });
      expect(Object.keys(unzipSync(await downloaded(page, () => proposals.click())))).toHaveLength(BALLS + 1);
    });

    it('take a model from elsewhere, and say why one of another shape cannot be used', async () => {
      await tab.goTo('runs');
      const field = page.locator('input[type=file][accept=".onnx"]');
      await field.setInputFiles(asFile('two.onnx', foreignModel({ classes: 2 })));
      await page
        .getByRole('alert')
        .getByText('two.onnx: this model cannot be used here: it tells 2 classes apart, the project has 3.')
        .waitFor();
      expect(await page.locator('main tbody tr').count()).toBe(2);
      await field.setInputFiles(asFile('theirs.onnx', foreignModel()));
      await page.getByText('theirs.onnx was loaded as theirs').waitFor();
      await page.getByText('loaded model').waitFor();
      expect(await page.locator('main tbody tr').count()).toBe(3);
      await tab.goTo('label/ball4/2');
      await page.getByRole('button', { name: 'Accept', exact: true }).waitFor();
      await page.getByText('theirs').first().waitFor();
    });

    it('export what is drawn on a DICOM series as DICOM SEG, and import what was drawn elsewhere', async () => {
      await tab.begin();
      const files = Object.entries(series).map(([name, bytes]) => asFile(name, bytes));
      await page.locator('input[type=file]').nth(1).setInputFiles(files);
      await page.locator('a.case').first().click();
      await page.locator('[data-shown]').waitFor({ state: 'attached' });
      await page.locator('canvas[data-axis=slice]').click();
      await page.locator('[data-saving=saved]').waitFor();
      const exported = async () => {
        await page.getByRole('button', { name: 'Files' }).click();
        const item = page.getByRole('button', { name: 'Export labels as DICOM SEG' });
        const bytes = await downloaded(page, () => item.click());
        return (await readSegOn(await stackOf(), bytes, 'mask.dcm', (segment) => segment)).data;
      };
      const slicesOf = (mask: Uint8Array) =>
        Array.from({ length: DEPTH }, (_, z) => z).filter((z) =>
          mask.subarray(z * SIDE * SIDE, (z + 1) * SIDE * SIDE).some((label) => label > 0),
        );
      expect(slicesOf(await exported())).toHaveLength(1);

      const stack = await stackOf();
      const data = new Uint8Array(DEPTH * SIDE * SIDE).fill(1, SIDE + 3, SIDE + 30);
      data.fill(1, 3 * SIDE * SIDE + 5 * SIDE, 3 * SIDE * SIDE + 5 * SIDE + 7);
      let count = 0;
      const elsewhere = writeDicomSeg(
        { data, shape: [DEPTH, SIDE, SIDE], geometry: stack.geometry },
        {
          stack,
          source: series['IM0.dcm'] as Uint8Array,
          classes: ['background', 'liver'],
          uid: () => `2.25.${++count}`,
          now: new Date(0),
          version: '9',
        },
      );
      await page.locator('[data-role=import-mask]').setInputFiles(asFile('liver.dcm', elsewhere));
      await page.getByText('liver.dcm was imported').waitFor();
      const mask = await exported();
      const plane = (of: Uint8Array, z: number) => [...of.subarray(z * SIDE * SIDE, (z + 1) * SIDE * SIDE)];
      for (const z of [0, 3]) expect(plane(mask, z)).toEqual(plane(data, z));
      expect(tab.opened.complaints).toEqual([]);
    });
  },
);

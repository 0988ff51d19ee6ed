import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabels, readVolume } from '../formats/index.ts';
import { Segmenter } from '../predict/segmenter.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { BALL_SETTINGS, writeBallMasks, writeBalls } from '../server/testing/ball-scans.ts';
import { pythonWith } from '../testing/python.ts';
import { canvasOf, downloaded } from './testing/browser-page.ts';
import { COMPARE, markedScan } from './testing/marked-scan.ts';
import { openPageInTab, type PageInTab } from './testing/page-in-tab.ts';
import { diceCurve, finished, startTraining } from './testing/train-in-page.ts';

const reason = noChromium();
const nibabel = pythonWith('nibabel');
const BALLS = 6;
/** Balls that come with masks. */
const MASKS = 4;

describe.skipIf(reason !== undefined)(
  `the page without a server${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let tab: PageInTab;
    let page: Page;

    beforeAll(async () => {
      tab = await openPageInTab(async (files) => {
        await writeBalls(files, 'scans', BALLS);
        await writeBallMasks(files, 'scans', MASKS);
        await files.write('marked.nii.gz', markedScan());
      });
      page = tab.page;
    });

    afterAll(async () => {
      await tab?.close();
    });

    const fileMenu = async (item: string) => {
      await page.getByRole('button', { name: 'Files' }).click();
      return downloaded(page, () => page.getByRole('button', { name: item }).click());
    };

    it('has threads on a host that sends no headers, and is there within three seconds', async () => {
      await page.getByText('Drop a folder of scans here').waitFor();
      expect(await page.evaluate('crossOriginIsolated')).toBe(true);
      await page.reload();
      await page.getByText('Drop a folder of scans here').waitFor();
      const milliseconds = await page.evaluate(() => performance.now());
      expect(milliseconds).toBeLessThan(3000);
      expect(await tab.opened.axe()).toEqual([]);
    });

    it('opens a folder of scans and says how far their labels are', async () => {
      await page.locator('input[type=file]').first().setInputFiles(join(tab.folder, 'scans'));
      await page
        .getByText('all 6 slices labelled')
        .nth(MASKS - 1)
        .waitFor();
      // Scans are read one after the other, those without masks too.
      await page
        .locator('a.case')
        .nth(BALLS - 1)
        .waitFor();
      expect(await page.locator('a.case').count()).toBe(BALLS);
      expect(await tab.opened.axe()).toEqual([]);
    });

    it('trains PatchCL in the tab to a better Dice than it started with', async () => {
      await startTraining(page, 90, {
        ...BALL_SETTINGS,
        validations: 5,
        optimiser: { learningRate: 0.01, rampSteps: 5 },
      });
      await finished(page);
      const [first, last] = await diceCurve(page);
      expect(first).toBeLessThan(0.6);
      expect(last).toBeGreaterThan(first + 0.1);
      expect(await tab.opened.axe()).toEqual([]);
    });

    it('predicts as the exported model does in Node', async () => {
      await tab.goTo('label/ball6/2');
      await page.getByRole('button', { name: 'Accept', exact: true }).waitFor();
      const proposed = await readLabels(await fileMenu('Export proposal as NIfTI'), 'proposal.nii.gz');
      await tab.goTo('runs');
      const model = await downloaded(page, () => page.getByRole('button', { name: 'ONNX' }).click());
      const segmenter = await Segmenter.load(nodeRuntime({ threads: 1 }), model, 'model.onnx');
      const scan = await tab.files.read('scans/images/ball6.nii.gz');
      const mask = await segmenter.segment(await readVolume(scan, 'ball6.nii.gz'), 'ball6.nii.gz');
      await segmenter.dispose();
      expect(mask.data.some((label) => label > 0)).toBe(true);
      expect(proposed).toEqual({ ...mask, geometry: proposed.geometry });
    });

    it('makes accepted proposals labels, and shows patches and comparison', async () => {
      await tab.goTo('review/ball5');
      await page.getByRole('button', { name: 'Accept slice 3' }).click();
      await page.getByText('accepted proposal').waitFor();
      expect(await tab.opened.axe()).toEqual([]);
      await tab.goTo('patches');
      await page.getByText('Embeddings of the keys').waitFor();
      expect(await tab.opened.axe()).toEqual([]);
      await tab.goTo('runs');
      await page.getByRole('img', { name: /Validation Dice of the teacher/ }).waitFor();
      expect(await tab.opened.axe()).toEqual([]);
    });

    it('keeps labels and runs when it is opened again', async () => {
      await tab.begin();
      await page.getByRole('button', { name: 'scans', exact: true }).click();
      await page.getByText('1 of 6 slices labelled').waitFor();
      await tab.goTo('runs');
      await page.getByText('round-01').first().waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
    });

    it.skipIf(nibabel === undefined)(
      'exports what was drawn so that it lies on the scan exactly, whatever its orientation',
      async () => {
        await page.locator('input[type=file]').nth(1).setInputFiles(join(tab.folder, 'marked.nii.gz'));
        await page.locator('a.case').first().waitFor();
        await tab.goTo('label/marked/3');
        const canvas = await canvasOf(page, 'marked/3');
        for (let i = 0; i < 3; i++) await page.keyboard.press('[');
        // What is brightest to an eye is clicked on.
        const [x, y] = await brightest(page);
        await canvas.click({ position: { x, y } });
        await page.locator('[data-saving=saved]').waitFor();
        expect(await tab.opened.axe()).toEqual([]);
        const path = join(tab.folder, 'drawn.nii.gz');
        await writeFile(path, await fileMenu('Export labels as NIfTI, unlabelled slices as background'));
        const found = nibabel?.(COMPARE, [join(tab.folder, 'marked.nii.gz'), path]) as {
          drawn: number[][];
          bright: number[];
        };
        expect(found).toMatchObject({ axes: 'PIR', affine: 0, shape: true });
        expect(found.drawn).toEqual([found.bright]);
      },
    );

    it('has complained of nothing, and asked no other host', () => {
      expect(tab.opened.complaints).toEqual([]);
    });
  },
);

/** Where the brightest part of the slice is shown, in pixels of the page. */
async function brightest(page: Page): Promise<readonly [number, number]> {
  await page.waitForTimeout(300);
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas[data-axis=slice]') as HTMLCanvasElement;
    const { data, width } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
      0,
      0,
      canvas.width,
      canvas.height,
    );
    let [rows, columns, count] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if ((data[i] as number) < 250 || (data[i + 2] as number) < 250) continue;
      rows += Math.floor(i / 4 / width);
      columns += (i / 4) % width;
      count++;
    }
    const scale = canvas.clientWidth / canvas.width;
    return [(columns / count) * scale, (rows / count) * scale] as const;
  });
}

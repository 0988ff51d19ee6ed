import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { builtPage } from '../server/build-page.ts';
import { type StartedStudio, startWithPage } from '../server/testing/start-studio.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { type BrowserPage, openPage, readyToDraw } from './testing/browser-page.ts';
import { MARKED_PLACE, markedPhantom, markedPicture, markedRadiograph } from './testing/marked-phantom.ts';

const reason = noChromium();
/** Stored along these axes: as it is usual, turned, with axes exchanged. */
const STORED = ['RAS', 'LPS', 'SRA', 'PIR'];

describe.skipIf(reason !== undefined)(
  `the picture on the page${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let folder: string;
    let started: StartedStudio;
    let opened: BrowserPage;
    const page = () => opened.page;
    const goTo = (place: string) => page().goto(`${started.url}/#/${place}`);
    const slice = () => page().locator('canvas[data-axis=slice]');

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'patchcl-picture-'));
      const files = nodeFiles(folder);
      await files.write('scans/dataset.json', '{"labels":{"0":"background","1":"one","2":"two"}}');
      for (const stored of STORED) await files.write(`scans/images/${stored}.nii.gz`, markedPhantom(stored));
      await builtPage(() => {});
      started = await startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
      const { studio } = started;
      const add = (name: string, body: Uint8Array<ArrayBuffer>) =>
        studio.ask('uploadScan', { name, group: name.replace(/\..*/, ''), body });
      await add('picture.png', markedPicture() as Uint8Array<ArrayBuffer>);
      await add('radiograph.dcm', markedRadiograph() as Uint8Array<ArrayBuffer>);
      await studio.ask('loadModel', { name: 'model.onnx', body: foreignModel() as Uint8Array<ArrayBuffer> });
      opened = await openPage(`${started.url}/#token=${started.token}`, { has3D: false });
    }, 120_000);

    afterAll(async () => {
      await opened?.close();
      await started?.end();
      await rm(folder, { recursive: true, force: true });
    });

    const lettersAt = (picture: Locator) => picture.locator('xpath=..').locator('.edge').allTextContents();
    /** Where the mark is shown within a picture, and the letters around it. */
    const seen = async (picture: Locator) => {
      await expect.poll(() => picture.evaluate(markIn), { timeout: 20_000 }).toBeDefined();
      const mark = (await picture.evaluate(markIn)) as readonly [number, number];
      return {
        mark: mark.map((share) => Math.round(share * 10) / 10),
        letters: (await lettersAt(picture)).join(''),
      };
    };

    it.each([...STORED, 'picture', 'radiograph'])('of %s has its mark on the same side everywhere', async (id) => {
      const isOriented = STORED.includes(id);
      // Right of the patient is left, the front is up; a picture is as it is stored.
      const mark = isOriented ? [0.2, 0.2] : [0.8, 0.8];
      const letters = isOriented ? 'ALPR' : '';
      await goTo('scans');
      const card = page().locator('a.case', { hasText: id }).first();
      expect(await seen(card.locator('img'))).toEqual({ mark, letters });
      await goTo(`label/${id}`);
      await readyToDraw(page());
      expect(await seen(slice())).toEqual({ mark, letters });
      if (isOriented) {
        await page().getByRole('button', { name: 'Planes' }).click();
        expect(await seen(slice())).toEqual({ mark, letters });
        expect((await lettersAt(page().locator('canvas[data-axis=row]'))).join('')).toBe('SLIR');
      } else expect(await page().getByRole('button', { name: 'Planes' }).count()).toBe(0);
      await goTo(`review/${id}`);
      const middle = isOriented ? 'slice 5' : id;
      const reviewed = page().getByRole('img', { name: `What is there on ${middle} of ${id}` });
      expect(await seen(reviewed)).toEqual({ mark, letters });
    });

    it('goes through one cursor in three planes, exactly', async () => {
      await goTo('label/SRA/4');
      await readyToDraw(page());
      await page().getByRole('button', { name: 'Planes' }).click();
      await page().keyboard.press('v');
      const readout = page().locator('.readout');
      await slice().click({ position: await markOf(slice()) });
      await readout.getByText('250').waitFor();
      await readout.getByText(MARKED_PLACE).waitFor();
      const row = page().locator('canvas[data-axis=row]');
      await row.click({ position: await markOf(row) });
      await readout.getByText('250').waitFor();
      const place = await readout.getByText(/R .* mm/).textContent();
      expect(place).toBe(MARKED_PLACE);
      expect(await opened.axe()).toEqual([]);
    });

    it('is drawn on in a cut through all slices as one action, which leaves slices without a label', async () => {
      const { studio } = started;
      const { measures } = await studio.ask('case', { case: 'LPS' });
      const [depth, height, width] = measures?.shape ?? [0, 0, 0];
      const body = new Uint8Array(7 * height * width);
      await studio.ask('editLabels', { case: 'LPS', name: 'brush', slices: '0,1,2,4,5,6,7', state: 'drawn', body });
      await goTo('label/LPS/4');
      await readyToDraw(page());
      await page().getByRole('button', { name: 'Planes' }).click();
      await page().keyboard.press('b');
      const row = page().locator('canvas[data-axis=row]');
      const box = (await row.boundingBox()) as { x: number; y: number; width: number; height: number };
      const x = box.x + box.width / 2;
      await page().mouse.move(x, box.y + 2);
      await page().mouse.down();
      await page().mouse.move(x, box.y + box.height - 2, { steps: 12 });
      await page().mouse.up();
      await page().getByText('7 slices changed. 1 slice left as it is: no label yet.').waitFor();
      await page().locator('[data-saving=saved]').waitFor();
      const drawnOn = async () => {
        const mask = await studio.ask('mask', { case: 'LPS', first: 0, count: depth });
        const plane = height * width;
        return Array.from({ length: depth }, (_, z) => mask.subarray(z * plane, (z + 1) * plane).includes(1));
      };
      await expect.poll(drawnOn).toEqual([true, true, true, false, true, true, true, true]);
      expect((await studio.ask('case', { case: 'LPS' })).slices[3]).toBe('unlabelled');
      await page().keyboard.press('Control+z');
      await expect.poll(drawnOn).toEqual(new Array(depth).fill(false));
      expect(await opened.axe()).toEqual([]);
    });

    it('has a window that can be set by numbers and taken back', async () => {
      await goTo('label/RAS/4');
      await readyToDraw(page());
      const before = await seen(slice());
      await page().getByLabel('Level').fill('3000');
      await page().keyboard.press('Enter');
      await expect.poll(() => slice().evaluate(markIn)).toBeUndefined();
      await page().getByRole('button', { name: 'Reset' }).click();
      expect(await seen(slice())).toEqual(before);
      expect(await opened.axe()).toEqual([]);
    });

    it('has sliders that arrows move, and an address that follows the slice', async () => {
      await goTo('label/RAS/4');
      await readyToDraw(page());
      const brush = page().getByRole('slider', { name: 'Brush' });
      const before = Number(await brush.inputValue());
      await brush.press('ArrowRight');
      await brush.press('ArrowRight');
      expect(Number(await brush.inputValue())).toBe(before + 2);
      await page().getByRole('slider', { name: 'Slice' }).press('ArrowRight');
      await expect.poll(() => page().url()).toMatch(/#\/label\/RAS\/5$/);
    });

    it('has no slices where there is one, and nothing was complained of', async () => {
      await goTo('label/picture');
      await readyToDraw(page());
      expect(await page().getByRole('slider', { name: 'Slice' }).count()).toBe(0);
      expect(await page().locator('canvas[data-axis=row]').count()).toBe(0);
      expect(await opened.axe()).toEqual([]);
      expect(opened.complaints).toEqual([]);
    });

    /** The middle of the mark, in pixels of a canvas on the page. */
    const markOf = async (canvas: Locator) => {
      await expect.poll(() => canvas.evaluate(markIn), { timeout: 20_000 }).toBeDefined();
      return canvas.evaluate((element) => {
        const { width, height, clientWidth, clientHeight } = element as HTMLCanvasElement;
        const context = (element as HTMLCanvasElement).getContext('2d') as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, width, height);
        let [x, y, count] = [0, 0, 0];
        for (let i = 0; i < data.length; i += 4) {
          if ((data[i] as number) < 235 || (data[i + 2] as number) < 235) continue;
          x += (i / 4) % width;
          y += Math.floor(i / 4 / width);
          count++;
        }
        return { x: ((x / count) * clientWidth) / width, y: ((y / count) * clientHeight) / height };
      });
    };
  },
);

/** Where the bright mark of a grey picture lies in it, as shares of its width and height; undefined while there is none. Runs in the page. */
function markIn(element: SVGElement | HTMLElement): readonly [number, number] | undefined {
  const picture = element as HTMLCanvasElement | HTMLImageElement;
  const isImage = picture instanceof HTMLImageElement;
  const [width, height] = isImage ? [picture.naturalWidth, picture.naturalHeight] : [picture.width, picture.height];
  if (width === 0 || height === 0) return undefined;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let [left, top, right, bottom] = [width, height, 0, 0];
  let [x, y, count] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [column, row] = [(i / 4) % width, Math.floor(i / 4 / width)];
    if ((data[i + 3] as number) < 255) continue;
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    if ((data[i] as number) < 235 || (data[i + 2] as number) < 235) continue;
    x += column;
    y += row;
    count++;
  }
  if (count === 0) return undefined;
  return [(x / count - left) / (right - left), (y / count - top) / (bottom - top)];
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { BALL_SETTINGS, BALL_SHAPE, ballScan, writeBalls } from '../server/testing/ball-scans.ts';
import { type StartedStudio, startWithPage } from '../server/testing/start-studio.ts';
import { type BrowserPage, openPage } from './testing/browser-page.ts';

const reason = noChromium();
/** 300 take a minute: `PATCHCL_CLICKS=300 npx vitest run src/web/review-clicks.test.ts` */
const CLICKS = Number(process.env.PATCHCL_CLICKS ?? 60);
const BALLS = 8;
/** Scans that a note asks to review first. */
const FIRST = 5;

describe.skipIf(reason !== undefined)(
  `${CLICKS} clicks in Review${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 240_000 },
  () => {
    let folder: string;
    let started: StartedStudio;
    let opened: BrowserPage;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'patchcl-clicks-'));
      await writeBalls(nodeFiles(folder), 'scans', BALLS);
      started = await startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
      const { studio } = started;
      for (let n = 1; n <= BALLS; n++) await studio.ask('case', { case: `ball${n}` });
      const slices = Array.from({ length: BALL_SHAPE[0] }, (_, z) => z).join(',');
      const drawn = { case: 'ball1', name: 'brush', slices, state: 'drawn', body: ballScan(1).mask } as const;
      await studio.ask('editLabels', drawn);
      opened = await openPage(`${started.url}/#token=${started.token}`);
      await studio.ask('train', { body: { steps: 40, method: 'supervised', settings: BALL_SETTINGS } });
    }, 120_000);

    afterAll(async () => {
      await opened?.close();
      await started?.end();
      await rm(folder, { recursive: true, force: true });
    });

    it('begin at those scans that the note at the end of a training has named', async () => {
      const { page } = opened;
      await page.getByRole('button', { name: `Review these ${FIRST}` }).click();
      const { items } = await started.studio.ask('ranking', { count: FIRST });
      const listed = page.getByRole('navigation', { name: 'Scans to review' }).locator('.scan-name');
      await expect.poll(() => listed.allTextContents()).toEqual(items.map((item) => item.case));
      await page.locator(`section[data-case="${items[0]?.case}"]`).waitFor();
      expect(await opened.axe()).toEqual([]);
      await page.getByRole('button', { name: `Show all ${BALLS} scans` }).click();
      await expect.poll(() => listed.count()).toBe(BALLS);
    });

    it('land on the scan that was on screen when the pointer went down, each of them', async () => {
      const { page, complaints } = opened;
      await page.goto(`${started.url}/#/review`);
      await page.locator('.review-slice').first().waitFor();
      await watchClicks(page);
      const rng = new Rng('clicks');
      let verdicts = 0;
      for (let n = 0; n < CLICKS; n++) {
        // Any button that is on screen now; where it is is looked up once, and the pointer goes down there at once.
        const target = await page.evaluate((chance) => {
          const isOnScreen = (element: Element) => {
            const { top, bottom, width } = element.getBoundingClientRect();
            return width > 0 && top >= 60 && bottom <= innerHeight;
          };
          const all = [...document.querySelectorAll('.review-slice button:not(:disabled), .review nav a')].filter(
            isOnScreen,
          );
          const cards = all.filter(
            (element) =>
              element.tagName === 'BUTTON' &&
              !/^(Correct|Done)/.test(element.getAttribute('aria-label') ?? element.textContent ?? ''),
          );
          const chosen = chance < 0.85 && cards.length > 0 ? cards : all.filter((element) => element.tagName === 'A');
          const element = chosen[Math.floor(chance * 7919) % Math.max(1, chosen.length)];
          if (element === undefined) return undefined;
          const { left, top, width, height } = element.getBoundingClientRect();
          return { x: left + width / 2, y: top + height / 2, isVerdict: element.tagName === 'BUTTON' };
        }, rng.float());
        if (target === undefined) continue;
        await page.mouse.move(target.x, target.y);
        await page.mouse.down();
        await page.mouse.up();
        if (target.isVerdict) verdicts++;
        // Half of the clicks come while the last answer is still under way.
        if (rng.float() < 0.5) await pause(60);
        if (rng.float() < 0.1) await page.mouse.wheel(0, rng.float() < 0.5 ? 300 : -300);
      }
      const changes = await page.evaluate(() => (globalThis as unknown as Watched).changes);
      expect(verdicts).toBeGreaterThan(CLICKS / 2);
      expect(changes.length).toBeGreaterThan(CLICKS / 4);
      expect(new Set(changes.map(({ changed }) => changed)).size).toBeGreaterThan(2);
      expect(changes.filter(({ changed, seen }) => changed !== seen)).toEqual([]);
      expect(complaints.filter((text) => !/409/.test(text))).toEqual([]);
    });
  },
);

interface Watched {
  /** Scans that the page has changed, and the scan under the pointer when it went down. */
  changes: { readonly changed: string; readonly seen: string | undefined }[];
}

/** Writes down which scan lay under the pointer when it went down, and which one the page changed for it. */
async function watchClicks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched: Watched = { changes: [] };
    Object.assign(globalThis, watched);
    let seen: string | undefined;
    const onDown = ({ target }: PointerEvent) => {
      seen = (target as Element).closest<HTMLElement>('[data-case]')?.dataset.case;
    };
    document.addEventListener('pointerdown', onDown, { capture: true });
    const { fetch } = globalThis;
    globalThis.fetch = (...asked) => {
      const [, changed] = /\/api\/cases\/([^/]+)\/(?:accept|edit)\b/.exec(String(asked[0])) ?? [];
      if (changed !== undefined) watched.changes.push({ changed: decodeURIComponent(changed), seen });
      return fetch(...asked);
    };
  });
}

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

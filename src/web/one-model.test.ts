import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../formats/index.ts';
import { nodeFiles } from '../node/node-files.ts';
import { noChromium } from '../runtime/browser/testing/chromium.ts';
import { BALL_SETTINGS, BALL_SHAPE, ballScan, writeBalls } from '../server/testing/ball-scans.ts';
import { startWithPage } from '../server/testing/start-studio.ts';
import { downloaded, openPage } from './testing/browser-page.ts';

const reason = noChromium();
const [DEPTH] = BALL_SHAPE;
const BALLS = 5;

describe.skipIf(reason !== undefined)(
  `the model that proposes${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 240_000 },
  () => {
    it('is one for the page, Review, the ranking, the ZIP and the export, before, during and after a training', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'patchcl-one-model-'));
      await writeBalls(nodeFiles(folder), 'scans', BALLS);
      const started = await startWithPage('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
      const { studio } = started;
      const all = Array.from({ length: DEPTH }, (_, z) => z).join(',');
      const draw = (n: number) =>
        studio.ask('editLabels', {
          ...{ case: `ball${n}`, name: 'brush', slices: all, state: 'drawn' },
          body: ballScan(n).mask,
        });
      const until = async (id: string, isReached: (state: string) => boolean) => {
        for (;;) {
          const run = await studio.ask('run', { run: id });
          if (isReached(run.state) && (run.state !== 'training' || run.hasModel)) return run;
          if (run.state === 'crashed') throw new Error(run.problem);
          await new Promise((wake) => setTimeout(wake, 50));
        }
      };
      for (let n = 1; n <= BALLS; n++) await studio.ask('case', { case: `ball${n}` });
      for (const n of [1, 2, 3]) await draw(n);
      // A good model first, then one that has hardly begun.
      const good = await studio.ask('train', { body: { steps: 100, method: 'supervised', settings: BALL_SETTINGS } });
      await until(good.id, (state) => state === 'finished');
      const { page, close } = await openPage(`${started.url}/#token=${started.token}`);

      /** The mask of ball5 wherever it can be seen, and whose it is. */
      const everywhere = async () => {
        // A page that is opened now, so that nothing is shown of before.
        await page.goto(`${started.url}/#/scans`);
        await page.reload();
        const shown: Record<string, { readonly run: string; readonly mask: Uint8Array; readonly slices: Set<number> }> =
          {};
        const isWhole = (at: string) => expect.poll(() => shown[at]?.slices.size, { timeout: 20_000 }).toBe(DEPTH);
        page.removeAllListeners('response');
        const place = { now: '' };
        const bodies: Promise<void>[] = [];
        page.on('response', (response) => {
          const url = new URL(response.url());
          if (!url.pathname.endsWith('/cases/ball5/proposal/mask')) return;
          const [at, run, first] = [
            place.now,
            url.searchParams.get('run') ?? '',
            Number(url.searchParams.get('first')),
          ];
          bodies.push(
            response.body().then((bytes) => {
              const known = shown[at] ?? { run, mask: new Uint8Array(ballScan(5).mask.length), slices: new Set() };
              const plane = known.mask.length / DEPTH;
              known.mask.set(bytes, first * plane);
              for (let z = 0; z < bytes.length / plane; z++) known.slices.add(first + z);
              shown[at] = known;
            }),
          );
        });
        place.now = 'label';
        await page.goto(`${started.url}/#/label/ball5`);
        await page.getByRole('button', { name: 'Accept', exact: true }).waitFor();
        await isWhole('label');
        place.now = 'review';
        await page.goto(`${started.url}/#/review/ball5`);
        await page
          .locator('.review-slice canvas')
          .nth(2 * DEPTH - 1)
          .waitFor();
        await isWhole('review');
        await Promise.all(bodies);
        await page.goto(`${started.url}/#/scans`);
        await page.getByRole('button', { name: 'Masks' }).click();
        const zip = await downloaded(page, () => page.getByRole('button', { name: /^Proposals of/ }).click());
        const inZip = await readLabels(unzipSync(zip)['ball5.nii.gz'] as Uint8Array, 'ball5.nii.gz');
        const exported = await studio.ask('exportMask', { case: 'ball5', of: 'proposal', format: 'nifti' });
        const file = await readLabels(exported, 'ball5.nii.gz');
        const { run: ranked, step } = await studio.ask('ranking', {});
        const ofRanking = await studio.ask('proposalMask', {
          case: 'ball5',
          first: 0,
          count: DEPTH,
          run: ranked,
          step,
        });
        const { run } = await studio.ask('proposal', { case: 'ball5' });
        return { run, ranked, shown, ofRanking, same: Buffer.from(inZip.data).equals(Buffer.from(file.data)), file };
      };
      const check = async () => {
        const { run, ranked, shown, ofRanking, same, file } = await everywhere();
        expect([run, ranked, shown.label?.run, shown.review?.run]).toEqual([run, run, run, run]);
        const bytes = Buffer.from(ofRanking);
        expect(bytes.equals(Buffer.from(shown.label?.mask ?? []))).toBe(true);
        expect(bytes.equals(Buffer.from(shown.review?.mask ?? []))).toBe(true);
        expect(same).toBe(true);
        // The file lies in the scan's own orientation: the same voxels, turned.
        const count = (mask: ArrayLike<number>, label: number) =>
          [...Array.from(mask)].filter((value) => value === label).length;
        for (const label of [1, 2]) expect(count(file.data, label)).toBe(count(ofRanking, label));
        return { run, mask: bytes };
      };
      try {
        const before = await check();
        expect(before.run).toBe(good.id);
        const settings = { ...BALL_SETTINGS, validations: 40 };
        const second = await studio.ask('train', { body: { steps: 40_000, method: 'supervised', settings } });
        await until(second.id, (state) => state === 'training');
        const during = await check();
        expect(during.run).toBe(good.id);
        expect(during.mask.equals(before.mask)).toBe(true);
        await studio.ask('stop', { run: second.id });
        await until(second.id, (state) => state === 'stopped');
        const weak = await studio.ask('train', { body: { steps: 2, method: 'supervised', settings: BALL_SETTINGS } });
        await until(weak.id, (state) => state === 'finished');
        // One that is complete and worse proposes nothing, unless a person says so.
        await page.getByText(/was better and goes on proposing/).waitFor();
        const after = await check();
        expect(after.run).not.toBe(weak.id);
        const chosen = await studio.ask('chooseModel', { body: { run: weak.id } });
        expect(chosen.proposes).toMatchObject({ run: weak.id, isChosen: true });
        await expect.poll(async () => (await studio.ask('ranking', {})).run, { timeout: 20_000 }).toBe(weak.id);
        expect((await check()).run).toBe(weak.id);
      } finally {
        await close();
        await started.end();
        await rm(folder, { recursive: true, force: true });
      }
    });
  },
);

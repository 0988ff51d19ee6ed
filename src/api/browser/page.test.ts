import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../node/node-files.ts';
import { readModelInfo } from '../../predict/model-file.ts';
import { launchChromium, noChromium } from '../../runtime/browser/testing/chromium.ts';
import { linkedPackage } from '../../testing/linked-package.ts';
import { tinyVolumes } from '../../train/testing/tiny-data.ts';
import { loadSegmenter } from '../node/load-segmenter.ts';
import { train } from '../node/train.ts';
import { TINY } from '../testing/tiny-project.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const HTML = `<!doctype html><link rel="icon" href="data:,">
<input id="model" type="file"><input id="scan" type="file"><input id="folder" type="file" webkitdirectory><a></a>
<script type="module" src="./page.ts"></script><script type="module" src="./start.ts"></script>`;

/** Starts the worker of the second example with the files that a person chose. */
const START = `
const worker = new Worker(new URL('./page-training.ts', import.meta.url), { type: 'module' });
globalThis.events = [];
worker.onmessage = ({ data }) => globalThis.events.push(data);
worker.onerror = (event) => globalThis.events.push({ type: 'error', message: event.message });
document.querySelector('#folder').onchange = ({ target }) => worker.postMessage({ files: [...target.files], steps: 2 });
`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const reason = noChromium();

describe.skipIf(reason !== undefined)(
  `in a page that Vite has built${reason ? `: skipped, ${reason}` : ''}`,
  { timeout: 180_000 },
  () => {
    const { project, remove } = linkedPackage();
    let server: Server;
    let browser: Browser;
    let page: Page;
    const problems: string[] = [];

    beforeAll(async () => {
      const files = nodeFiles();
      for (const [path, content] of Object.entries(tinyVolumes())) await files.write(join(project, path), content);
      await train({ data: join(project, 'data'), out: join(project, 'run'), settings: TINY }).result;
      for (const name of ['page.ts', 'page-training.ts']) {
        await files.write(join(project, name), readFileSync(join(EXAMPLES, name)));
      }
      writeFileSync(join(project, 'index.html'), HTML);
      writeFileSync(join(project, 'start.ts'), START);
      await build({
        root: project,
        configFile: false,
        logLevel: 'error',
        worker: { format: 'es' },
        build: { target: 'es2022' },
      });
      server = createServer((request, response) => {
        const path = request.url === '/' ? '/index.html' : (request.url ?? '');
        const headers = { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' };
        response.writeHead(200, headers).end(readFileSync(join(project, 'dist', path)));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      browser = await launchChromium(['--disable-gpu']);
      page = await browser.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      server?.closeAllConnections();
      server?.close();
      remove();
    });

    it('segments the scan that a person chooses, as Node does', async () => {
      const scan = join(project, 'data/images/p1.nii');
      await page.setInputFiles('#model', join(project, 'run/model.onnx'));
      await page.setInputFiles('#scan', scan);
      await page
        .waitForFunction(() => (globalThis as unknown as Shown).document.querySelector('a').textContent !== '', null, {
          timeout: 60_000,
        })
        .catch((error) => {
          throw new Error([String(error), ...problems].join('\n'));
        });
      await using segmenter = await loadSegmenter(join(project, 'run'), { threads: 1 });
      const mask = await segmenter.segmentFile(scan);
      const expected = mask.classes.map((name) => `${name} ${mask.count(name)}`).join(', ');
      expect(await page.textContent('a')).toBe(expected);
      expect(await page.getAttribute('a', 'download')).toBe('p1_seg.nii.gz');
      expect(problems).toEqual([]);
    });

    it('trains in a worker on the folder that a person chooses', async () => {
      await page.setInputFiles('#folder', join(project, 'data'));
      const last = () => ['model', 'error'].includes((globalThis as unknown as Shown).events.at(-1)?.type ?? '');
      await page.waitForFunction(last, null, { timeout: 120_000 });
      const events = await page.evaluate(() =>
        (globalThis as unknown as Shown).events.map((event) => ({ ...event, model: event.model && [...event.model] })),
      );
      expect(events.map(({ type }) => type).filter((type) => type !== 'note')).toEqual([
        ...['start', 'step', 'validation', 'step', 'validation', 'model'],
      ]);
      const model = Uint8Array.from(events.at(-1)?.model ?? []);
      expect(readModelInfo(model, 'model').classes).toEqual(['background', 'ring', 'core']);
    });
  },
);

/** What the page shows. */
interface Shown {
  readonly document: { querySelector(name: string): { readonly textContent: string } };
  readonly events: readonly { readonly type: string; readonly model?: Iterable<number> }[];
}

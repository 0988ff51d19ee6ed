import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, noChromium } from '../runtime/browser/testing/chromium.ts';
import { LABEL_STORE_SCENARIOS } from '../studio/labels/testing/label-store-scenarios.ts';
import type { LabelStorePage } from './testing/label-store-page.ts';

const reason = noChromium();

/** A page that runs the scenarios on the private files of its origin, as the page without a server does. */
async function serveScenarios() {
  const entry = fileURLToPath(new URL('./testing/label-store-page.ts', import.meta.url));
  const built = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, target: 'es2022' });
  const script = built.outputFiles[0]?.text ?? '';
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<script type="module" src="page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe.skipIf(reason !== undefined)(
  `the label store on the files that a browser keeps${reason === undefined ? '' : `: skipped, ${reason}`}`,
  { timeout: 60_000 },
  () => {
    let served: Awaited<ReturnType<typeof serveScenarios>>;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      served = await serveScenarios();
      browser = await launchChromium(['--disable-gpu']);
      page = await browser.newPage();
      await page.goto(served.url);
      await page.waitForFunction(() => 'labelStore' in globalThis);
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      served?.server.close();
    });

    it.each(Object.keys(LABEL_STORE_SCENARIOS))('%s', async (name) => {
      const failed = await page.evaluate(
        (scenario) => (globalThis as unknown as { labelStore: LabelStorePage }).labelStore.run(scenario),
        name,
      );
      expect(failed ?? '').toBe('');
    });
  },
);

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { fromText, toText } from '../../testing/numbers-as-text.ts';
import { type RemoteRuntime, remoteRuntime } from '../../testing/serve.ts';
import type { BrowserRuntimeOptions } from '../runtime.ts';
import type { TestPage } from './page.ts';
import { servePage } from './server.ts';

const EXECUTABLE = process.env.PATCHCL_CHROMIUM ?? '/usr/bin/chromium';

const QUIET = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Without a GPU: the software driver that Chromium brings along. */
const SOFTWARE_WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

/** Why tests in a browser are skipped; undefined where they run. With PATCHCL_REQUIRE_BROWSER set they always run, or fail. */
export function noChromium(): string | undefined {
  if (existsSync(EXECUTABLE) || process.env.PATCHCL_REQUIRE_BROWSER) return undefined;
  return `there is no browser at ${EXECUTABLE} (Debian: apt-get install chromium; elsewhere set PATCHCL_CHROMIUM)`;
}

export interface ChromiumOptions extends BrowserRuntimeOptions {
  /** Whether the page is cross-origin isolated. Default true. */
  readonly isolated?: boolean;
}

/** A Chromium without window that asks nothing of the network by itself. */
export function launchChromium(args: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: [...QUIET, ...args] });
}

/** The browser runtime in a real Chromium, used from here. */
export async function chromiumRuntime({ isolated = true, ...options }: ChromiumOptions): Promise<RemoteRuntime> {
  const server = await servePage({ isolated });
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server.close();
  };
  try {
    browser = await launchChromium(options.device === 'webgpu' ? SOFTWARE_WEBGPU : ['--disable-gpu']);
    const page = await browser.newPage();
    await page.goto(`${server.url}/index.html`);
    await page.waitForFunction(() => 'page' in globalThis);
    const settings = { ...options, wasmPaths: `${server.url}/onnxruntime/` };
    await page.evaluate((given) => (globalThis as unknown as { page: TestPage }).page.start(given), settings);
    return await remoteRuntime(async (name, args) => {
      const request = [name, toText(args)] as const;
      const answer = await page.evaluate(
        ([asked, text]) => (globalThis as unknown as { page: TestPage }).page.answer(asked, text),
        request,
      );
      return fromText(answer);
    }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

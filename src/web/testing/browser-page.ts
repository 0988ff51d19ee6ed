import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../runtime/browser/testing/chromium.ts';

/** Draws 3D views without a graphics card. */
const SOFTWARE_GL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** A page of the studio in a real Chromium, and what it has done that it must not. */
export interface BrowserPage {
  readonly page: Page;
  /** Errors on the console, uncaught ones, and requests to other origins. */
  readonly complaints: readonly string[];
  /** Serious accessibility violations of what is shown now. */
  axe(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Opens an address in a window of a small laptop. @param has3D whether WebGL is there, drawn by the processor, which takes most of it */
export async function openPage(url: string, { has3D = false } = {}): Promise<BrowserPage> {
  const browser: Browser = await launchChromium(has3D ? SOFTWARE_GL : ['--disable-gpu']);
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true });
  // A machine that does much else is slow, and not wrong.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  context.on('request', (request) => {
    const asked = request.url();
    if (!/^(data|blob):/.test(asked) && new URL(asked).origin !== origin) complaints.push(`asked for ${asked}`);
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async axe() {
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const { axe: tester } = globalThis as unknown as { axe: typeof import('axe-core') };
        const { violations } = await tester.run();
        return violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes[0]?.html ?? '' }));
      });
      return found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map((one) => JSON.stringify(one));
    },
    close: () => browser.close(),
  };
}

/** The canvas to draw on, when a slice of a scan and its labels are there. @param place as `ball1/3` */
export async function canvasOf(page: Page, place: string): Promise<Locator> {
  await page.locator(`[data-shown="${place}"]`).waitFor({ state: 'attached' });
  const canvas = page.locator('canvas[data-axis=slice]');
  await canvas.waitFor();
  return canvas;
}

interface PageNames {
  readonly DataTransfer: new () => { readonly items: { add(file: File): void } };
  readonly DragEvent: new (type: string, how: object) => Event;
}

/** Drops files on an element, as from another program. */
export async function dropFiles(
  target: Locator,
  files: readonly { readonly name: string; readonly buffer: Uint8Array }[],
): Promise<void> {
  const sent = files.map(({ name, buffer }) => ({ name, base64: Buffer.from(buffer).toString('base64') }));
  await target.evaluate((element, dropped) => {
    // Names of the page, which Node's types do not know.
    const { DataTransfer, DragEvent } = globalThis as unknown as PageNames;
    const dataTransfer = new DataTransfer();
    for (const { name, base64 } of dropped) {
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  }, sent);
}

/** Drops files and folders of this machine on an element, as a file manager does. @param paths absolute */
export async function dropFromDisk(target: Locator, paths: readonly string[]): Promise<void> {
  const page = target.page();
  const { x, y, width, height } = (await target.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
  }
  await devtools.detach();
}

/** The bytes of what a click downloads. */
export async function downloaded(page: Page, click: () => Promise<void>): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  return new Uint8Array(Buffer.concat(parts));
}

/** Waits until the slice on screen is there to be drawn on. */
export async function readyToDraw(page: Page): Promise<void> {
  await page.locator('canvas[data-axis=slice]').waitFor();
  await page.locator('.view [role=status]').waitFor({ state: 'detached' });
}

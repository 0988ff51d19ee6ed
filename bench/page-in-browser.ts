import type { Page } from 'playwright-core';
import { median } from '../src/core/median.ts';
import { openPage } from '../src/web/testing/browser-page.ts';

/** Frames scrolled through, and pixels a frame. */
const [FRAMES, PIXELS] = [400, 150];

/** Runs in the page, whose names Node's types do not know: milliseconds from frame to frame while a list scrolls. */
const scroll = (selector: string) => `(async () => {
  const list = document.querySelector(${JSON.stringify(selector)});
  const times = [];
  for (let last = performance.now(), i = 0; i < ${FRAMES}; i++) {
    list.scrollTop += ${PIXELS};
    const now = await new Promise((shown) => requestAnimationFrame(() => shown(performance.now())));
    times.push(now - last);
    last = now;
  }
  return { times, scrolled: list.scrollTop };
})()`;

/** Milliseconds a frame while what the selector names is scrolled: the median, and the slowest of ten. @throws where nothing scrolls */
export async function framesOf(page: Page, selector: string) {
  const { times, scrolled } = (await page.evaluate(scroll(selector))) as { times: number[]; scrolled: number };
  if (scrolled === 0) throw new Error(`${selector} does not scroll`);
  times.sort((a, b) => a - b);
  const rounded = (value: number) => Number(value.toFixed(1));
  return {
    median: rounded(median(times)),
    slowestOfTen: rounded(times[Math.floor(0.9 * times.length)] as number),
    pixels: Math.round(scrolled),
  };
}

/** Seconds from the beginning of the navigation to the first card, in a browser of its own. */
export async function firstPaint(address: string): Promise<number> {
  const { page, close } = await openPage(address);
  await page.locator('a.case').first().waitFor();
  const milliseconds = await page.evaluate(() => performance.now());
  await close();
  return Number((milliseconds / 1000).toFixed(2));
}

/** What the tab holds once it has been tidied. */
export async function memoryOf(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  await devtools.detach();
  return { heapMegabytes: Math.round(metric('JSHeapUsedSize') / 2 ** 20), nodes: metric('Nodes') };
}

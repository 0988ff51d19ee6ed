import type { Page } from 'playwright-core';
import { stringify } from 'yaml';

/** Starts a training with the form, as a person does. @param settings as in a configuration file */
export async function startTraining(page: Page, steps: number, settings: object): Promise<void> {
  await page.goto(new URL('#/train', page.url()).href);
  await page.getByLabel('Unit').selectOption('steps');
  await page.getByLabel('Steps').fill(String(steps));
  await page.getByText('More settings').click();
  await page.getByLabel('As in a configuration file (YAML)').fill(stringify(settings));
  await page.getByRole('button', { name: 'Train', exact: true }).click();
}

/** Waits until the run has ended, and fails with what the page says when it has not ended well. */
export async function finished(page: Page): Promise<void> {
  const badge = page.locator('main .badge', { hasText: /^(finished|crashed|stopped)$/ });
  await badge.waitFor({ timeout: 90_000 });
  if ((await badge.textContent()) !== 'finished') throw new Error((await page.locator('main').textContent()) ?? '');
}

/** The first and the last validation Dice of the teacher that the page's chart tells. */
export async function diceCurve(page: Page): Promise<readonly [number, number]> {
  const chart = page.getByRole('img', { name: /Validation Dice/ });
  const [, first, last] =
    /teacher: from (\d(?:\.\d+)?) to (\d(?:\.\d+)?)/.exec((await chart.getAttribute('aria-label')) ?? '') ?? [];
  return [Number(first), Number(last)];
}

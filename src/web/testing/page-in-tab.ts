import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Files } from '../../core/files.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { builtPage } from '../../server/build-page.ts';
import { type BrowserPage, openPage } from './browser-page.ts';
import { serveFolder } from './serve-folder.ts';

/** The page without a server in a real Chromium, with files of a person beside it. */
export interface PageInTab {
  /** Where the files lie. */
  readonly folder: string;
  readonly files: Files;
  /** Of the page; ends with a slash. */
  readonly url: string;
  readonly opened: BrowserPage;
  readonly page: Page;
  /** Goes to a place of the open project, as `label/ball1/2`. */
  goTo(place: string): Promise<unknown>;
  /** Loads the first page anew, where projects are chosen. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** @param write lays out the files of the person */
export async function openPageInTab(write: (files: Files) => Promise<void>): Promise<PageInTab> {
  const folder = await mkdtemp(join(tmpdir(), 'patchcl-tab-'));
  const files = nodeFiles(folder);
  await write(files);
  const server = await serveFolder((await builtPage(() => {})) as string);
  const opened = await openPage(server.url);
  const { page } = opened;
  return {
    folder,
    files,
    url: server.url,
    opened,
    page,
    goTo: (place) => page.goto(`${server.url}#/${place}`),
    async begin() {
      await page.goto(server.url);
      await page.reload();
    },
    async close() {
      await opened.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageFiles, readPage } from '../../server/page.ts';

export interface FolderServer {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built page as any static host does, below a path of its own: without headers that isolate it. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  const files = await pageFiles(folder);
  const server = createServer(async ({ url = '' }, response) => {
    const file = url.startsWith('/below/') ? files.get(url.slice('/below'.length).replace(/\?.*$/, '')) : undefined;
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': file.type }).end(await readPage(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/below/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

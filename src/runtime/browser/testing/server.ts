import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A page may use threads only when it and all it loads come with these headers. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the test page and the files of onnxruntime-web on this machine. */
export async function servePage({ isolated }: { isolated: boolean }): Promise<PageServer> {
  const entry = fileURLToPath(new URL('page.ts', import.meta.url));
  const built = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, logLevel: 'error' });
  const pages: Readonly<Record<string, string | Uint8Array>> = {
    '/index.html': '<!doctype html><script type="module" src="/page.mjs"></script>',
    '/page.mjs': built.outputFiles[0]?.contents as Uint8Array,
  };
  const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  const server = createServer(async ({ url = '' }, response) => {
    const content = url.startsWith('/onnxruntime/')
      ? await readFile(join(dist, url.replace(/^.*\//, ''))).catch(() => undefined)
      : pages[url];
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(url)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, ...(isolated ? ISOLATED : {}) }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

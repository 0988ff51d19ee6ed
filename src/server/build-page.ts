import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a page says that has not been built: the API is there all the same. */
const NO_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>patchcl studio</title>
<p>The page of the studio is not part of this copy of patchcl. Its API is served here; see docs/studio.md.</p></html>`;

/**
 * The folder of the studio's page: in an installed package it lies beside the program; in a clone it is built from its sources when
 * they have changed since.
 *
 * @param note tells that it takes a moment
 */
export async function builtPage(note: (text: string) => void): Promise<string> {
  const config = join(ROOT, 'vite.config.ts');
  const packed = join(ROOT, 'dist/web');
  if (!existsSync(config)) return existsSync(join(packed, 'index.html')) ? packed : emptyPage();
  const cache = join(ROOT, 'node_modules/.cache/patchcl-studio');
  const target = join(cache, await digestOf(join(ROOT, 'src'), join(ROOT, 'package-lock.json')));
  if (existsSync(join(target, 'index.html'))) return target;
  note('building the page of the studio, once');
  await rm(cache, { recursive: true, force: true });
  const half = `${target}.${process.pid}`;
  const { build } = await import('vite');
  await build({ configFile: config, logLevel: 'error', build: { outDir: half, emptyOutDir: true } });
  // Another studio may have built it meanwhile.
  await rename(half, target).catch(() => rm(half, { recursive: true, force: true }));
  return target;
}

/** Changes when one of the files, or a file in one of the folders, does. */
async function digestOf(...places: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const place of places) {
    const isFolder = (await stat(place)).isDirectory();
    const names = isFolder ? (await readdir(place, { recursive: true })).sort() : [''];
    for (const name of names) {
      if (/\.test\.ts$|(^|[/\\])(testing|golden)[/\\]/.test(name)) continue;
      const { size, mtimeMs } = await stat(join(place, name));
      hash.update(`${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function emptyPage(): Promise<string> {
  const folder = join(ROOT, 'node_modules/.cache/patchcl-studio/none');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), NO_PAGE);
  return folder;
}

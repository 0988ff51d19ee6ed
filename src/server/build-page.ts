import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Milliseconds that a page which was built earlier is kept: another studio may be serving it. */
const KEPT = 24 * 3600 * 1000;

/**
 * The folder of the studio's page: in an installed package it lies beside the program; in a clone it is built from its sources when
 * they have changed since.
 *
 * @param note tells that it takes a moment
 * @returns undefined in a copy of patchcl that has no page
 */
export async function builtPage(note: (text: string) => void): Promise<string | undefined> {
  const config = join(ROOT, 'vite.config.ts');
  const packed = join(ROOT, 'dist/web');
  if (!existsSync(config)) return existsSync(join(packed, 'index.html')) ? packed : undefined;
  const cache = join(ROOT, 'node_modules/.cache/patchcl-studio');
  const target = join(cache, await digestOf(join(ROOT, 'src'), join(ROOT, 'package-lock.json')));
  if (existsSync(join(target, 'index.html'))) return target;
  note('building the page of the studio, once');
  await removeOld(cache);
  const half = `${target}.${randomUUID()}`;
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

async function removeOld(cache: string): Promise<void> {
  for (const name of existsSync(cache) ? await readdir(cache) : []) {
    const { mtimeMs } = await stat(join(cache, name));
    if (Date.now() - mtimeMs > KEPT) await rm(join(cache, name), { recursive: true, force: true });
  }
}

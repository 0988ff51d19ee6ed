import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/patchcl-tests');

/** Where tests find the program that was built for them. */
export const BUILT_PROGRAM = 'PATCHCL_BUILT_FOR_TESTS';

/** Milliseconds that an earlier build is kept: other tests may be at work with it. */
const KEPT = 3600 * 1000;

/**
 * Compiles the program once for all tests (vitest runs this before them), unless it has not changed since: a process that starts
 * from TypeScript spends two seconds of a processor on compiling, and tests start hundreds of processes.
 */
export default async function buildProgram(): Promise<void> {
  const target = join(CACHE, await digestOf(join(ROOT, 'src'), join(ROOT, 'package.json'), join(ROOT, 'bin')));
  process.env[BUILT_PROGRAM] = target;
  if (await isThere(join(target, 'package.json'))) return;
  await removeOld();
  const half = `${target}.${randomUUID()}`;
  await mkdir(half, { recursive: true });
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['--outDir', join(half, 'dist'), '--declaration', 'false', '--noCheck'];
  await promisify(execFile)(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json'), ...options]);
  for (const name of ['bin', 'package.json']) await cp(join(ROOT, name), join(half, name), { recursive: true });
  // Other tests may have built it meanwhile.
  await rename(half, target).catch(() => rm(half, { recursive: true, force: true }));
}

/** Changes when a file of the program does. */
async function digestOf(...places: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const place of places) {
    const isFolder = (await stat(place)).isDirectory();
    const names = isFolder ? (await readdir(place, { recursive: true })).sort() : [''];
    for (const name of names.filter((path) => !/\.test\.ts$|(^|[/\\])(testing|golden)[/\\]/.test(path))) {
      const { size, mtimeMs } = await stat(join(place, name));
      hash.update(`${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(CACHE).catch(() => [])) {
    const { mtimeMs } = await stat(join(CACHE, name));
    if (Date.now() - mtimeMs > KEPT) await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtPage } from '../server/build-page.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** patchcl as a project has it that installed the tarball. */
export interface InstalledPackage {
  /** The project's folder. */
  readonly project: string;
  /** Names of all files in the tarball, from its root. */
  readonly files: readonly string[];
  /** Runs a program of the project; standard error comes behind standard output. */
  run(command: string, ...args: string[]): { readonly status: number | null; readonly output: string };
  remove(): void;
}

/**
 * Packs this clone and installs the tarball into an empty project, with install scripts, as `npm install TARBALL` does. What
 * package.json builds before packing is built here into a folder of its own, so that several tests can pack at once.
 *
 * @returns undefined, with the reason on standard error, where npm or its registry cannot be reached
 */
export async function installedPackage(): Promise<InstalledPackage | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'patchcl-package-'));
  const [source, project] = [join(folder, 'source'), join(folder, 'project')];
  await layOut(source);
  const npm = (cwd: string, ...args: string[]) => spawnSync('npm', args, { cwd, encoding: 'utf8' });
  const packed = npm(source, 'pack', '--json', '--ignore-scripts');
  if (packed.error !== undefined) return skip(folder, `npm cannot be run: ${packed.error.message}`);
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "type": "module" }');
  const tarball = join(source, filename);
  const flags = ['--ignore-scripts=false', '--prefer-offline', '--no-audit', '--no-fund'];
  const installed = npm(project, 'install', tarball, ...flags);
  const lacksRegistry = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENOTCACHED/.test(installed.stderr);
  if (installed.status !== 0 && lacksRegistry) return skip(folder, 'the npm registry cannot be reached');
  if (installed.status !== 0) throw new Error(`npm install fails:\n${installed.stderr}`);
  return {
    project,
    files: files.map(({ path }) => path),
    run(command, ...args) {
      const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8' });
      return { status, output: stdout + stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A folder like this clone after `npm run prepack`, with what `files` names. */
async function layOut(target: string): Promise<void> {
  const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { files } = JSON.parse(manifest) as { files: string[] };
  for (const name of ['package.json', 'README.md', 'LICENSE', ...files.filter((name) => name !== 'dist')]) {
    // npm picks the files of a pattern itself.
    const place = name.replace(/\/\*.*$/, '');
    cpSync(join(ROOT, place), join(target, place), { recursive: true });
  }
  const tools = join(ROOT, 'node_modules/.bin');
  const run = (tool: string, ...args: string[]) => execFileSync(join(tools, tool), args, { cwd: ROOT });
  run('tsc', '-p', 'tsconfig.build.json', '--outDir', join(target, 'dist'));
  run('tsx', 'scripts/package/runtime-files.ts', join(target, 'dist'));
  const page = await builtPage(() => undefined);
  cpSync(page as string, join(target, 'dist/web'), { recursive: true });
}

function skip(folder: string, why: string): undefined {
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(`SKIPPED: tests of the installed package; ${why}\n`);
}

/** Compiles the TypeScript of a folder of the project as strictly as there is, into `compiled`. */
export function compile(project: string, folder: string): { readonly status: number | null; readonly output: string } {
  const compilerOptions = {
    target: 'es2023',
    // Page and Node have a console.
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    outDir: 'compiled',
    rootDir: folder,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: [folder] }));
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), { cwd: project, encoding: 'utf8' });
  return { status, output: stdout };
}

/** Megabytes of a folder's files. */
export function megabytesOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.map((entry) => (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0));
  return sizes.reduce((total, size) => total + size, 0) / 2 ** 20;
}

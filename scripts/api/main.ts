/** `npm run docs:api`: writes docs/reference/api, a page for each module that programs import, from the doc comments of its exports. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declaredIn } from './declared.ts';
import { modulePage } from './page.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The modules that programs import, with their declarations in the package. */
export function importedModules(): (readonly [name: string, types: string])[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.entries(exports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [[name.replace('.', 'patchcl'), target.types] as const],
  );
}

/**
 * The pages by their path below docs/.
 *
 * @param folder in which tsc has written the declarations to `dist`
 */
export function apiPages(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    importedModules().map(([name, types]) => [
      `reference/api/${name.replace('/', '-')}.md`,
      modulePage(name, declaredIn(join(folder, types))),
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'patchcl-api-'));
  const emit = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder, 'dist')];
  execFileSync(join(root, 'node_modules/.bin/tsc'), emit, { cwd: root, stdio: 'inherit' });
  mkdirSync(join(root, 'docs/reference/api'), { recursive: true });
  for (const [path, text] of Object.entries(apiPages(folder))) {
    writeFileSync(join(root, 'docs', path), text);
    process.stdout.write(`docs/${path}\n`);
  }
  rmSync(folder, { recursive: true });
}

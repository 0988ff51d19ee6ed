import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { declaredIn } from '../scripts/api/declared.ts';
import { apiPages } from '../scripts/api/main.ts';
import { readPage } from '../scripts/prose.ts';
import { declarationsOf } from './testing/declarations.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
};

const folder = mkdtempSync(join(tmpdir(), 'patchcl-declarations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const emit = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder, 'dist')];
execFileSync(join(root, 'node_modules/.bin/tsc'), emit, { cwd: root });

const modules = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [[name.replace('.', 'patchcl'), target.types] as const],
);

describe('what programs import', () => {
  it.each(modules)('%s is as the snapshot says; a change of it belongs into the CHANGELOG', async (name, types) => {
    const found = declarationsOf(join(folder, types));
    const names = [...found.keys()].sort();
    expect(names.filter((known) => found.get(known)?.startsWith('(not found'))).toEqual([]);
    const text = names.map((known) => found.get(known)).join('\n\n');
    await expect(`${text}\n`).toMatchFileSnapshot(`testing/public-api/${name.replace('/', '-')}.d.ts.txt`);
  });

  it('stands at a front door of less than 60 lines, which only hands on', () => {
    const text = readFileSync(join(root, 'src/index.ts'), 'utf8').trimEnd();
    expect(text.split('\n').length).toBeLessThan(60);
    const code = text.replace(/\/\*\*[\s\S]*?\*\//, '').trim();
    expect(code.replace(/export (type )?\{[^}]*\} from '[^']+';\s*/g, '')).toBe('');
  });
});

describe('the reference of the library', () => {
  it.each(Object.entries(apiPages(folder)))(
    'docs/%s is what the doc comments say; else: npm run docs:api',
    (page, text) => {
      expect(readPage(`docs/${page}`)).toBe(text);
    },
  );

  it.each(modules)('%s has a doc comment at every name', (_, types) => {
    const { names } = declaredIn(join(folder, types));
    expect(names.size).toBeGreaterThan(5);
    expect([...names].filter(([, { comment }]) => comment === '').map(([name]) => name)).toEqual([]);
  });
});

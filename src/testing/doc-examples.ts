import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declarationsOf } from './declarations.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What examples speak of without saying where it comes from. */
const SURROUNDINGS = `
declare const [signal, token]: [AbortSignal, string];
declare const [modelFile, scanFile]: [File, File];
declare const input: { readonly files: readonly File[] };
declare const ids: readonly string[];
declare const loadScan: (id: string) => Promise<Volume>;
declare const loadMask: (id: string) => Promise<LabelVolume>;
`;

export interface DocExample {
  /** The file it stands in, and its number there. */
  readonly name: string;
  /** A module that TypeScript can check. */
  readonly text: string;
}

/** Which module the examples of a file are for. */
function moduleOf(path: string): string {
  const [, part] = /^src\/api\/(browser|methods|graph|studio-client)/.exec(path) ?? [];
  return part === undefined ? 'patchcl' : `patchcl/${part}`;
}

/**
 * The examples in doc comments of what programs import, and in the pages that speak of it. What an example uses without importing
 * it is imported from the module that it is for.
 *
 * @param packaged folder of the built package
 */
export function docExamples(packaged: string): DocExample[] {
  const { exports } = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8')) as {
    exports: Record<string, { types: string }>;
  };
  const namesOf = (name: string) => {
    const target = exports[name.replace('patchcl', '.')] as { types: string };
    return [...declarationsOf(join(packaged, target.types)).keys()];
  };
  const sources = readdirSync(join(ROOT, 'src/api'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/testing|\.test\./.test(path))
    .map((path) => `src/api/${path.replaceAll('\\', '/')}`);
  return ['src/index.ts', ...sources, 'docs/library.md', 'docs/engine.md'].flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const found = path.endsWith('.md') ? fenced(text) : commented(text);
    return found.map((code, i) => ({
      name: `${path.replace(/\W+/g, '-')}-${i + 1}`,
      text: complete(code, moduleOf(path), namesOf),
    }));
  });
}

const fenced = (text: string) => [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);

/** What follows `@example` in a doc comment, up to the next tag or its end. */
const commented = (text: string) =>
  [...text.matchAll(/\* @example\n([\s\S]*?)(?=\n\s*\* @|\n\s*\*\/)/g)].map(([, code = '']) =>
    code.replace(/^\s*\* ?/gm, ''),
  );

function complete(code: string, module: string, namesOf: (module: string) => string[]): string {
  const words = new Set(code.match(/(?<![.'\w])\w+/g));
  const isDeclared = (name: string) => new RegExp(`(import [^;]*|(const|function|class) )\\b${name}\\b`).test(code);
  const used = namesOf(module).filter((name) => words.has(name) && !isDeclared(name));
  const imports = used.length === 0 ? '' : `import { ${used.join(', ')} } from '${module}';\n`;
  const types = `import type { LabelVolume, Volume } from 'patchcl';\n`;
  return `${types}${imports}${SURROUNDINGS}${code}\nexport {};\n`;
}

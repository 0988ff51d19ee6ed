import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Rooms that hold voxels, or lists of files as long as a hospital's. */
const ROOMS = ['core', 'formats', 'imaging', 'metrics', 'data', 'predict', 'runs', 'studio', 'cli', 'node', 'server'];

/** What breaks on large volumes or on long lists, and what to write instead. */
const FORBIDDEN: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // Of `{ length: n }` the size is known.
  [
    /\b(?:Float(?:32|64)|U?[iI]nt(?:8|16|32)|Uint8Clamped|BigU?[iI]nt64)Array\.from\(\s*(?!\{ length)[^()]*(?:\([^()]*\)[^()]*)*,/g,
    'aborts above about 1e8 elements: write a loop into an array of known size',
  ],
  [
    /\b(?:data|voxels|intensities|mask|image|volume|distances|finite)\.filter\(/g,
    'aborts above about 1e8 elements: count, then write a loop into an array of known size',
  ],
  [/\.(?:push|unshift)\(\s*\.\.\./g, 'puts every item on the stack: use append'],
  [/\bMath\.(?:max|min)\(\s*(?:[^()]*,\s*)?\.\.\.(?!\[)/g, 'puts every item on the stack: use largestOf, smallestOf'],
];

/** Lists that are short by what they are: extents, axes, classes, methods. */
const SHORT: Readonly<Record<string, string>> = {
  'data/plan/plan.ts': 'Math.max(...slice',
  'data/slicing.ts': 'Math.max(...',
  'runs/report/examples.ts': 'Math.max(...values',
  'node/cores.ts': 'Math.min(...',
  'cli/train/train-options.ts': 'Math.max(...METHODS',
};

const root = new URL('./', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => ROOMS.includes(file.split('/')[0] as string) && file.endsWith('.ts'))
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'));

/** What of a source is forbidden, with its line. */
function violations(file: string, source: string): string[] {
  const lines = source.split('\n').map((line) => (/^\s*(?:\*|\/\/|\/\*)/.test(line) ? '' : line));
  const code = lines.join('\n');
  return FORBIDDEN.flatMap(([pattern, instead]) =>
    [...code.matchAll(pattern)].flatMap(({ 0: text, index }) => {
      const short = SHORT[file];
      if (short !== undefined && code.startsWith(short, index)) return [];
      return [`src/${file}:${code.slice(0, index).split('\n').length}: ${text} ${instead}`];
    }),
  );
}

it.each([
  'const finite = values.data.filter(Number.isFinite);',
  'const parent = Int32Array.from(labels, (_, i) => i);',
  'paths.push(...(await below(folder)));',
  'const highest = Math.max(0, ...keys);',
])('%s is found', (source) => {
  expect(violations('a.ts', source)).toHaveLength(1);
});

it('nothing breaks on large volumes or long lists for the way it is written', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.flatMap((file) => violations(file, readFileSync(new URL(file, root), 'utf8')))).toEqual([]);
});

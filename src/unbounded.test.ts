import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Rooms that hold voxels, or lists of files as long as a hospital's. */
const ROOMS = ['core', 'imaging', 'metrics', 'formats', 'data', 'predict', 'runs', 'studio', 'cli', 'node', 'server'];

/** What breaks on large volumes or on long lists, and what to write instead. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'typed arrays made through an iterator abort above about 1e8 elements: write a loop into an array of known size',
    // Of `{ length: n }` the size is known.
    /\b(?:Float32|Float64|U?[iI]nt(?:8|16|32)|Uint8Clamped|BigU?[iI]nt64)Array\.from\(\s*(?!\{ length)[^()]*(?:\([^()]*\)[^()]*)*,/g,
  ],
  [
    'TypedArray.prototype.filter aborts above about 1e8 elements: count, then write a loop into an array of known size',
    /\b(?:data|voxels|intensities|mask|image|volume|distances|finite)\.filter\(/g,
  ],
  ['every item of a spread goes on the stack: use append', /\.(?:push|unshift)\(\s*\.\.\./g],
  [
    'every item of a spread goes on the stack: use largestOf or smallestOf',
    /\bMath\.(?:max|min)\([^;]*?\.\.\.(?!\[[^\]]*\])/g,
  ],
];

/** Lists that are short by what they are: extents, axes, columns of a table, components of a JPEG, ranks. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  'data/plan/plan.ts': ['Math.max(...slice'],
  'data/slicing.ts': ['Math.max(...spacings', 'Math.max(...others'],
  'runs/report/examples.ts': ['Math.max(...values'],
  'cli/train/train-options.ts': ['Math.max(...METHODS'],
  'formats/nifti/geometry.ts': ['Math.max(...squares'],
  'formats/nifti/nifti.ts': ['Math.max(...volume.shape'],
  'formats/dicom/stack.ts': ['Math.min(...lengths', 'Math.max(...lengths', 'Math.min(...(first.frame.spacing'],
  'formats/dicom/seg/read-on.ts': ['Math.min(...(first.spacing'],
  'formats/dicom/jpeg/sequential.ts': ['Math.max(...frame.components', 'push(...diagonal'],
};

const root = new URL('./', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => ROOMS.includes(file.split('/')[0] as string) && file.endsWith('.ts'))
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'));

it('nothing breaks on large volumes or long lists for the way it is written', () => {
  const found: string[] = [];
  for (const file of files) {
    const source = readFileSync(new URL(file, root), 'utf8');
    for (const [what, pattern] of FORBIDDEN) {
      for (const match of source.matchAll(pattern)) {
        const text = source.slice(match.index, match.index + 120);
        if ((SHORT[file] ?? []).some((short) => text.includes(short))) continue;
        const line = source.slice(0, match.index).split('\n').length;
        found.push(`src/${file}:${line}: ${text.split('\n')[0]} (${what})`);
      }
    }
  }
  expect(found).toEqual([]);
});

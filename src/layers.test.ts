import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cycles, type Import, importsOf } from './testing/imports.ts';

/** What each room may import beside itself: docs/code-map.md in one table. */
const GROUND = [
  'core',
  'graph',
  'imaging',
  'runtime',
  'nn',
  'formats',
  'metrics',
  'report',
  'data',
  'methods',
  'settings',
];
const ENGINE = [...GROUND, 'predict', 'train'];
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  graph: ['core'],
  imaging: ['core'],
  runtime: ['core', 'graph'],
  nn: ['core', 'graph'],
  // The graph engine by itself, for any small network.
  engine: ['core', 'graph', 'runtime', 'nn'],
  formats: ['core', 'imaging'],
  metrics: ['core', 'imaging'],
  report: ['core', 'metrics'],
  data: ['core', 'imaging', 'formats'],
  methods: ['core', 'graph', 'nn', 'data'],
  settings: ['core', 'imaging', 'nn', 'data', 'methods'],
  predict: ['core', 'graph', 'imaging', 'runtime', 'nn', 'formats', 'metrics', 'data'],
  // Holds no files and prints nothing: neither a run's folder nor its report.
  train: [...GROUND.filter((name) => name !== 'report'), 'predict'],
  runs: ENGINE,
  demo: ['core', 'imaging', 'formats', 'data'],
  compare: ['core', 'metrics', 'report', 'data', 'methods', 'settings', 'runs'],
  // What the studio's server and its page share; the page does the same work in a tab.
  studio: [...ENGINE, 'runs'],
  // Free of Node too: it asks by fetch.
  dicomweb: ['core'],
  // What the doors in Node share; the page runs elsewhere.
  node: ['core', 'dicomweb', 'formats', 'data', 'methods', 'runtime', 'train', 'runs'],
  // What programs import, free of Node but for api/node.
  api: [...ENGINE, 'engine', 'runs', 'studio'],
};

/** The doors may import every room but `node`, and the doors that stand here; no room imports them. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'index.ts': ['node', 'monai'],
  server: ['node'],
  // The same studio for 3D Slicer and OHIF.
  monai: ['node', 'server'],
  cli: ['node', 'server', 'monai'],
  web: [],
};

/** Rooms that others enter by their `index.ts`. */
const ENTERED_BY_INDEX = ['graph', 'formats', 'methods'];

/** Packages that tie code to Node, and where they may stand. */
const isNodeOnly = (target: string) => target.startsWith('node:') || target === 'onnxruntime-node';
const mayUseNode = (file: string) => /^(cli|server|monai|node|api\/node|runtime\/node)\//.test(file);
const isBrowserOnly = (target: string) => target.startsWith('onnxruntime-web');
const mayUseBrowser = (file: string) => /^(web|runtime\/browser)\/|^runtime\/node\/web-assembly\.ts$/.test(file);

/** Tests and their helpers look at their subject from outside: they may import any room, and Node. */
const isTest = (file: string) => /(\.test\.tsx?$|(^|\/)testing\/)/.test(file);

/** Pages are .tsx. */
const isSource = (path: string) => /\.tsx?$/.test(path);

const root = new URL('./', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter(isSource);
const imports = files.flatMap((file) => importsOf(file, readFileSync(new URL(file, root), 'utf8')));
const library = imports.filter(({ file }) => !isTest(file));
const room = (path: string) => path.split('/')[0] as string;
const show = ({ file, target }: Import) => `${file} -> ${target}`;

/** What stands in the way of an import, if anything. */
function violation(entry: Import): boolean {
  const [from, to] = [room(entry.file), room(entry.target)];
  if (isNodeOnly(entry.target)) return !mayUseNode(entry.file);
  if (isBrowserOnly(entry.target)) return !mayUseBrowser(entry.file);
  if (!isSource(entry.target)) return false;
  if (isTest(entry.target)) return true;
  if (from === to) return false;
  if (ENTERED_BY_INDEX.includes(to) && entry.target !== `${to}/index.ts`) return true;
  if (entry.file.startsWith('api/node/') && to === 'node') return false;
  const known = DOORS[from];
  if (known !== undefined && to !== 'node' && !(to in DOORS)) return false;
  return !(known ?? ROOMS[from] ?? []).includes(to);
}

describe('rooms', () => {
  it('reads every form of import', () => {
    const text = `import a from './a.ts';\nimport type { B } from '../b.ts';\nexport * from 'c';\nexport {\n  d,\n} from './d.ts';\nimport 'e';\nawait import('./f.ts');`;
    expect(importsOf('data/layouts/x.ts', text).map(({ target }) => target)).toEqual([
      'data/layouts/a.ts',
      'data/b.ts',
      'c',
      'data/layouts/d.ts',
      'e',
      'data/layouts/f.ts',
    ]);
  });

  it('knows every folder', () => {
    const folders = new Set(files.filter((file) => file.includes('/')).map(room));
    expect([...folders].filter((name) => !(name in ROOMS) && !(name in DOORS) && name !== 'testing')).toEqual([]);
  });

  it('import upwards only, and Node only at the doors and in its runtime', () => {
    expect(library.length).toBeGreaterThan(200);
    expect(library.filter(violation).map(show)).toEqual([]);
  });

  it.each([
    ['core/a.ts', 'graph/b.ts'],
    ['report/a.ts', 'train/b.ts'],
    ['methods/a.ts', 'runtime/b.ts'],
    ['nn/a.ts', 'data/b.ts'],
    ['predict/a.ts', 'train/b.ts'],
    ['train/a.ts', 'cli/b.ts'],
    ['train/a.ts', 'runs/b.ts'],
    ['train/a.ts', 'report/b.ts'],
    ['nn/a.ts', 'graph/ops/pool.ts'],
    ['predict/a.ts', 'formats/nifti/nifti.ts'],
    ['runs/a.ts', 'node/b.ts'],
    ['node/a.ts', 'server/b.ts'],
    ['server/a.ts', 'cli/b.ts'],
    ['server/a.ts', 'monai/b.ts'],
    ['web/a.ts', 'monai/b.ts'],
    ['web/a.ts', 'node/b.ts'],
    ['web/a.ts', 'server/b.ts'],
    ['formats/a.ts', 'node:fs'],
    ['runtime/a.ts', 'onnxruntime-node'],
    ['runtime/node/a.ts', 'onnxruntime-web/wasm'],
    ['graph/a.ts', 'graph/testing/b.ts'],
    ['api/a.ts', 'node/b.ts'],
    ['api/browser/a.ts', 'node:fs'],
    ['studio/a.ts', 'api/b.ts'],
  ])('refuse %s -> %s', (file, target) => {
    expect(violation({ file, target, typeOnly: false })).toBe(true);
  });

  it.each([
    ['cli/a.ts', 'server/b.ts'],
    ['server/a.ts', 'node/b.ts'],
    ['web/a.tsx', 'studio/b.ts'],
    ['node/a.ts', 'node:fs'],
    ['nn/a.ts', 'graph/index.ts'],
    ['index.ts', 'api/node/b.ts'],
    ['api/node/a.ts', 'node/b.ts'],
    ['api/a.ts', 'runs/b.ts'],
  ])('allow %s -> %s', (file, target) => {
    expect(violation({ file, target, typeOnly: false })).toBe(false);
  });
});

/** Written by a generator. */
const isGenerated = (file: string) => /_pb\.ts$/.test(file);

describe('a file', () => {
  it('does one thing: 300 lines at most, unless it is generated', () => {
    const lines = (file: string) => readFileSync(new URL(file, root), 'utf8').trimEnd().split('\n').length;
    const long = files.filter((file) => !isGenerated(file) && !isTest(file) && lines(file) > 300);
    expect(long.map((file) => `${file}: ${lines(file)} lines`)).toEqual([]);
  });
});

describe('import cycles', () => {
  it('are not there', () => {
    // Circles of types alone count too: whoever reads one file of a circle has to read them all.
    const ours = library.filter(({ target }) => isSource(target));
    expect(cycles(ours).map((cycle) => cycle.join(' -> '))).toEqual([]);
  });

  it('would be found', () => {
    const step = (file: string, target: string) => ({ file, target, typeOnly: false });
    expect(cycles([step('a', 'b'), step('b', 'c'), step('c', 'b')])).toEqual([['b', 'c', 'b']]);
  });
});

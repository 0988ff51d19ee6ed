import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from './node/node-files.ts';
import { docExamples } from './testing/doc-examples.ts';
import { linkedPackage } from './testing/linked-package.ts';
import { tinyVolumes } from './train/testing/tiny-data.ts';

const FOLDER = fileURLToPath(new URL('../examples/', import.meta.url));
const EXAMPLES = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
const isOfPage = (name: string) => name.startsWith('page');

/** As strict as TypeScript gets. */
const STRICT = {
  ...{ target: 'es2022', module: 'nodenext', strict: true, verbatimModuleSyntax: true },
  ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noUnusedLocals: true, outDir: 'out' },
};

const { project, run, remove } = linkedPackage();
afterAll(remove);

const node = (name: string, ...args: string[]) => run('node', `out/${name}.js`, ...args);

beforeAll(async () => {
  for (const name of EXAMPLES) copyFileSync(join(FOLDER, name), join(project, name));
  const of = (file: string, lib: string[], types: string[], include: string[]) =>
    writeFileSync(join(project, file), JSON.stringify({ compilerOptions: { ...STRICT, lib, types }, include }));
  const [page, others] = [EXAMPLES.filter(isOfPage), EXAMPLES.filter((name) => !isOfPage(name))];
  of('tsconfig.json', ['es2023', 'esnext.disposable'], ['node'], others);
  const documented = docExamples(join(project, 'node_modules/patchcl'));
  mkdirSync(join(project, 'documented'));
  for (const { name, text } of documented) writeFileSync(join(project, `documented/${name}.ts`), text);
  const everywhere = ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'];
  of('tsconfig.documented.json', everywhere, ['node'], ['documented']);
  of('tsconfig.page.json', ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'], [], page);
  const files = nodeFiles();
  for (const [path, content] of Object.entries(tinyVolumes(1))) await files.write(join(project, path), content);
  mkdirSync(join(project, 'runs'));
});

/** Milliseconds: each starts processes. */
const PATIENCE = 180_000;

describe('the examples, with the packed library', { timeout: PATIENCE }, () => {
  it.each(EXAMPLES)('%s has less than 30 lines', (name) => {
    expect(readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n').length).toBeLessThan(30);
  });

  it('compile in a strict project', () => {
    expect(run('tsc', '-p', 'tsconfig.json')).toBe('');
    expect(run('tsc', '-p', 'tsconfig.page.json')).toBe('');
  });

  it('in doc comments and pages compile too', () => {
    expect(readdirSync(join(project, 'documented')).length).toBeGreaterThan(15);
    expect(
      run(
        'tsc',
        '-p',
        'tsconfig.documented.json',
        '--noEmit',
        '--noUnusedLocals',
        'false',
        '--verbatimModuleSyntax',
        'false',
      ),
    ).toBe('');
  });

  it('train, resume and predict', () => {
    expect(node('train', 'data', 'runs/a', '8')).toMatch(
      /8\/8: loss \d.*validation Dice \d.*best at step \d+: test Dice \d/s,
    );
    expect(node('train', 'data', 'runs/a')).toMatch(/^best at step \d+: test Dice/m);
    expect(node('predict', 'runs/a', 'data/images/p1.nii', 'mask.nii.gz')).toMatch(
      /^ring: \d+ voxels\ncore: \d+ voxels\n$/,
    );
    expect(readFileSync(join(project, 'mask.nii.gz')).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });

  it('train by a method and on data of their own', () => {
    expect(node('own-method', 'data', 'runs/own', '4')).toMatch(/^validation Dice \d/);
    expect(node('own-data', '4')).toMatch(/^validation Dice \d\.\d+, a model of \d+ bytes/);
  });

  it('use the engine alone', () => {
    expect(node('xor')).toContain('00, 01, 10 and 11 give 0, 1, 1, 0');
    expect(node('small-cnn')).toMatch(/\d/);
  });

  it('answer while a worker trains', async () => {
    const server = spawn(process.execPath, ['out/server.js', 'data', 'runs/served', '20'], { cwd: project });
    const [url] = await new Promise<[string]>((resolve) =>
      server.stdout.once('data', (text) => resolve([String(text).trim()])),
    );
    const ended = new Promise((resolve) => server.once('exit', resolve));
    const heard = new Set<string>();
    const waits: number[] = [];
    while (server.exitCode === null) {
      const asked = performance.now();
      const text = await fetch(url).then(
        (response) => response.text(),
        () => '',
      );
      waits.push(performance.now() - asked);
      if (text !== '') heard.add((JSON.parse(text) as { type: string }).type);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await ended).toBe(0);
    expect([...heard]).toContain('step');
    waits.sort((a, b) => a - b);
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(100);
  });
});

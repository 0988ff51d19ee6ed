import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, posix } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UNKNOWN } from '../scripts/package/notices.ts';
import { runCommand, TINY, writeSquares } from './cli/testing/run-command.ts';
import { nodeFiles } from './node/node-files.ts';
import { patchclVersion } from './node/versions.ts';
import { compile, type InstalledPackage, installedPackage, megabytesOf } from './testing/installed-package.ts';

const installed = await installedPackage();
const title = 'the tarball, installed into an empty project with its scripts';

/** Megabytes that an installation may have beside the native ONNX Runtime. */
const MOST_MEGABYTES = 160;

/** What the examples of the engine print. */
const PRINTED: Readonly<Record<string, RegExp>> = {
  xor: /^loss 0\.0\d+; 00, 01, 10 and 11 give 0, 1, 1, 0\n$/,
  'small-cnn': /\nstep 100: loss 0\.0\d+, 24 of 24 right\n$/,
};

if (installed === undefined) it.skip(title);
else describe(title, () => inProject(installed));

function inProject({ project, files, run, remove }: InstalledPackage): void {
  afterAll(remove);
  const patchcl = (...args: string[]) => run('npx', '--no-install', 'patchcl', ...args);
  const native = join(project, 'node_modules/onnxruntime-node');
  const packaged = join(project, 'node_modules/patchcl');

  it('has the command, and the native runtime without CUDA', () => {
    expect(patchcl('--version')).toEqual({ status: 0, output: `${patchclVersion()}\n` });
    expect(readFileSync(join(native, 'package.json'), 'utf8')).toContain('"onnxruntime-node"');
  });

  it('is small beside the native runtime, and without the browser runtime of others', () => {
    const total = megabytesOf(join(project, 'node_modules'));
    expect(total - megabytesOf(native)).toBeLessThan(MOST_MEGABYTES);
    expect(run('npm', 'ls', 'onnxruntime-web').output).toContain('(empty)');
  });

  it('trains and predicts; without the native runtime the same mask, with a sentence', async () => {
    const disk = nodeFiles();
    await writeSquares(disk, join(project, 'data'));
    await disk.write(join(project, 'tiny.yaml'), TINY);
    const training = ['--data', 'data', '--out', 'run', '--config', 'tiny.yaml', '--labelled', '2'];
    const trained = patchcl('train', ...training, '--steps', '6', '--threads', '1');
    expect(trained.output).not.toContain('WebAssembly');
    expect(trained.status).toBe(0);
    const mask = (out: string) => {
      const { status, output } = patchcl('predict', 'run', 'data/images/p7.png', '--out', out);
      expect(status, output).toBe(0);
      const [name] = readdirSync(join(project, out)) as [string];
      return { output, bytes: readFileSync(join(project, out, name)) };
    };
    const first = mask('native');
    expect(first.output).not.toContain('WebAssembly');
    renameSync(native, join(project, 'elsewhere'));
    const second = mask('web-assembly');
    renameSync(join(project, 'elsewhere'), native);
    expect(second.output).toMatch(
      /^patchcl runs on the WebAssembly build of ONNX Runtime, .*: the native ONNX Runtime is not installed\. To install it: npm install/m,
    );
    expect(second.bytes.equals(first.bytes)).toBe(true);
  });

  it('holds every file that its pages link to', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    expect(pages).toContain('docs/engine.md');
    const missing = pages.flatMap((page) => {
      const text = readFileSync(join(packaged, page), 'utf8');
      const links = [...text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, link]) => link as string);
      const isThere = (link: string) => files.includes(posix.join(posix.dirname(page), link));
      return links.filter((link) => !isThere(link)).map((link) => `${page}: ${link}`);
    });
    expect(missing).toEqual([]);
  });

  it('holds every page that its help names', async () => {
    const commands = ['train', 'predict', 'evaluate', 'studio', 'compare', 'export', 'inspect', 'demo'];
    let help = '';
    for (const command of commands) help += (await runCommand(command, '--help')).out;
    const named = [...new Set([...help.matchAll(/\bdocs\/[\w-]+\.md/g)].map(([page]) => page))];
    expect(named).toContain('docs/own-data.md');
    expect(named.filter((page) => !files.includes(page))).toEqual([]);
  });

  it('names whose work the page brings along, with their licences', () => {
    const notices = readFileSync(join(packaged, 'dist/web/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['onnxruntime-web', 'preact', '@niivue/niivue', 'zod', 'h5wasm']) {
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(.+\\)$`, 'm'));
    }
    const entries = notices.split(`${'-'.repeat(80)}\n`).slice(1);
    expect(entries.filter((entry) => entry.length < 300 || entry.includes(UNKNOWN))).toEqual([]);
  });

  it('has examples of under 30 lines that compile in a strict project', async () => {
    const names = readdirSync(join(packaged, 'examples')).filter((name) => name.endsWith('.ts'));
    expect(names).toEqual(expect.arrayContaining(Object.keys(PRINTED).map((name) => `${name}.ts`)));
    for (const name of names) {
      const text = readFileSync(join(packaged, 'examples', name), 'utf8');
      expect(text.trimEnd().split('\n').length, name).toBeLessThan(30);
      await nodeFiles().write(join(project, 'examples', name), text);
    }
    const { status, output } = compile(project, 'examples');
    expect(output).toBe('');
    expect(status).toBe(0);
  });

  it.each(Object.entries(PRINTED))('trains the network of examples/%s.ts', (name, printed) => {
    expect(run('node', `compiled/${name}.js`).output).toMatch(printed);
  });
}

import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Files } from '../core/files.ts';
import { PROGRAM } from '../node/program.ts';
import { workplace, writeSquares, TINY as YAML } from './testing/run-command.ts';

const METHOD = `
import { labelsOnly, mul, supervisedLoss } from 'patchcl/methods';
import { PatchclError } from 'patchcl';
export const halfLoss = {
  name: 'half-loss',
  description: 'half of the loss, with ' + PatchclError.name,
  reference: 'nobody',
  phases: () => [{ ...labelsOnly, objective: (step) => ({ terms: { half: mul(supervisedLoss(step), 0.5) } }) }],
};
`;

let folder: string;
let files: Files;
const at = (path: string) => join(folder, path);

/** In a process of its own: Node resolves what a plugin imports. */
function patchcl(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  return { status, error: stderr };
}

beforeAll(async () => {
  ({ folder, files } = await workplace());
  await writeSquares(files, at('data'));
  await files.write(at('tiny.yaml'), YAML);
  await files.write(at('half.js'), METHOD);
  await files.write(at('package.json'), '{ "type": "module" }');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = () => ['--config', at('tiny.yaml'), '--labelled', '2', '--steps', '2', '--threads', '1'];

describe('--plugin', () => {
  it('trains by a method of somebody else; resume asks for it, predict needs it no more', async () => {
    const train = ['train', '--data', at('data'), '--out', at('run'), ...settings(), '--method', 'half-loss'];
    expect(patchcl(...train).error).toMatch(/^patchcl: method: there is no method "half-loss"\./);
    const { status, error } = patchcl(...train, '--plugin', at('half.js'));
    expect(status, error).toBe(0);
    expect(new TextDecoder().decode(await files.read(at('run/metrics.csv')))).toMatch(/^[^\n]*,half,/);
    const resumed = patchcl('train', '--resume', '--out', at('run'));
    expect(resumed.error).toMatch(
      /run: the run was started with a method "half-loss", which is not known here\. Give the module that exports it with --plugin\./,
    );
    expect(patchcl('train', '--resume', '--out', at('run'), '--plugin', at('half.js')).status).toBe(0);
    expect(patchcl('predict', at('run'), at('data/images/p7.png'), '--out', at('masks')).status).toBe(0);
    expect(patchcl('evaluate', at('run')).status).toBe(0);
  }, 180_000);

  it('compares it with others', async () => {
    const text = `name: x\ndata: [${at('data')}]\nmethods: [supervised, half-loss]\nlabelled: [2]\nbudget: { steps: 2 }\nsettings:\n`;
    await files.write(at('m.yaml'), text + YAML.replace(/^/gm, '  '));
    const compare = ['compare', at('m.yaml'), '--out', at('compared'), '--threads', '1'];
    expect(patchcl(...compare).error).toMatch(/there is no method or variant "half-loss"/);
    const { status, error } = patchcl(...compare, '--plugin', at('half.js'));
    expect(status, error).toBe(0);
    expect(new TextDecoder().decode(await files.read(at('compared/compare.md')))).toContain('half-loss');
  }, 180_000);

  it.each([
    ['a file that is not there', 'gone.js', undefined, /gone\.js: there is no such file\. Check the path\./],
    ['no method', 'none.js', 'export const a = 1;', /none\.js: it exports no method\. Export one/],
    ['no JavaScript', 'bad.js', 'export const = 1;', /bad\.js: it cannot be run: /],
    ['what it cannot import', 'lost.js', "import 'nowhere-at-all';", /lost\.js: it cannot be run: Cannot find package/],
    [
      'a taken name',
      'taken.js',
      "export const a = { name: 'bcp', phases: () => [] };",
      /taken\.js: there is a method "bcp" already\. Give it another name\./,
    ],
  ])('refuses %s', async (_, name, text, message) => {
    if (text !== undefined) await files.write(at(name), text);
    const { status, error } = patchcl('train', '--data', at('data'), '--out', at('new'), '--plugin', at(name));
    expect(error).toMatch(message);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
  });
});

import { spawnSync } from 'node:child_process';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath } from '../core/files.ts';
import { runCommand, TINY, workplace, writeSquares } from './testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const TRAIN = () => ['train', '--data', at('data'), '--config', at('tiny.yaml'), '--steps', '4', '--threads', '1'];
let trained: Awaited<ReturnType<typeof runCommand>>;

beforeAll(async () => {
  await files.write(at('tiny.yaml'), TINY);
  await writeSquares(files, at('data'));
  trained = await runCommand(...TRAIN(), '--out', at('run'), '--progress', 'json', '--set', 'contrast.weight=0.3');
});

describe('train --progress json', () => {
  it('gives one event a line, the end last, and nothing else on standard output', () => {
    expect(trained.status, trained.error).toBe(0);
    const events = trained.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === 'step')).toHaveLength(4);
    expect(types.filter((type) => type === 'validation')).toHaveLength(2);
    expect(types[0]).toBe('note');
    expect(types).toContain('start');
    expect(events.at(-1)).toMatchObject({
      type: 'end',
      outcome: 'finished',
      run: at('run'),
      files: { model: at('run/model.onnx'), report: at('run/report.html') },
    });
    const { best } = events.at(-1) as { best: { dice: number } };
    expect(best.dice).toBeGreaterThanOrEqual(0);
  });

  it('tells a mistake as an event too', async () => {
    const { status, out, error } = await runCommand(...TRAIN(), '--out', at('run'), '--progress', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ type: 'error', message: expect.stringContaining('already holds a run') });
    expect(error).toContain('already holds a run');
  });
});

describe('--set', () => {
  it('changes any setting, and is kept with the run', async () => {
    expect(await readFile(at('run/config.yaml'), 'utf8')).toMatch(/contrast:\n {2}weight: 0\.3/);
  });

  it.each([
    ['contrast.wieght=1', /contrast\.wieght: there is no such setting\. Did you mean "weight"\?/],
    ['contrast', /A setting and its value are expected/],
    ['seed=-1', /seed: /],
    ['method=patchcll', /method: there is no method "patchcll"\. Did you mean "patchcl"\?/],
  ])('refuses %s', async (text, message) => {
    const { status, error } = await runCommand(...TRAIN(), '--out', at('other'), '--set', text);
    expect(status).toBe(1);
    expect(error).toMatch(message);
  });

  it('may be said again when a run is resumed, but not otherwise', async () => {
    const resume = ['train', '--resume', '--out', at('run'), '--threads', '1', '--quiet'];
    expect((await runCommand(...resume, '--set', 'contrast.weight=0.3')).status).toBe(0);
    const { status, error } = await runCommand(...resume, '--set', 'contrast.weight=0.4');
    expect(status).toBe(1);
    expect(error).toMatch(/--set says other settings/);
  });
});

describe('--json -', () => {
  it.each([
    ['evaluate', () => ['evaluate', at('run'), '--threads', '1']],
    ['inspect of a data set', () => ['inspect', at('data')]],
    ['inspect of a file', () => ['inspect', at('data/images/p0.png')]],
  ])('of %s has standard output to itself', async (_, args) => {
    const { status, out, error } = await runCommand(...args(), '--json', '-');
    expect(status, error).toBe(0);
    expect(JSON.parse(out)).toBeTypeOf('object');
    expect(error.length).toBeGreaterThan(0);
  });

  it('writes through a symbolic link, which stays one', async () => {
    await files.write(at('target.json'), '');
    await symlink(at('target.json'), at('link.json'));
    expect((await runCommand('inspect', at('data'), '--json', at('link.json'))).status).toBe(0);
    expect((await lstat(at('link.json'))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(at('target.json'), 'utf8'))).toHaveProperty('cases');
  });
});

describe('a training that is tried out', () => {
  it('says what it would do and writes nothing', async () => {
    const { status, out } = await runCommand(...TRAIN(), '--out', at('dry/run'), '--dry-run');
    expect(status).toBe(0);
    expect(out).toMatch(/classes {7}background, /);
    expect(out).toMatch(/labelled +\d patients/);
    expect(out).toContain('4 steps');
    expect(await files.kind(at('dry'))).toBeUndefined();
  });
});

describe('mistakes of the words', () => {
  it.each([
    [
      'a misspelt option, rather than the missing one',
      ['train', '--dta', 'x'],
      /--dta: there is no such option\. Did you mean --data\?/,
    ],
    ['an option of other programs', ['train', '--epochs', '3'], /--epochs: .*Here say --steps N/],
    ['its rate', ['train', '--lr', '1'], /--set optimiser\.learningRate/],
    ['its output', ['predict', 'm', 's', '--output', 'x'], /--output: .*Here say --out\./],
    ['a command of other programs', ['segment', 'x'], /segment: there is no such command\. Say patchcl predict\./],
    ['another such command', ['val', 'x'], /val: there is no such command\. Say patchcl evaluate\./],
    ['an option of other programs elsewhere', ['evaluate', 'x', '--lr', '1'], /--lr: /],
    [
      'an option given twice',
      ['train', '--seed', '1', '--seed=2'],
      /--seed: it is given twice\. Leave one of the two out\./,
    ],
  ] as const)('%s', async (_, args, message) => {
    const { status, error } = await runCommand(...args);
    expect(status).toBe(1);
    expect(error).toMatch(message);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    ['equal to the data', () => at('data')],
    ['within the data', () => at('data/runs/a')],
  ])('--out that is %s', async (_, out) => {
    const { status, error } = await runCommand(...TRAIN(), '--out', out());
    expect(status).toBe(1);
    expect(error).toMatch(/--out .*: it (is|lies within) the folder of the data\. Choose a folder beside it\./);
  });

  it('more threads than there are cores are not used, and said', async () => {
    const { error } = await runCommand('evaluate', at('run'), '--threads', '1000');
    expect(error).toMatch(/--threads 1000: this machine grants \d+, which are used/);
  });
});

describe('completion', () => {
  it('of bash completes commands, options and choices', async () => {
    const { out } = await runCommand('completion', 'bash');
    const complete = (line: string) => {
      const words = line.split(' ');
      const script = `${out}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _patchcl; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete('patchcl tr')).toEqual(['train']);
    expect(complete('patchcl train --me')).toEqual(['--method']);
    expect(complete('patchcl predict --format pn')).toEqual(['png']);
  });

  it.each(['zsh', 'fish'])('of %s names every command and option', async (shell) => {
    const { out } = await runCommand('completion', shell);
    for (const word of ['train', 'predict', 'max-minutes', 'keep-largest']) expect(out).toContain(word);
  });
});

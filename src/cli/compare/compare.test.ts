import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Rng } from '../../core/rng.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { PROGRAM } from '../../node/program.ts';
import { tinyData } from '../../train/testing/tiny-data.ts';
import { TINY } from '../../train/testing/tiny-run.ts';
import { runCommand } from '../testing/run-command.ts';

let folder: string;
const at = (name: string) => join(folder, name);

const { labelled: _, budget: __, ...settings } = TINY;
const matrix = {
  name: 'Tiny',
  data: ['data'],
  methods: ['supervised', 'plain-teacher'],
  labelled: [2],
  also: [{ methods: ['supervised'], seeds: [2] }],
  budget: { steps: 60 },
  settings,
  variants: { 'plain-teacher': { method: 'mean-teacher', consistency: { target: 'soft' } } },
  targets: [0.3],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-compare-'));
  const files = nodeFiles(folder);
  for (const [path, content] of Object.entries(tinyData())) await files.write(path, content);
  await files.write('matrix.yaml', stringify(matrix));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; output: string }>;
}

function start(out: string, ...more: readonly string[]): Started {
  const args = ['compare', at('matrix.yaml'), '--out', at(out), '--data-root', folder, '--threads', '1', ...more];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  // Its own end, not that of its streams: a child that outlived it would hold them.
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => {
    child.once('exit', (status) => setTimeout(() => resolve({ status, output }), 50));
  });
  return { child, ended };
}

/** Lines of all logs in a comparison: grows while anything trains. */
async function progress(out: string): Promise<number> {
  const runs = await readdir(at(out)).catch(() => []);
  const logs = await Promise.all(runs.map((run) => readFile(at(`${out}/${run}/metrics.csv`), 'utf8').catch(() => '')));
  return logs.join('').split('\n').length;
}

async function killAt({ child, ended }: Started, out: string, lines: number): Promise<boolean> {
  while (child.exitCode === null && (await progress(out)) < lines) await new Promise((wake) => setTimeout(wake, 5));
  child.kill('SIGKILL');
  return (await ended).status === null;
}

/** The comparison without what clocks say. */
async function table(out: string): Promise<unknown> {
  const text = await readFile(at(`${out}/compare.json`), 'utf8');
  return JSON.parse(text, (key, value) => {
    if (/minutes$|^after$/i.test(key)) return null;
    return key === 'curve' ? value.map(([step, , , ...dice]: number[]) => [step, ...dice]) : value;
  });
}

it('gives the same table after deaths at random moments, and repeats nothing', { timeout: 240_000 }, async () => {
  // Two at a time, to the same table as one by one.
  const whole = await start('whole', '--jobs', '2').ended;
  expect(whole.status, whole.output).toBe(0);
  expect(whole.output).toContain('data, 2 labelled patients');
  expect(await readFile(at('whole/data-2-supervised-1/log.txt'), 'utf8')).toContain('writing model and report');

  const rng = new Rng(Date.now());
  const moments = [2, 18].map((lines) => lines + rng.int(8));
  let deaths = 0;
  for (const lines of moments) if (await killAt(start('killed'), 'killed', lines)) deaths++;
  expect(deaths).toBe(moments.length);
  // The runs die with the comparison: nothing is written behind its back.
  await new Promise((wake) => setTimeout(wake, 500));
  const left = await progress('killed');
  await new Promise((wake) => setTimeout(wake, 500));
  expect(await progress('killed')).toBe(left);

  const resumed = await start('killed').ended;
  expect(resumed.status, resumed.output).toBe(0);
  expect(await table('killed'), `after deaths at ${moments}`).toEqual(await table('whole'));

  const model = at('killed/data-2-supervised-1/model.onnx');
  const before = (await stat(model)).mtimeMs;
  const again = await start('killed').ended;
  expect([again.status, again.output]).toEqual([0, expect.stringContaining('3 runs, 3 of them done')]);
  expect((await stat(model)).mtimeMs).toBe(before);
});

describe('compare', () => {
  const compare = (...args: string[]) => runCommand('compare', ...args, '--data-root', folder, '--threads', '1');

  it('makes the same of the finished runs themselves', async () => {
    const runs = ['supervised-1', 'plain-teacher-1', 'supervised-2'].map((run) => at(`whole/data-2-${run}`));
    const { status, error } = await compare(...runs, '--out', at('runs'));
    expect(error).not.toContain('measuring');
    expect(status).toBe(0);
    const rows = (value: unknown) => {
      const [group] = (value as { groups: { rows: Record<string, unknown>[] }[] }).groups;
      return group?.rows.map(({ name, timeTo, ...rest }) => rest);
    };
    expect(rows(await table('runs'))).toEqual(rows(await table('whole')));
    for (const name of ['compare.md', 'compare.html']) {
      expect(await readFile(at(`runs/${name}`), 'utf8')).toContain('supervised');
    }
  });

  it('does not take scores that leave out cases for those of a run', async () => {
    const path = at('whole/data-2-supervised-1/scores-val.json');
    const whole = await readFile(path, 'utf8');
    await writeFile(path, JSON.stringify({ ...JSON.parse(whole), failures: [{ id: 'a', problem: 'a: damaged' }] }));
    const runs = ['supervised-1', 'plain-teacher-1'].map((run) => at(`whole/data-2-${run}`));
    const { status, error } = await compare(...runs, '--out', at('partial'));
    await writeFile(path, whole);
    expect([status, error]).toEqual([
      1,
      expect.stringMatching(
        /scores-val\.json: these scores leave out cases that could not be measured\. Remove the file/,
      ),
    ]);
  });

  it('needs no more of a run than its record', async () => {
    for (const run of ['supervised-1', 'plain-teacher-1', 'supervised-2']) {
      await mkdir(at(`records/data-2-${run}`), { recursive: true });
      await copyFile(at(`whole/data-2-${run}/record-val.json`), at(`records/data-2-${run}/record-val.json`));
    }
    const { status, output } = await start('records').ended;
    expect([status, output]).toEqual([0, expect.stringContaining('3 runs, 3 of them done')]);
    expect(await readFile(at('records/compare.json'), 'utf8')).toBe(await readFile(at('whole/compare.json'), 'utf8'));
    const records = ['supervised-1', 'plain-teacher-1'].map((run) => at(`records/data-2-${run}`));
    const given = await compare(...records, '--out', at('from-records'), '--baseline', 'mean-teacher');
    expect([given.status, given.error]).toEqual([0, '']);
    expect(await table('from-records')).toMatchObject({
      groups: [{ rows: [{ name: 'supervised' }, { name: 'mean-teacher' }] }],
    });
    await writeFile(at('other.yaml'), stringify({ ...matrix, budget: { steps: 61 } }));
    const other = await compare(at('other.yaml'), '--out', at('records'));
    expect(other.status).not.toBe(0);
    expect(other.error).toContain('started with another budget.steps');
    await writeFile(at('records/data-2-supervised-1/record-val.json'), '{"version": 1');
    const damaged = await start('records').ended;
    expect([damaged.status, damaged.output]).toEqual([1, expect.stringContaining('this is not the record of a run')]);
  });

  it('does the matrix in parts, whatever their order, and says what is missing', async () => {
    const second = await start('parts', '--shard', '2/2').ended;
    expect(second.status, second.output).toBe(0);
    expect(second.output).toMatch(
      /part 2\/2 is through; 2 of 3 runs are missing: data-2-supervised-1, data-2-supervised-2\b/,
    );
    const first = await start('parts', '--shard', '1/2').ended;
    expect(first.output).toContain('all runs of the matrix are done');
    const rows = async (out: string) =>
      JSON.stringify(((await table(out)) as { groups: unknown }).groups, (name, value) =>
        name === 'timeTo' ? undefined : value,
      );
    expect(await rows('parts')).toBe(await rows('whole'));
  });

  it('refuses a matrix whose settings have changed, and touches nothing', async () => {
    const files = nodeFiles(folder);
    await files.write('changed.yaml', stringify({ ...matrix, settings: { ...settings, ema: 0.5 } }));
    const { status, error } = await compare(at('changed.yaml'), '--out', at('whole'));
    expect(status).toBe(1);
    expect(error).toMatch(/data-2-supervised-1: this run was started with another ema\. Choose another folder/);
  });

  it.each([
    [
      'a method that is not there',
      { methods: ['supervized'] },
      /methods: there is no method or variant "supervized"\. Did you mean "supervised"\?/,
    ],
    [
      'a typo in a variant',
      { variants: { 'plain-teacher': { consistency: { wieght: 1 } } } },
      /\(plain-teacher\) consistency\.wieght: there is no such setting\. Did you mean "weight"\?/,
    ],
    ['a typo in the matrix', { seed: [1] }, /wrong\.yaml:\d+ seed: there is no such setting\. Did you mean "seeds"\?/],
    ['no methods', { methods: undefined }, /wrong\.yaml methods: a list of methods was expected\./],
    [
      'one method without a list',
      { methods: 'supervised' },
      /wrong\.yaml:\d+ methods: a list of methods was expected\./,
    ],
    ['no budget', { budget: {} }, /budget: nothing says how long to train\. Set budget\.steps or budget\.minutes\./],
    [
      'data that are not there',
      { data: ['nowhere'] },
      /nowhere: there is no such folder of data\. Check the path, or say/,
    ],
    ['a baseline that is not there', { baseline: 'cps' }, /baseline: no run is of the baseline "cps"/],
    [
      'labels that are no number',
      { labelled: ['few'] },
      /labelled.*: a number of patients, a share such as 5%, or 'all' was expected/,
    ],
  ])('says what is wrong: %s', async (_name, change, message) => {
    await nodeFiles(folder).write('wrong.yaml', stringify({ ...matrix, ...change }));
    const { status, error } = await compare(at('wrong.yaml'), '--out', at('wrong'));
    expect([status, error]).toEqual([1, expect.stringMatching(message)]);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(await nodeFiles(folder).kind('wrong')).toBeUndefined();
  });

  it.each([
    ['nowhere', /nowhere: there is no such folder\. Check the path\./],
    ['data', /data: this is not the folder of a training run\. Point to a folder that patchcl train has written\./],
    ['begun', /begun: this run has not been trained to its end\. Train it .*: patchcl train --resume --out .*begun/],
    ['m.txt', /m\.txt: a matrix ends in \.yaml, runs are folders\. Name it so, or give run folders\./],
  ])('says what is no finished run: %s', async (name, message) => {
    await nodeFiles(folder).write('begun/config.yaml', '');
    await nodeFiles(folder).write('m.txt', stringify(matrix));
    const { status, error } = await compare(at(name), '--out', at('wrong'));
    expect([status, error]).toEqual([1, expect.stringMatching(message)]);
  });
});

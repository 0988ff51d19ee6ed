import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath } from '../../core/files.ts';
import { runCommand, TINY, workplace, writeSquares } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const record = async () => JSON.parse(await readFile(at('run/run.json'), 'utf8'));
const train = ['train', '--data', at('data'), '--out', at('run'), '--config', at('tiny.yaml'), '--steps', '4'];

beforeAll(async () => {
  await files.write(at('tiny.yaml'), TINY);
  await writeSquares(files, at('data'));
  const { status, error } = await runCommand(...train, '--threads', '1', '--quiet', '--set', 'data.patients=p(\\d)');
  expect(status, error).toBe(0);
});

describe('the record of a run', () => {
  it('has date, command and duration', async () => {
    const { date, command, duration } = await record();
    expect(Math.abs(Date.now() - Date.parse(date))).toBeLessThan(5 * 60e3);
    expect(command).toBe(`patchcl ${train.join(' ')} --threads 1 --quiet --set 'data.patients=p(\\d)'`);
    expect(duration).toBeGreaterThan(0);
    expect(duration).toBeLessThan(300);
  });

  it('is shown by inspect, with the card of the model', async () => {
    const { status, out } = await runCommand('inspect', at('run'));
    expect(status).toBe(0);
    expect(out).toMatch(/^started: {6}\d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
    expect(out).toContain(`command:      patchcl ${train.join(' ')}`);
    expect(out).toMatch(/^took: {9}\d+:\d\d$/m);
    expect(out).toMatch(/^not for: .*not a medical device/m);
    const json = JSON.parse((await runCommand('inspect', at('run'), '--json', '-')).out);
    expect(json).toMatchObject({ command: expect.stringContaining('patchcl train'), model: { channels: 1 } });
  });

  it('is shown by the report, but for the command, which names folders', async () => {
    const report = await readFile(at('run/report.html'), 'utf8');
    expect(report).toMatch(/<dt>started<\/dt><dd>\d{4}-\d\d-\d\d \d\d:\d\d UTC<\/dd>/);
    expect(report).not.toContain('patchcl train --data');
  });

  it('keeps date and command when the run goes on', async () => {
    const before = await record();
    expect((await runCommand('train', '--resume', '--out', at('run'), '--threads', '1', '--quiet')).status).toBe(0);
    const { duration, ...after } = await record();
    expect({ ...after, duration: before.duration }).toEqual(before);
    expect(duration).toBeGreaterThanOrEqual(before.duration);
  });

  it('is not needed: a run of an earlier version is resumed, inspected and predicts without', async () => {
    const { date: _, command: __, duration: ___, ...early } = await record();
    await files.write(at('run/run.json'), JSON.stringify(early));
    const { status, out } = await runCommand('inspect', at('run'));
    expect(status).toBe(0);
    expect(out).toMatch(/^started: {6}not recorded\ncommand: {6}not recorded\ntook: {9}\d+:\d\d$/m);
    expect((await runCommand('predict', at('run'), at('data/images/p0.png'), '--out', at('masks'))).status).toBe(0);
    expect((await runCommand('train', '--resume', '--out', at('run'), '--threads', '1', '--quiet')).status).toBe(0);
    const { date, duration } = await record();
    expect({ date, timed: duration > 0 }).toEqual({ date: undefined, timed: true });
  });
});

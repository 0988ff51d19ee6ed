import { beforeAll, describe, expect, it } from 'vitest';
import type { Files } from '../core/files.ts';
import { readSafetensors } from '../formats/index.ts';
import type { Overrides } from '../settings/settings-file.ts';
import { tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { openRun } from './open-run.ts';
import { runPath } from './run-folder.ts';

const SHORT = { method: 'supervised', budget: { steps: 4 }, validations: 1 };
const files = tinyFiles();

async function secondRun(overrides: Overrides = {}, startFrom = 'first', run = 'second') {
  const notes: string[] = [];
  await tinyRun(files, { overrides: { ...SHORT, ...overrides }, run, startFrom, onNote: (text) => notes.push(text) });
  return notes;
}

const tensorsOf = async (place: Files, path: string) => readSafetensors(await place.read(path), path).tensors;

beforeAll(() => tinyRun(files, { overrides: { ...SHORT, labelled: 1 }, run: 'first' }));

describe('a run that starts from an earlier one', () => {
  it('has its network before the first step, keeps it, and says so', async () => {
    // A step that moves next to nothing shows where it started.
    const notes = await secondRun({ budget: { steps: 1 }, optimiser: { learningRate: 1e-12, weightDecay: 0 } });
    const { step, network } = await openRun(files, 'first').best();
    expect(notes).toContain(`starts from the ${network} of step ${step} of first`);
    const first = await tensorsOf(files, runPath('first', 'best'));
    expect(await tensorsOf(files, runPath('second', 'start'))).toEqual(first);
    const state = await tensorsOf(files, runPath('second', 'checkpoint'));
    for (const [name, { data }] of Object.entries(first))
      for (const owner of ['student', 'teacher'])
        for (const [i, value] of data.entries()) expect(state[`${owner}.unet.${name}`]?.data[i]).toBeCloseTo(value, 5);
    expect((await openRun(files, 'second').facts()).start).toEqual({ run: files.absolute('first'), step, network });
  });

  it('holds out whom that one held out, whatever its own seed', async () => {
    const { val, test } = (await openRun(files, 'first').manifest()).parts;
    for (const seed of [1, 2, 3]) {
      const run = `seed${seed}`;
      await secondRun({ seed, budget: { steps: 1 } }, 'first', run);
      const parts = (await openRun(files, run).manifest()).parts;
      expect([parts.val, parts.test]).toEqual([val, test]);
    }
  });

  it('goes on after a stop to the same bits', async () => {
    const overrides = { ...SHORT, budget: { steps: 24 } };
    await tinyRun(files, { overrides, run: 'straight', startFrom: 'first' });
    expect(await tinyRun(files, { overrides, run: 'stopped', startFrom: 'first', stopAt: 10 })).toBe('stopped');
    expect(await tinyRun(files, { overrides, run: 'stopped', resume: true })).toBe('finished');
    for (const file of ['best', 'checkpoint'] as const)
      expect(await files.read(runPath('stopped', file))).toEqual(await files.read(runPath('straight', file)));
  });
});

describe('a start is refused in a sentence', () => {
  it('where somebody whose masks it has learned would judge', async () => {
    const path = runPath('first', 'split');
    const manifest = await openRun(files, 'first').manifest();
    const { labelled, val, test } = manifest.parts;
    // As a run that has held out nobody.
    const parts = { ...manifest.parts, labelled: [...labelled, ...val, ...test], val: [], test: [] };
    for (const { name } of await files.list('first'))
      await files.write(`all/${name}`, await files.read(`first/${name}`));
    await files.write(path.replace('first', 'all'), JSON.stringify({ ...manifest, parts }));
    await expect(secondRun({}, 'all', 'leak')).rejects.toThrow(
      /^all: it has learned the masks of .* who is held out here/,
    );
    expect(await files.list('leak')).toEqual([]);
  });

  it('where its network or its classes are others', async () => {
    await expect(secondRun({ network: { widths: [4, 8] } }, 'first', 'wide')).rejects.toThrow(
      /^first: it has another network: .* is \[.*\] where \[.*\] is needed/,
    );
    const manifest = await openRun(files, 'first').manifest();
    for (const { name } of await files.list('first'))
      await files.write(`named/${name}`, await files.read(`first/${name}`));
    const classes = ['background', 'spleen', ...manifest.classes.slice(2)];
    await files.write(runPath('named', 'split'), JSON.stringify({ ...manifest, classes }));
    await expect(secondRun({}, 'named', 'other')).rejects.toThrow(/^named: its classes are background, spleen/);
    for (const run of ['wide', 'other']) expect(await files.list(run)).toEqual([]);
  });

  it('where there is no run, or none that has validated', async () => {
    await expect(secondRun({}, 'nowhere', 'none')).rejects.toThrow(/^nowhere/);
    for (const { name } of await files.list('first'))
      if (name !== 'best.safetensors') await files.write(`young/${name}`, await files.read(`first/${name}`));
    await expect(secondRun({}, 'young', 'none')).rejects.toThrow(/^young: there are no weights to start from/);
  });
});

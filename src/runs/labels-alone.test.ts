import { describe, expect, it } from 'vitest';
import { type Files, readText } from '../core/files.ts';
import { RUN, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { loadBest } from './best-weights.ts';
import { openRun } from './open-run.ts';
import { runPath } from './run-folder.ts';

/** All six training patients are labelled: there are no unlabelled images. */
const ALL = { labelled: 6, data: { testFraction: 0 } };

const header = async (files: Files) => (await readText(files, runPath(RUN, 'metrics'))).split('\n')[0];

describe('a training without unlabelled images', () => {
  it('is that of labels alone to the bit, says so, and goes on so', async () => {
    const [files, alone] = [tinyFiles(), tinyFiles()];
    const notes: string[] = [];
    expect(await tinyRun(files, { overrides: ALL, stopAt: 10, onNote: (text) => notes.push(text) })).toBe('stopped');
    expect(notes.join('\n')).toContain('patchcl learns from labels alone, as there are no unlabelled images');
    expect((await openRun(files, RUN).facts()).plan?.labelsAlone).toBe(true);
    expect(await tinyRun(files, { overrides: ALL, resume: true })).toBe('finished');
    expect(await header(files)).not.toContain('consistency');

    await tinyRun(alone, { overrides: { ...ALL, method: 'supervised' } });
    const [found, expected] = [await loadBest(files, RUN), await loadBest(alone, RUN)];
    expect(found.dice).toBe(expected.dice);
    expect(found.weights).toEqual(expected.weights);
    expect((await files.list(RUN)).map(({ name }) => name)).not.toContain('patches.png');
  });

  it('takes labelled images for unlabelled too where it is told to', async () => {
    const files = tinyFiles();
    await tinyRun(files, { overrides: { ...ALL, data: { ...ALL.data, unlabelled: 'on' } } });
    expect(await header(files)).toContain('consistency');
    expect((await openRun(files, RUN).facts()).plan).not.toHaveProperty('labelsAlone');
  });
});

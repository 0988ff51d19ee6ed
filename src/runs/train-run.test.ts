import { beforeAll, describe, expect, it } from 'vitest';
import type { Files } from '../core/files.ts';
import { readText } from '../core/files.ts';
import { memoryFiles } from '../core/memory-files.ts';
import { parseManifest } from '../data/manifest.ts';
import { writeNifti } from '../formats/nifti/nifti.ts';
import { readModelInfo } from '../predict/model-file.ts';
import { tinyVolumes } from '../train/testing/tiny-data.ts';
import { Killed, outcome, RUN, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { openRun } from './open-run.ts';
import { runPath, scoresPath } from './run-folder.ts';

type Outcome = Awaited<ReturnType<typeof outcome>>;

/** Phases of the tiny run: labels from step 0, consistency from 5, contrast from 12; validations after 8, 16 and 24. */
let whole: Outcome;
let wholeFiles: Files;

beforeAll(async () => {
  wholeFiles = tinyFiles();
  expect(await tinyRun(wholeFiles)).toBe('finished');
  whole = await outcome(wholeFiles);
});

/** Weights compare as a flag: a diff of megabytes of base64 tells nobody anything. */
function expectSame(found: Outcome, expected: Outcome): void {
  expect(found.log).toEqual(expected.log);
  expect(found.best === expected.best, 'best.safetensors').toBe(true);
  expect(found.checkpoint === expected.checkpoint, 'checkpoint.safetensors').toBe(true);
}

describe('a training run', () => {
  it('leaves what later commands need', async () => {
    const names = (await wholeFiles.list(RUN)).map(({ name }) => name);
    for (const name of [
      'best.safetensors',
      'checkpoint.safetensors',
      'config.yaml',
      'metrics.csv',
      'model.onnx',
      'report.html',
      'run.json',
      'split.json',
    ]) {
      expect(names).toContain(name);
    }
  });

  it('validates what its model is then measured by, the largest parts of classes that have one', async () => {
    const measured = async (files: Files) => {
      const info = readModelInfo(await files.read(runPath(RUN, 'model')), 'model.onnx');
      const scores = JSON.parse(await readText(files, scoresPath(RUN, 'val')));
      expect(info.training.validationDice).toBeCloseTo(scores.mean.dice, 6);
      return { parts: info.largestParts, dice: scores.mean.dice };
    };
    const cleaned = await measured(wholeFiles);
    expect(cleaned.parts).toEqual([1, 2]);
    expect((await openRun(wholeFiles, RUN).facts()).plan?.singleParts?.inScans).toEqual([1, 2]);
    const files = tinyFiles();
    await tinyRun(files, { overrides: { predict: { largestParts: 'off' } } });
    const whatItSees = await measured(files);
    expect(whatItSees.parts).toBeUndefined();
    expect(whatItSees.dice).not.toBeCloseTo(cleaned.dice, 3);
  });

  it('validates with neighbouring slices as its model segments with them', async () => {
    const files = memoryFiles(tinyVolumes());
    await tinyRun(files, { overrides: { data: { context: 1 } } });
    const info = readModelInfo(await files.read(runPath(RUN, 'model')), 'model.onnx');
    const scores = JSON.parse(await readText(files, scoresPath(RUN, 'val')));
    expect(info).toMatchObject({ channels: 1, preparation: { context: 1 } });
    expect(info.training.validationDice).toBeCloseTo(scores.mean.dice, 6);
    const ofPictures = readModelInfo(await wholeFiles.read(runPath(RUN, 'model')), 'model.onnx');
    expect(ofPictures.preparation).not.toHaveProperty('context');
  });

  it('says where it uses one volume of several', async () => {
    const data = Float32Array.from({ length: 3 * 20 * 20 }, (_, i) => i % 89);
    const volume = {
      data,
      shape: [3, 1, 20, 20] as const,
      geometry: { spacing: [1, 1, 1] as const, unit: 'mm' as const },
    };
    const files = tinyFiles({ 'data/images/patient009.nii': writeNifti(volume) });
    const notes: string[] = [];
    await tinyRun(files, { onNote: (text) => notes.push(text) });
    expect(notes).toContain('data/images/patient009.nii: 4-D, only frame 1 of 3 is used');
  });

  it('goes through labels, consistency and contrast', () => {
    const [header = '', ...lines] = whole.log;
    const column = (name: string) => lines.map((line) => line.split(',')[header.split(',').indexOf(name)]);
    expect(column('step')).toEqual(['8', '8', '10', '16', '16', '20', '24', '24']);
    expect(column('supervised').filter((value) => value !== '')).toHaveLength(5);
    expect(column('consistency').map((value) => value !== '')).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(column('contrast').map((value) => value !== '')).toEqual([
      false,
      false,
      false,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(Number(column('contrast')[6])).toBeGreaterThan(0);
    expect(Number(column('readyClasses')[6])).toBe(3);
  });

  it('keeps its plan, and resumes with it', async () => {
    const [planned, stopped] = [tinyFiles(), tinyFiles()];
    const overrides = { size: 'auto', network: { widths: 'auto' }, budget: { steps: 12 }, validations: 1 };
    await tinyRun(planned, { overrides });
    expect((await openRun(planned, RUN).facts()).plan).toMatchObject({ size: 32, widths: [16, 32, 64, 128] });
    expect(await openRun(planned, RUN).config()).toMatchObject({ size: 32, network: { widths: [16, 32, 64, 128] } });
    expect(await openRun(planned, RUN).request()).toMatchObject({ size: 'auto', network: { widths: 'auto' } });
    expect(await tinyRun(stopped, { overrides, stopAt: 10 })).toBe('stopped');
    expect(await tinyRun(stopped, { overrides, resume: true })).toBe('finished');
    expectSame(await outcome(stopped), await outcome(planned));
  });

  it('gives the same bits with the same seed, others with another', async () => {
    const [again, other] = [tinyFiles(), tinyFiles()];
    await tinyRun(again);
    await tinyRun(other, { overrides: { seed: 2 } });
    expectSame(await outcome(again), whole);
    expect((await outcome(other)).best).not.toBe(whole.best);
  });

  it('refuses a folder that holds a run and leaves it as it is', async () => {
    await expect(tinyRun(wholeFiles)).rejects.toThrow('run: this folder already holds a run');
    expectSame(await outcome(wholeFiles), whole);
  });
});

describe('stop and resume', () => {
  it.each([
    ['in the labels phase', 3],
    ['in the consistency phase', 7],
    ['where a row of the log ends', 10],
    ['between validations of the contrast', 14],
    ['within the last row of the log', 19],
  ])('gives the same weights after a stop %s (step %i)', async (_, stopAt) => {
    const files = tinyFiles();
    expect(await tinyRun(files, { stopAt })).toBe('stopped');
    expect(await tinyRun(files, { resume: true })).toBe('finished');
    expectSame(await outcome(files), whole);
  });

  it('gives the same weights after many stops', async () => {
    const files = tinyFiles();
    await tinyRun(files, { stopAt: 2 });
    for (const stopAt of [9, 11, 17]) expect(await tinyRun(files, { resume: true, stopAt })).toBe('stopped');
    await tinyRun(files, { resume: true });
    expectSame(await outcome(files), whole);
  });

  it('refuses a checkpoint of another version, and leaves it as it is', async () => {
    const files = tinyFiles();
    expect(await tinyRun(files, { stopAt: 9 })).toBe('stopped');
    const path = runPath(RUN, 'checkpoint');
    const { progress, state } = await loadCheckpoint(files, RUN);
    const { 'optimiser.steps.student.unet': _, ...older } = state;
    await saveCheckpoint(files, RUN, { progress, state: older });
    const before = await files.read(path);
    await expect(tinyRun(files, { resume: true })).rejects.toThrow(
      'the checkpoint: its optimiser.steps.student.unet is nothing where [1] was expected: another version of patchcl has written it.',
    );
    expect(await files.read(path)).toEqual(before);
  });

  it('gives the same weights and log after a death between checkpoints', async () => {
    const files = tinyFiles();
    await expect(tinyRun(files, { dieAt: 11 })).rejects.toThrow(Killed);
    await expect(tinyRun(files, { resume: true, dieAt: 15 })).rejects.toThrow(Killed);
    await expect(tinyRun(files, { resume: true, dieAt: 23 })).rejects.toThrow(Killed);
    await tinyRun(files, { resume: true });
    expectSame(await outcome(files), whole);
  });

  it('gives the same weights where it trains on tiles', async () => {
    const overrides = { data: { tiles: 'on' } };
    const [straight, stopped] = [tinyFiles(), tinyFiles()];
    await tinyRun(straight, { overrides });
    expect(await tinyRun(stopped, { overrides, stopAt: 10 })).toBe('stopped');
    expect(await tinyRun(stopped, { overrides, resume: true })).toBe('finished');
    expectSame(await outcome(stopped), await outcome(straight));
    expect((await outcome(straight)).best === whole.best).toBe(false);
    const { preparation } = readModelInfo(await straight.read(runPath(RUN, 'model')), 'model.onnx');
    expect(preparation.tiles).toEqual({ scale: 1, overlap: 0.25 });
  });

  it('repeats nothing of a finished run', async () => {
    const files = tinyFiles();
    await tinyRun(files);
    expect(await tinyRun(files, { resume: true, dieAt: 24 })).toBe('finished');
    expectSame(await outcome(files), whole);
  });
});

describe('masks of unlabelled cases', () => {
  const masksOf = async (part: 'labelled' | 'unlabelled') => {
    const path = runPath(RUN, 'split');
    const { parts } = parseManifest(await readText(wholeFiles, path), path);
    return parts[part].flatMap(({ cases }) => cases.map((id) => `data/masks/${id}.png`));
  };

  it('are never read: broken ones change no bit', async () => {
    const hidden = await masksOf('unlabelled');
    expect(hidden.length).toBeGreaterThan(4);
    const files = tinyFiles(Object.fromEntries(hidden.map((path, i) => [path, `broken ${i}`])));
    await tinyRun(files);
    expectSame(await outcome(files), whole);
  });

  it('are the only ones that may be broken', async () => {
    const path = (await masksOf('labelled'))[0] as string;
    await expect(tinyRun(tinyFiles({ [path]: 'broken' }))).rejects.toThrow(path);
  });
});

describe('other methods and settings', () => {
  it.each([
    ['supervised', { method: 'supervised' }],
    ['mean-teacher', { method: 'mean-teacher', consistency: { start: 0 } }],
    ['boxes exchanged', { method: 'bcp', mixing: { unlabelled: 0.5 } }],
    ['a second network', { method: 'cps' }],
    ['dropout and noise of the teacher', { method: 'ua-mt' }],
    ['a head of its own', { method: 'local-contrast' }],
    [
      'SGD, batch norm, soft targets',
      {
        optimiser: { kind: 'sgd', learningRate: 0.01 },
        network: { normalisation: 'batch', upsampling: 'bilinear' },
        consistency: { target: 'soft', threshold: 0 },
      },
    ],
    ['keys of the student', { contrast: { keys: 'student', pseudoLabels: 'student' } }],
    ['space-to-depth', { network: { stem: 'space-to-depth', dropout: [] }, contrast: { warmUp: 0.2 } }],
  ])('resume to the same bits: %s', async (_, overrides) => {
    const [straight, stopped] = [tinyFiles(), tinyFiles()];
    await tinyRun(straight, { overrides });
    await tinyRun(stopped, { overrides, stopAt: 16 });
    await tinyRun(stopped, { overrides, resume: true });
    expectSame(await outcome(stopped), await outcome(straight));
  });

  it('seed the dropout masks: without dropout the weights are others', async () => {
    const files = tinyFiles();
    await tinyRun(files, { overrides: { network: { dropout: [] } } });
    expect((await outcome(files)).best).not.toBe(whole.best);
  });

  it('say so when the loss is no number, and keep no half-written file', async () => {
    const files = tinyFiles();
    const overrides = { optimiser: { kind: 'sgd', learningRate: 1e30, rampSteps: 0 } };
    await expect(tinyRun(files, { overrides })).rejects.toThrow(
      /^training: the loss is (NaN|-?Infinity) at step \d+\. Lower optimiser\.learningRate/,
    );
    expect((await files.list(RUN)).map(({ name }) => name)).not.toContain('best.safetensors');
  });
});

it('a death before the first validation can be resumed', async () => {
  const files = tinyFiles();
  await expect(tinyRun(files, { dieAt: 2 })).rejects.toThrow(Killed);
  await tinyRun(files, { resume: true });
  expectSame(await outcome(files), whole);
});

import { expect, it } from 'vitest';
import type { Project, Run, Runs, StudioCase } from '../../studio/api/index.ts';
import { nextStep } from './next-step.ts';

const scans = (...labelled: boolean[]) =>
  ({
    cases: labelled.map(
      (isLabelled, i) => ({ id: `s${i}`, slices: [isLabelled ? 'drawn' : 'unlabelled'] }) as StudioCase,
    ),
  }) as unknown as Project;
const run = (state: Run['state'], trained: string[]) =>
  ({ id: 'round-01', state, trained, validation: [] }) as unknown as Run;
const model = (state: Run['state'], ...trained: string[]): Runs => ({
  runs: [run(state, trained)],
  current: 'round-01',
  ...(state === 'finished' && { proposes: { run: 'round-01', step: 1, isChosen: false, because: 'first' } }),
});
const none: Runs = { runs: [] };

it.each([
  ['nothing is labelled', scans(false, false), none, 'label', /two or three scans/],
  ['one scan is labelled', scans(true, false), none, 'label', /one more/],
  ['the only scan is labelled', scans(true), none, 'train', /Train a model/],
  ['two scans are labelled', scans(true, true, false), none, 'train', /2 scans have labels/],
  ['a training is under way', scans(true, true, false), model('training', 's0', 's1'), 'train', /is training/],
  ['a model proposes', scans(true, true, false), model('finished', 's0', 's1'), 'review', /the scan without any/],
  [
    'two more scans were reviewed',
    scans(true, true, true, true, false),
    model('finished', 's0', 's1'),
    'train',
    /2 scans have labels that round-01 has not learned from/,
  ],
  ['all is labelled and learned', scans(true, true), model('finished', 's0', 's1'), 'export', /Download/],
] as const)('the next step when %s', (_, project, runs, step, text) => {
  const next = nextStep(project, runs);
  expect(next?.step).toBe(step);
  expect(next?.text).toMatch(text);
});

it('is not told of a project without scans', () => {
  expect(nextStep(undefined, none)).toBeUndefined();
  expect(nextStep(scans(), none)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { reportHtml } from '../../report/report.ts';
import { resultsOf } from '../../report/results.ts';
import { withoutNames } from './without-names.ts';

const metrics = { dice: [0.5], jaccard: [0.4], hd95: [2], asd: [1] };

it('a report to be handed on names neither cases nor folders', () => {
  const scores = ['Doe_Jane', 'Roe, slice 2'].map((id) => ({ id, unit: 'mm' as const, ...metrics }));
  const results = resultsOf(scores, { classes: ['background', 'heart'], part: 'validation', patientOf: (id) => id });
  const training = {
    method: 'patchcl',
    parts: [],
    imageSize: [8, 8] as const,
    seed: 1,
    steps: 1,
    minutes: 1,
    device: 'cpu',
    versions: {},
    more: {
      command: 'patchcl train --data /home/doe/scans',
      'changed data': 'scans/Doe_Jane.nii has changed since the training was started',
      'weights kept': 'student of step 1',
    },
  };
  const picture = { dice: 0.5, png: new Uint8Array(4) };
  const input = {
    title: 'patchcl on Doe_Jane',
    subtitle: 'Run /home/doe/runs',
    training,
    classes: ['background', 'heart'],
    results,
    examples: [
      { kind: 'worst' as const, caption: 'Doe_Jane, slice 3', ...picture },
      { kind: 'best' as const, caption: 'Roe, slice 2', ...picture },
    ],
  };
  expect(reportHtml(input)).toMatch(/Doe_Jane/);
  const html = reportHtml(withoutNames(input, 'scores-val.json'));
  expect(html).not.toMatch(/doe|roe/i);
  expect(html).toContain('case 1, slice 3');
  expect(html).toContain('student of step 1');
  expect(html).toContain('yes, as run.json says');
  expect(html).toContain('Cases are numbered as in scores-val.json');
});

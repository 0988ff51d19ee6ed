import { expect, it } from 'vitest';
import { readText } from '../core/files.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { patchViewData } from '../studio/jobs/patch-data.ts';
import { RUN, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { runPath } from './run-folder.ts';

/** What the run's folder, its report and the studio say of the contrast. */
async function said(overrides: object) {
  const files = tinyFiles();
  await tinyRun(files, { overrides: { budget: { steps: 6 }, validations: 1, ...overrides } });
  const asked = { run: 'round-01', folder: RUN, data: 'data', batch: 0 };
  const runtime = nodeRuntime({ threads: 1 });
  const report = await readText(files, runPath(RUN, 'report'));
  return {
    isLogged: (await readText(files, runPath(RUN, 'metrics'))).split('\n')[0]?.includes('contrast'),
    hasPicture: (await files.kind(runPath(RUN, 'patches'))) === 'file',
    hasSection: report.includes('>Patches and pseudo-labels</h2>'),
    fact: /<dt>contrast of patches<\/dt><dd>(.*?)<\/dd>/.exec(report)?.[1],
    studio: await patchViewData(files, runtime, asked).then(
      ({ images }) => `${images.length} images`,
      (error: Error) => error.message,
    ),
  };
}

it('a run whose contrast has no weight shows no patches, and says why', async () => {
  expect(await said({ contrast: { weight: 0 } })).toEqual({
    isLogged: false,
    hasPicture: false,
    hasSection: false,
    fact: 'off: contrast.weight is 0',
    studio: expect.stringContaining('there are no patches to look at: it was trained without the contrast of patches'),
  });
  const alone = await said({ labelled: 6, data: { testFraction: 0 } });
  expect(alone).toMatchObject({ hasPicture: false, fact: 'off: labels alone' });
  expect(alone.studio).toContain('there are no patches to look at');
});

it('one with a contrast shows what it worked on', async () => {
  expect(await said({})).toEqual({
    isLogged: true,
    hasPicture: true,
    hasSection: true,
    fact: 'weight 0.1, at the encoder, from 50 % of training on',
    studio: '4 images',
  });
});

import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { shownSlice } from '../../imaging/slices.ts';
import { base64 } from '../../report/html.ts';
import { encodePicture, slicePicture } from '../../report/picture.ts';
import { loadCheckpoint } from '../../runs/checkpoint.ts';
import { openRun } from '../../runs/open-run.ts';
import { hasPatches, type PatchView, viewPatches } from '../../runs/report/patch-view.ts';
import { hasFile } from '../../runs/run-folder.ts';
import { trainingSlices } from '../../runs/training-slices.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { PatchViewData } from '../api/index.ts';
import { embeddingOf } from '../embedding.ts';

/** Cases read to look at patches. */
const LOOKED_AT = 8;

/** Keys of each class that are shown. */
const KEYS_SHOWN = 300;

/** What the contrast sees in a batch, with the best weights of a run. @throws PatchclError `bad-usage` when the run's method has no contrast */
export async function patchViewData(
  files: Files,
  runtime: Runtime,
  asked: { readonly run: string; readonly folder: string; readonly data: string; readonly batch: number },
): Promise<PatchViewData> {
  const { run, folder, data, batch } = asked;
  const opened = openRun(files, folder);
  const [config, facts] = [await opened.config(), await opened.facts()];
  if (!hasPatches(config, facts)) {
    const why =
      config.method === 'patchcl' ? 'it was trained without the contrast of patches' : `${config.method} has none`;
    const hint = 'Train PatchCL with the preset "contrast" to see some: in the studio, "Default, with contrast".';
    throw new PatchclError('bad-usage', `there are no patches to look at: ${why}`, { subject: run, hint });
  }
  if (!(await hasFile(files, folder, 'best'))) {
    throw new PatchclError('bad-usage', 'the run has not come to its first validation', { subject: run });
  }
  const { split } = await opened.splitOf(data);
  const { classes, channels, preparation } = facts;
  const slices = await trainingSlices(split, preparation, { classes: classes.length, channels, cases: LOOKED_AT });
  const [network, best] = [await opened.network(), await opened.best()];
  const views = await viewPatches({ config, network, slices, best, runtime, steps: batch + 1 });
  const view = views.at(-1) as PatchView;
  const { state } = await loadCheckpoint(files, folder);
  const { grid, anchors, positives } = view;
  return {
    run,
    classes: [...facts.classes],
    size: config.size,
    patch: grid.size,
    stride: grid.stride,
    perSide: grid.perSide,
    images: picturesOf(view, config.size),
    entropy: entropyOf(view, config.contrast.delta),
    anchors: anchors.map((own) => [...own]),
    positives: positives.map((own) => [...own]),
    // A class's negatives are what the other classes have chosen as their keys.
    negatives: positives.map((_, k) => [...new Set(positives.flatMap((others, j) => (j === k ? [] : others)))]),
    ...embeddingOf(state, KEYS_SHOWN),
  };
}

function picturesOf({ batch, labelled, images }: PatchView, size: number): PatchViewData['images'] {
  const values = images.length / batch;
  return Array.from({ length: batch }, (_, i) => {
    const data = images.subarray(i * values, (i + 1) * values);
    const slice = shownSlice({ data, shape: [values / size ** 2, 1, size, size] }, 0);
    return {
      labelled: i < labelled,
      png: base64(encodePicture(slicePicture(slice, [size, size], 1))),
    };
  });
}

function entropyOf({ classes, confidence, entropy }: PatchView, least: number): (number | null)[][] {
  const patches = entropy.length / classes;
  return Array.from({ length: classes }, (_, k) =>
    Array.from({ length: patches }, (_, j) => {
      const at = k * patches + j;
      return (confidence[at] as number) < least ? null : (entropy[at] as number);
    }),
  );
}

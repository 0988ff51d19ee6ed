import type { Files } from '../core/files.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { casesOf } from './evaluate-run.ts';
import { loadSegmenter } from './load-segmenter.ts';
import { predictFile } from './predict-file.ts';

/** Writes the masks a run's model finds in its test scans. */
export async function predictTestMasks(
  files: Files,
  runtime: Runtime,
  { run, data, masks }: { readonly run: string; readonly data: string; readonly masks: string },
): Promise<void> {
  const cases = await casesOf(files, run, data, 'test');
  const segmenter = await loadSegmenter(files, runtime, run);
  await files.remove(masks);
  const taken = new Map<string, string>();
  for (const { imagePath } of cases) {
    if (imagePath !== undefined)
      await predictFile(files, segmenter, { scan: imagePath, folder: masks, overlay: false, taken });
  }
  await segmenter.dispose();
}

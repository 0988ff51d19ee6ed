import { type Files, stem } from '../../core/files.ts';
import { fileScan } from '../../predict/scans/file-scan.ts';
import { evaluatedCases } from '../../runs/evaluated-cases.ts';
import { loadSegmenter } from '../../runs/load-segmenter.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { predictScan } from '../predict/predict-scan.ts';
import { targetsOf } from '../predict/predict-targets.ts';

/** Writes the masks a run's model finds in its test scans. */
export async function predictTestMasks(
  files: Files,
  runtime: Runtime,
  { run, data, masks }: { readonly run: string; readonly data: string; readonly masks: string },
): Promise<void> {
  const { cases } = await evaluatedCases(files, { run, data, part: 'test' });
  const segmenter = await loadSegmenter(files, runtime, run);
  await files.remove(masks);
  for (const { imagePath } of cases) {
    if (imagePath === undefined) continue;
    const scan = fileScan(files, [imagePath], stem(imagePath));
    const targets = targetsOf(scan, { folder: masks }, segmenter.info.classes.length);
    await predictScan(files, segmenter, scan, targets);
  }
  await segmenter.dispose();
}

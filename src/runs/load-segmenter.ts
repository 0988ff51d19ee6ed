import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { Segmenter, type SegmenterOptions } from '../predict/segmenter.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openRun } from './open-run.ts';
import { runPath } from './run-folder.ts';

/** The segmenter of a run folder (its model.onnx, else made from its best weights) or of an ONNX file. */
export async function loadSegmenter(
  files: Files,
  runtime: Runtime,
  path: string,
  options: SegmenterOptions = {},
): Promise<Segmenter> {
  const kind = await files.kind(path);
  if (kind === 'file') return Segmenter.load(runtime, await files.read(path), path, options);
  if (kind === undefined) {
    const hint = 'Point to a folder that patchcl train has written, or to a model.onnx.';
    throw new PatchclError('bad-usage', 'there is no such file or folder', { subject: path, hint });
  }
  const model = runPath(path, 'model');
  return Segmenter.load(runtime, await openRun(files, path).model(), model, options);
}

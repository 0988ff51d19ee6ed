import type { Files } from '../core/files.ts';
import { Segmenter, type SegmenterOptions } from '../predict/segmenter.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { runPath } from '../train/run-folder.ts';
import { modelBytes } from '../train/run-model.ts';

/** The segmenter of a run folder (its model.onnx, else made from its best weights) or of an ONNX file. */
export async function loadSegmenter(
  files: Files,
  runtime: Runtime,
  path: string,
  options: SegmenterOptions = {},
): Promise<Segmenter> {
  if ((await files.kind(path)) === 'file') return Segmenter.load(runtime, await files.read(path), path, options);
  const model = runPath(path, 'model');
  return Segmenter.load(runtime, await modelBytes(files, path), model, options);
}

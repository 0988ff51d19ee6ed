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
  const isFile = (await files.kind(path)) === 'file';
  return Segmenter.load(runtime, await modelFile(files, path), isFile ? path : runPath(path, 'model'), options);
}

/** The model of a run folder, or an ONNX file, as bytes. @throws PatchclError when there is none */
export async function modelFile(files: Files, path: string): Promise<Uint8Array> {
  const kind = await files.kind(path);
  if (kind === 'file') return files.read(path);
  if (kind === 'folder') return openRun(files, path).model();
  const hint = 'Point to a folder that patchcl train has written, or to a model.onnx.';
  throw new PatchclError('bad-usage', 'there is no such file or folder', { subject: path, hint });
}

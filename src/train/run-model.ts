import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { modelOfRun } from './model.ts';
import { hasFile, runPath } from './run-folder.ts';

/** The ONNX model of a run. @throws PatchclError `bad-usage` when the folder is no run, or one without a validation yet */
export async function modelBytes(files: Files, run: string): Promise<Uint8Array> {
  if (await hasFile(files, run, 'model')) return files.read(runPath(run, 'model'));
  if (await hasFile(files, run, 'best')) return modelOfRun(files, run);
  const isRun = await hasFile(files, run, 'config');
  const there = (await files.kind(run)) !== undefined;
  const problem = isRun
    ? 'this run has no model yet'
    : there
      ? 'this is not the folder of a training run'
      : 'there is no such file or folder';
  const hint = isRun
    ? `Train on with: patchcl train --resume --out ${run}`
    : 'Point to a folder that patchcl train has written, or to a model.onnx.';
  throw new PatchclError('bad-usage', problem, { subject: run, hint });
}

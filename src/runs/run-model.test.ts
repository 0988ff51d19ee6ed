import { expect, it } from 'vitest';
import { memoryFiles } from '../core/memory-files.ts';
import { openRun } from './open-run.ts';

it('a damaged model is one sentence that names it', async () => {
  const files = memoryFiles({ 'run/model.onnx': 'cut' });
  await expect(openRun(files, 'run').model()).rejects.toThrow(
    'run/model.onnx: this is not a whole ONNX file. Take a model.onnx that patchcl train or patchcl export has written.',
  );
});

it('and says that the weights can make it again, where they are there', async () => {
  const files = memoryFiles({ 'run/model.onnx': 'cut', 'run/best.safetensors': 'x' });
  await expect(openRun(files, 'run').model()).rejects.toThrow(
    'run/model.onnx: this is not a whole ONNX file. Remove it, and it is made again from best.safetensors.',
  );
});

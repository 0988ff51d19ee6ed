import { expect, it } from 'vitest';
import { memoryFiles } from '../core/memory-files.ts';
import { modelBytes } from './run-model.ts';

it('a damaged model is one sentence that names it', async () => {
  const files = memoryFiles({ 'run/model.onnx': 'cut' });
  await expect(modelBytes(files, 'run')).rejects.toThrow(
    'run/model.onnx: this is not a whole ONNX file. Take a model.onnx that patchcl train or patchcl export has written.',
  );
});

it('and says that the weights can make it again, where they are there', async () => {
  const files = memoryFiles({ 'run/model.onnx': 'cut', 'run/best.safetensors': 'x' });
  await expect(modelBytes(files, 'run')).rejects.toThrow(
    'run/model.onnx: this is not a whole ONNX file. Remove it, and it is made again from best.safetensors.',
  );
});

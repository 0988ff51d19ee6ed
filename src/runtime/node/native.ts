import { PatchclError } from '../../core/errors.ts';

/** ONNX Runtime's native package: optional, since it is the one part of patchcl that a machine may not be able to install. */
type NativeOrt = typeof import('onnxruntime-node');

const HINT =
  'To install it: npm install onnxruntime-node --ignore-scripts (its own install script downloads CUDA from outside npm).';

/** @throws PatchclError `unsupported` where it is not installed or has no build for this machine */
export async function nativeOrt(): Promise<NativeOrt> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : `does not load here (${message})`;
    throw new PatchclError('unsupported', `the native ONNX Runtime ${problem}`, { cause, hint: HINT });
  }
}

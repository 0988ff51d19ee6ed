import { tunedNodeRuntime } from '../../runtime/node/runtime.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** What computes in Node: the device, and how many threads of the processor. */
export interface NodeRuntimeOptions {
  /** Default `cpu`. WebGPU needs a driver for Vulkan, Metal or Direct3D 12; CUDA its libraries, see docs/devices.md. */
  readonly device?: 'cpu' | 'webgpu' | 'cuda';
  /** Threads within an operator. Default: all cores. */
  readonly threads?: number;
}

/**
 * What computes graphs in Node: ONNX Runtime, on this machine's fastest settings. Where the native one is not installed, the
 * processor runs it as WebAssembly, and the runtime's `note` says so.
 *
 * @throws PatchclError `unsupported` when the device is not there
 */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  return tunedNodeRuntime(options);
}

import type { Env, InferenceSession } from 'onnxruntime-common';
import { PatchclError } from '../../core/errors.ts';
import { residentSteps, type SessionOptions } from '../ort/resident.ts';
import { type Ort, wrapSession } from '../ort/session.ts';
import type { Runtime } from '../runtime.ts';

/** What computes in a page. */
export interface BrowserRuntimeOptions {
  /** Default `wasm`. One page can use both. */
  readonly device?: 'wasm' | 'webgpu';
  /**
   * Threads of `wasm`. Default: all cores on a page that is cross-origin isolated, otherwise 1, which is then also the most:
   * browsers share memory between threads only there. ONNX Runtime starts its threads once, so the first runtime of a page
   * decides.
   */
  readonly threads?: number;
  /**
   * Where the files `ort-wasm-*` of onnxruntime-web are served: a URL that ends with a slash, or one for each file. Default:
   * beside the script that holds this code.
   */
  readonly wasmPaths?: Env.WasmPrefixOrFilePaths;
}

/** What a browser tells of itself. Spelt out, since this package is checked without the types of the DOM. */
interface Page {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number; readonly gpu?: unknown };
}

/** Whether this browser offers WebGPU; an adapter may still be missing, which `load` then tells. */
export function hasWebGpu(): boolean {
  return (globalThis as Page).navigator?.gpu !== undefined;
}

/**
 * ONNX Runtime in a browser, in the page or in a worker: WebAssembly anywhere, WebGPU where the browser has it. Nothing is
 * fetched but the files in `wasmPaths`.
 *
 * @example
 * const runtime = await browserRuntime({ device: hasWebGpu() ? 'webgpu' : 'wasm', wasmPaths: '/onnxruntime/' });
 * @throws PatchclError `unsupported` without WebGPU where that is asked for, and from `load`
 */
export async function browserRuntime(options: BrowserRuntimeOptions = {}): Promise<Runtime> {
  const { device = 'wasm', wasmPaths } = options;
  if (device === 'webgpu' && !hasWebGpu()) {
    const hint = 'Use the device wasm, which works in every browser.';
    throw new PatchclError('unsupported', 'this browser does not offer WebGPU', { hint });
  }
  const page = globalThis as Page;
  const most = page.crossOriginIsolated === true ? (page.navigator?.hardwareConcurrency ?? 1) : 1;
  const threads = Math.min(options.threads ?? most, most);
  // Two builds: the one with WebGPU is twice as large, and its processor kernels are slower.
  const ort = await (device === 'webgpu' ? import('onnxruntime-web/webgpu') : import('onnxruntime-web/wasm'));
  ort.env.wasm.numThreads = threads;
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
  const sessionOptions: SessionOptions = {
    // Channels last, WebGPU's own preference, gives wrong convolutions; see runtime/node.
    executionProviders: [device === 'webgpu' ? { name: device, preferredLayout: 'NCHW' } : device],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  const create = (model: Uint8Array, more: SessionOptions = {}) =>
    createSession(ort, model, { ...sessionOptions, ...more }, device);
  const runtime: Runtime = {
    target: { device },
    description: `onnxruntime-web on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    load: async (model) => wrapSession(ort, await create(model)),
  };
  if (device !== 'webgpu') return runtime;
  // A browser has no profile to read the names of fallbacks from.
  return { ...runtime, loadResident: (step) => residentSteps({ ort, create }, step) };
}

async function createSession(
  ort: Ort,
  model: Uint8Array,
  options: SessionOptions,
  device: string,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    const problem = `ONNX Runtime could not load the model on ${device}: ${(cause as Error).message}`;
    throw new PatchclError('unsupported', problem, { cause });
  }
}

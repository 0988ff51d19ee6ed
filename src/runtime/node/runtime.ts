import { availableParallelism } from 'node:os';
import { PatchclError } from '../../core/errors.ts';
import { GraphWriter, input, toOnnx } from '../../graph/index.ts';
import { residentSteps, type SessionOptions } from '../ort/resident.ts';
import { wrapSession } from '../ort/session.ts';
import { type DeviceName, floats, type Runtime, type Session } from '../runtime.ts';
import { findFallbacks } from './fallbacks.ts';
import { nativeOrt } from './native.ts';
import { webAssemblyRuntime } from './web-assembly.ts';

export interface NodeRuntimeOptions {
  /** Default `cpu`. */
  readonly device?: Exclude<DeviceName, 'wasm'>;
  /** Threads within an operator. Default: all cores. */
  readonly threads?: number;
  /** Writes ONNX Runtime's profile to files of this prefix. */
  readonly profilePrefix?: string;
}

/**
 * The native ONNX Runtime in Node: CPU kernels, WebGPU where a Vulkan, Metal or D3D12 driver is, CUDA where its libraries are.
 *
 * @throws PatchclError `unsupported` from `load` when the runtime or the device is not there
 */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  const { device = 'cpu', threads = availableParallelism(), profilePrefix } = options;
  const sessionOptions: SessionOptions = {
    // In its own preferred layout, channels last, WebGPU's convolution of 6 or 9 channels is wrong (ONNX Runtime 1.30).
    executionProviders: [device === 'webgpu' ? { name: device, preferredLayout: 'NCHW' } : device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    enableMemPattern: false,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
  const create = (model: Uint8Array, more: SessionOptions = {}) =>
    createSession(model, { ...sessionOptions, ...more }, device);
  const runtime: Runtime = {
    target: { device },
    description: `onnxruntime-node on ${device}, ${threads} threads`,
    load: async (model) => wrapSession(await nativeOrt(), await create(model)),
  };
  if (device !== 'webgpu') return runtime;
  const fallbacks = (model: Uint8Array) => findFallbacks(model, create);
  return {
    ...runtime,
    loadResident: async (step) => residentSteps({ ort: await nativeOrt(), create, fallbacks }, step),
  };
}

/**
 * A runtime on this machine's fastest settings: with blocked convolution where ONNX Runtime has it. Without the native ONNX
 * Runtime, the processor runs WebAssembly, and the runtime's note says so.
 *
 * @throws PatchclError `unsupported` when the device is not there
 */
export async function tunedNodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const runtime = nodeRuntime(options);
  try {
    await nativeOrt();
  } catch (error) {
    if (runtime.target.device !== 'cpu' || !(error instanceof PatchclError)) throw error;
    return { ...(await webAssemblyRuntime(options)), note: withoutNative(error) };
  }
  if (runtime.target.device !== 'cpu') {
    await checkDevice(runtime);
    return runtime;
  }
  const nchwcBlock = await findNchwcBlock(runtime);
  return nchwcBlock === undefined ? runtime : { ...runtime, target: { ...runtime.target, nchwcBlock } };
}

/** What to tell a person whose machine has no native ONNX Runtime. */
function withoutNative(why: PatchclError): string {
  return `patchcl runs on the WebAssembly build of ONNX Runtime, which is slower and gives the same results: ${why.message}`;
}

/** Reads the block size off the output shape of a re-ordering: channels are padded to whole blocks. */
async function findNchwcBlock(runtime: Runtime): Promise<number | undefined> {
  const writer = new GraphWriter(runtime.target);
  const image = writer.input('x', 'float32', [1, 4, 1, 1]);
  const blocked = writer.node('ReorderInput', [image], { channels_last: 0 }, { domain: 'com.microsoft.nchwc' });
  writer.output('y', blocked, 'float32', ['n', 'c', 'h', 'w']);
  const session = await loadIfSupported(runtime, writer.finish());
  // No blocked kernels on this processor: plain convolution serves.
  if (session === undefined) return undefined;
  try {
    const { y } = await session.run({ x: floats(new Float32Array(4), [1, 4, 1, 1]) });
    const block = y?.shape[1] ?? 0;
    return block === 8 || block === 16 ? block : undefined;
  } finally {
    await session.dispose();
  }
}

/** Undefined where the device has no kernels for the model. */
async function loadIfSupported(runtime: Runtime, model: Uint8Array): Promise<Session | undefined> {
  try {
    return await runtime.load(model);
  } catch (error) {
    if (error instanceof PatchclError && error.code === 'unsupported') return undefined;
    throw error;
  }
}

const NEEDS: Readonly<Partial<Record<DeviceName, string>>> = {
  webgpu: 'It needs a driver for Vulkan (Linux), Metal or Direct3D 12. Run with --device cpu, which works everywhere.',
  cuda: 'On Linux with CUDA 12, install its part of ONNX Runtime: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false. --device cpu works everywhere.',
};

/** Finds out before any work is done whether the device is there. */
async function checkDevice(runtime: Runtime): Promise<void> {
  const { device } = runtime.target;
  try {
    const session = await runtime.load(toOnnx({ y: input('x', [1]) }, { target: runtime.target }));
    await session.dispose();
  } catch (cause) {
    const hint = NEEDS[device];
    const problem = `there is no ${device} device that ONNX Runtime can use here`;
    throw new PatchclError('unsupported', problem, { cause, ...(hint === undefined ? {} : { hint }) });
  }
}

async function createSession(model: Uint8Array, options: SessionOptions, device: DeviceName) {
  const ort = await nativeOrt();
  // A device that is not there is told by one sentence, not by ONNX Runtime's log.
  if (device !== 'cpu') ort.env.logLevel = 'fatal';
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    const problem = `ONNX Runtime could not load the model on ${device}: ${(cause as Error).message}`;
    throw new PatchclError('unsupported', problem, { cause });
  }
}

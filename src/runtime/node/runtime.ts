import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { PatchclError } from '../../core/errors.ts';
import type { DType } from '../../graph/tensor.ts';
import { GraphWriter } from '../../graph/writer.ts';
import { type DeviceName, floats, type NamedValues, type Runtime, type Session, type Values } from '../runtime.ts';

export interface NodeRuntimeOptions {
  /** Default `cpu`. */
  readonly device?: Exclude<DeviceName, 'wasm'>;
  /** Threads within an operator. Default: all cores. */
  readonly threads?: number;
  /** Writes ONNX Runtime's profile to files of this prefix. */
  readonly profilePrefix?: string;
}

/**
 * ONNX Runtime in Node: native CPU kernels, WebGPU where a Vulkan, Metal or D3D12 driver is, CUDA where its libraries are.
 *
 * @throws PatchclError `unsupported` from `load` when the device is not there
 */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  const { device = 'cpu', threads = availableParallelism(), profilePrefix } = options;
  const sessionOptions: InferenceSession.SessionOptions = {
    // In its own preferred layout, channels last, WebGPU's convolution of 6 or 9 channels is wrong (ONNX Runtime 1.30).
    executionProviders: [device === 'webgpu' ? { name: device, preferredLayout: 'NCHW' } : device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    enableMemPattern: false,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
  return {
    target: { device },
    description: `onnxruntime-node on ${device}, ${threads} threads`,
    async load(model) {
      const session = await create(model, sessionOptions, device);
      return wrap(session);
    },
  };
}

/** A runtime on this machine's fastest settings: with blocked convolution where ONNX Runtime has it. */
export async function tunedNodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const runtime = nodeRuntime(options);
  const nchwcBlock = runtime.target.device === 'cpu' ? await findNchwcBlock(runtime) : undefined;
  return nchwcBlock === undefined ? runtime : { ...runtime, target: { ...runtime.target, nchwcBlock } };
}

/** Reads the block size off the output shape of a re-ordering: channels are padded to whole blocks. */
async function findNchwcBlock(runtime: Runtime): Promise<number | undefined> {
  const writer = new GraphWriter(runtime.target);
  const image = writer.input('x', 'float32', [1, 4, 1, 1]);
  const blocked = writer.node('ReorderInput', [image], { channels_last: 0 }, { domain: 'com.microsoft.nchwc' });
  writer.output('y', blocked, 'float32', ['n', 'c', 'h', 'w']);
  try {
    const session = await runtime.load(writer.finish());
    const { y } = await session.run({ x: floats(new Float32Array(4), [1, 4, 1, 1]) });
    await session.dispose();
    const block = y?.shape[1] ?? 0;
    return block === 8 || block === 16 ? block : undefined;
  } catch {
    // No blocked kernels on this processor: plain convolution serves.
    return undefined;
  }
}

async function create(model: Uint8Array, options: InferenceSession.SessionOptions, device: DeviceName) {
  try {
    return await InferenceSession.create(model, options);
  } catch (cause) {
    const problem = `ONNX Runtime could not load the model on ${device}: ${(cause as Error).message}`;
    const hint = device === 'cpu' ? undefined : 'Run with --device cpu, which works everywhere.';
    throw new PatchclError('unsupported', problem, { cause, ...(hint === undefined ? {} : { hint }) });
  }
}

function wrap(session: InferenceSession): Session {
  return {
    async run(feeds, into) {
      const fetches = into === undefined ? session.outputNames : allFetches(session.outputNames, into);
      const results = await session.run(toOrt(feeds), fetches);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, into?.[name] ?? fromOrt(tensor as OrtTensor)]),
      );
    },
    dispose: () => session.release(),
  };
}

function allFetches(names: readonly string[], into: NamedValues): InferenceSession.NullableOnnxValueMapType {
  return Object.fromEntries(names.map((name) => [name, into[name] === undefined ? null : ortTensor(into[name])]));
}

function toOrt(values: NamedValues): Record<string, OrtTensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, ortTensor(value)]));
}

function ortTensor({ dtype, data, shape }: Values): OrtTensor {
  return new OrtTensor(dtype as 'float32', data as Float32Array, shape);
}

function fromOrt(tensor: OrtTensor): Values {
  return { dtype: tensor.type as DType, shape: tensor.dims, data: tensor.data as Values['data'] };
}

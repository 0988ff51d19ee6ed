import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { PatchclError } from '../../core/errors.ts';
import type { DType } from '../../graph/tensor.ts';
import type { DeviceName, NamedValues, Runtime, Session, Values } from '../runtime.ts';

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
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
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

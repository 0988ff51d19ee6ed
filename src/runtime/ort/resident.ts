import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { input, toOnnx } from '../../graph/index.ts';
import { floats, type NamedValues, type StepModel, type StepSession } from '../runtime.ts';
import { isNextName, nextName } from '../stateful.ts';
import { fromOrt, type Ort, ortFeeds, toOrt } from './session.ts';

export type SessionOptions = InferenceSession.SessionOptions;
type Buffers = Record<string, OrtTensor>;

/** What differs between hosts. */
export interface ResidentHost {
  readonly ort: Ort;
  /** Makes a session on the device. @throws PatchclError `unsupported` */
  create(model: Uint8Array, options: SessionOptions): Promise<InferenceSession>;
  /** Names the operators of a model that the device leaves to the processor; absent where the host cannot tell. */
  readonly fallbacks?: (model: Uint8Array) => Promise<readonly string[]>;
}

/** Makes ONNX Runtime refuse a model that the device cannot compute alone, instead of helping out with the processor. */
const DEVICE_ONLY = { session: { disable_cpu_ep_fallback: '1' } };

/**
 * A step on a device with memory of its own: the state goes up once, each step's outputs `next:x` are fed straight back as
 * the inputs `x`, and only the other outputs, scalars, come down.
 */
export async function residentSteps(host: ResidentHost, { model, state, initial }: StepModel): Promise<StepSession> {
  const { ort } = host;
  const names = Object.keys(state);
  const { session, fallbacks } = await deviceSession(host, model, names);
  let download: InferenceSession | undefined;
  let buffers: Buffers = Object.fromEntries(
    Object.entries(state).map(([name, { shape }]) => [name, toOrt(ort, floats(initial[name] as Float32Array, shape))]),
  );
  return {
    fallbacks,
    async step(feeds) {
      const results = await session.run({ ...ortFeeds(ort, session, feeds), ...buffers });
      release(buffers);
      buffers = Object.fromEntries(names.map((name) => [name, results[nextName(name)] as OrtTensor]));
      const measured = Object.entries(results).filter(([name]) => !isNextName(name));
      return Object.fromEntries(measured.map(([name, tensor]) => [name, fromOrt(tensor)])) satisfies NamedValues;
    },
    async state() {
      download ??= await host.create(copyModel(state), {});
      const copies = await download.run(buffers);
      return Object.fromEntries(names.map((name) => [name, copies[nextName(name)]?.data as Float32Array]));
    },
    async dispose() {
      release(buffers);
      await download?.release();
      await session.release();
    },
  };
}

async function deviceSession(host: ResidentHost, model: Uint8Array, state: readonly string[]) {
  const locations = Object.fromEntries(state.map((name) => [nextName(name), 'gpu-buffer' as const]));
  const options: SessionOptions = { preferredOutputLocation: locations };
  try {
    return { session: await host.create(model, { ...options, extra: DEVICE_ONLY }), fallbacks: [] };
  } catch {
    // Whatever else is wrong with model or device stops the attempt with fall-backs, too, and is reported then.
    const fallbacks = await host.fallbacks?.(model);
    return { session: await host.create(model, options), fallbacks };
  }
}

function release(buffers: Buffers): void {
  for (const tensor of Object.values(buffers)) if (tensor.location === 'gpu-buffer') tensor.dispose();
}

/**
 * A model that gives back what it is fed, in the processor's memory: the way to read tensors of the device. (To read one
 * directly ends the process in onnxruntime-node 1.30.)
 */
function copyModel(state: StepModel['state']): Uint8Array {
  const copies = Object.entries(state).map(([name, { shape }]) => [nextName(name), input(name, shape)] as const);
  return toOnnx(Object.fromEntries(copies));
}

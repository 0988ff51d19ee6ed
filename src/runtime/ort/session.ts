import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import type { DType } from '../../graph/index.ts';
import type { NamedValues, Session, Values } from '../runtime.ts';

/** What ONNX Runtime's packages for Node and for browsers have in common: one interface, two builds. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/**
 * An ONNX Runtime session behind patchcl's interface. Outputs are taken as ONNX Runtime makes them: buffers that it is given for
 * them it fills, but returns copies of (1.30), 12 ms for 16 MB in Node where a new output costs 3.
 */
export function wrapSession(ort: Ort, session: InferenceSession): Session {
  return {
    async run(feeds) {
      const results = await session.run(ortFeeds(ort, session, feeds));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]));
    },
    dispose: () => session.release(),
  };
}

/** The feeds that the model asks for: the browser's build refuses others. */
export function ortFeeds(ort: Ort, session: InferenceSession, values: NamedValues): Record<string, OrtTensor> {
  const wanted = session.inputNames.filter((name) => name in values);
  return Object.fromEntries(wanted.map((name) => [name, toOrt(ort, values[name] as Values)]));
}

export function toOrt(ort: Ort, { dtype, data, shape }: Values): OrtTensor {
  return new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
}

export function fromOrt(tensor: OrtTensor): Values {
  return { dtype: tensor.type as DType, shape: tensor.dims, data: tensor.data as Values['data'] };
}

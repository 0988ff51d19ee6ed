import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import type { DType } from '../../graph/tensor.ts';
import type { NamedValues, Session, Values } from '../runtime.ts';

/** What ONNX Runtime's packages for Node and for browsers have in common: one interface, two builds. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/**
 * An ONNX Runtime session behind patchcl's interface.
 *
 * @param options.fills whether this build fills output tensors that it is given; the WebAssembly one leaves them as they were
 */
export function wrapSession(ort: Ort, session: InferenceSession, { fills }: { fills: boolean }): Session {
  return {
    async run(feeds, into) {
      const given = fills && into !== undefined ? allFetches(ort, session.outputNames, into) : session.outputNames;
      const results = await session.run(ortFeeds(ort, session, feeds), given);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => {
          const buffer = into?.[name];
          if (buffer === undefined) return [name, fromOrt(tensor)];
          if (!fills) (buffer.data as Float32Array).set(tensor.data as Float32Array);
          return [name, buffer];
        }),
      );
    },
    dispose: () => session.release(),
  };
}

function allFetches(ort: Ort, names: readonly string[], into: NamedValues): InferenceSession.NullableOnnxValueMapType {
  return Object.fromEntries(names.map((name) => [name, into[name] === undefined ? null : toOrt(ort, into[name])]));
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

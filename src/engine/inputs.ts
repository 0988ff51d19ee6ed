import { input, type Shape, shapeError, show, sizeOf, type Tensor } from '../graph/index.ts';
import { mapNamed } from '../nn/parameters.ts';
import type { NamedValues, Values } from '../runtime/runtime.ts';

/** A value that a model is fed at every run: its shape, or shape and type. Class numbers and indices are `int64`. */
export type InputSpec = Shape | { readonly shape: Shape; readonly dtype: 'float32' | 'int32' | 'int64' | 'bool' };

/** The inputs of a model by name. */
export type InputSpecs = Readonly<Record<string, InputSpec>>;

/** One symbolic tensor for each input of a model. */
export type InputTensors<Inputs> = { readonly [Name in keyof Inputs]: Tensor };

/** The numbers of each input of a model, in C order. */
export type Feeds<Inputs> = { readonly [Name in keyof Inputs]: ArrayLike<number> };

const typeOf = (spec: InputSpec) => ('shape' in spec ? spec : ({ shape: spec, dtype: 'float32' } as const));

/** @throws PatchclError `shape` for a name that the training state has */
export function inputTensors<Inputs extends InputSpecs>(inputs: Inputs): InputTensors<Inputs> {
  const tensors = mapNamed<InputSpec, Tensor>(inputs, (spec, name) => {
    if (/[.:]/.test(name) || name === 'learningRate') throw shapeError('trainer', `an input cannot be called ${name}`);
    const { shape, dtype } = typeOf(spec);
    return input(name, shape, dtype);
  });
  return tensors as InputTensors<Inputs>;
}

/** @throws PatchclError `shape` for an input that is missing, or is given too few or too many numbers */
export function feedsOf<Inputs extends InputSpecs>(inputs: Inputs, feeds: Feeds<Inputs>): NamedValues {
  return mapNamed<InputSpec, Values>(inputs, (spec, name) => {
    const { shape, dtype } = typeOf(spec);
    const numbers = (feeds as Readonly<Record<string, ArrayLike<number> | undefined>>)[name];
    if (numbers?.length !== sizeOf(shape)) {
      const given = numbers === undefined ? 'none' : numbers.length;
      throw shapeError(`input ${name}`, `${sizeOf(shape)} numbers of shape ${show(shape)} were expected, got ${given}`);
    }
    if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(Array.from(numbers), BigInt) };
    if (dtype === 'int32') return { dtype, shape, data: Int32Array.from(numbers) };
    if (dtype === 'bool') return { dtype, shape, data: Uint8Array.from(numbers) };
    return { dtype, shape, data: Float32Array.from(numbers) };
  });
}

import type { Rng } from '../core/rng.ts';
import { input, type Shape, sizeOf, type Tensor } from '../graph/index.ts';

/** A parameter to be: its shape and how its values are drawn. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly init: (rng: Rng, size: number) => Float32Array;
  /** False for running statistics, which no optimiser touches. */
  readonly trainable: boolean;
}

/** Plain nested objects and arrays with a `T` at every leaf: parameters are a tree, not a class. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [name: string]: Tree<T> };

/** The tree `S` with every {@link ParameterSpec} replaced by a `T`. */
export type Filled<S, T> = S extends ParameterSpec ? T : { readonly [K in keyof S]: Filled<S[K], T> };

/** Named leaves, e.g. `encoder.0.conv1.weight`, in the order of the tree. */
export type Named<T> = Readonly<Record<string, T>>;

const isSpec = (node: object): node is ParameterSpec => 'init' in node && typeof node.init === 'function';

/** All parameters of a tree under dotted names. */
export function namedSpecs(tree: object, prefix = ''): Record<string, ParameterSpec> {
  if (isSpec(tree)) return { [prefix]: tree };
  const entries = Object.entries(tree).map(([key, child]) =>
    namedSpecs(child as object, prefix === '' ? key : `${prefix}.${key}`),
  );
  return Object.assign({}, ...entries) as Record<string, ParameterSpec>;
}

/** Puts named leaves back into the shape of a tree of specs. @throws when a name is missing */
export function fill<S extends object, T>(tree: S, leaves: Named<T>, prefix = ''): Filled<S, T> {
  if (isSpec(tree)) {
    const leaf = leaves[prefix];
    if (leaf === undefined) throw new Error(`parameter ${prefix} is missing`);
    return leaf as Filled<S, T>;
  }
  const entries = Object.entries(tree).map(([key, child]) => {
    return [key, fill(child as object, leaves, prefix === '' ? key : `${prefix}.${key}`)] as const;
  });
  const filled = Array.isArray(tree) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
  return filled as Filled<S, T>;
}

/** Draws the starting values, each parameter from its own key so that adding one leaves the others alone. */
export function initialise(specs: Named<ParameterSpec>, rng: Rng): Record<string, Float32Array> {
  return mapNamed(specs, ({ init, shape }, name) => init(rng.fork(name), sizeOf(shape)));
}

/** Graph inputs for parameters, named `<owner>.<name>`. */
export function parameterInputs(specs: Named<ParameterSpec>, owner: string): Record<string, Tensor> {
  return mapNamed(specs, ({ shape }, name) => input(`${owner}.${name}`, shape));
}

export function mapNamed<T, U>(named: Named<T>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, map(value, name)]));
}

const filledWith = (value: number) => (_: Rng, size: number) => new Float32Array(size).fill(value);

/** A parameter that starts at 0. @param trainable false for one that stays as it is */
export function zeros(shape: Shape, trainable = true): ParameterSpec {
  return { shape, init: filledWith(0), trainable };
}

/** A parameter that starts at 1. @param trainable false for one that stays as it is */
export function ones(shape: Shape, trainable = true): ParameterSpec {
  return { shape, init: filledWith(1), trainable };
}

/**
 * Normal values with variance 2 / ((1 + slope²) fan-in), which keeps the variance of activations through leaky ReLUs.
 * Fan-in is the product of all axes but the first. Source: He et al., "Delving deep into rectifiers", ICCV 2015.
 */
export function kaiming(shape: Shape, slope = 0.01): ParameterSpec {
  const deviation = Math.sqrt(2 / ((1 + slope * slope) * sizeOf(shape.slice(1))));
  return {
    shape,
    trainable: true,
    init: (rng, size) => Float32Array.from({ length: size }, () => deviation * rng.normal()),
  };
}

import { Rng } from '../core/rng.ts';
import { gradients } from '../graph/autodiff.ts';
import { constant, input } from '../graph/leaf.ts';
import { toOnnx } from '../graph/model.ts';
import { sum } from '../graph/ops/broadcast.ts';
import { mul } from '../graph/ops/elementwise.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { floats, type NamedValues, type Runtime } from '../runtime/runtime.ts';

export interface GradientCheck {
  /** Shapes of the inputs, one tensor each. */
  readonly shapes: readonly Shape[];
  /** The function under test. */
  readonly build: (...inputs: Tensor[]) => Tensor;
  /** Draws one input value. Default: standard normal. */
  readonly draw?: (rng: Rng, input: number) => number;
  /** Distance of the two points of a central difference. */
  readonly step?: number;
  readonly seed?: number;
}

/** One tensor for each shape. */
export type EachShape<Shapes extends readonly Shape[]> = { [I in keyof Shapes]: Tensor };

/** A check of a function that takes one tensor for each shape. */
export function check<const Shapes extends readonly Shape[]>(
  shapes: Shapes,
  build: (...inputs: EachShape<Shapes>) => Tensor,
  options: Pick<GradientCheck, 'draw' | 'step' | 'seed'> = {},
): GradientCheck {
  return { shapes, build: build as GradientCheck['build'], ...options };
}

/**
 * The function of a check at random inputs, with the gradients of a random weighting of its output.
 *
 * @returns outputs `y` and, for every input i that has a gradient, `d<i>`
 */
export function gradientGraph({ shapes, build, draw = (rng) => rng.normal(), seed = 1 }: GradientCheck) {
  const rng = new Rng(seed, 'gradient-check');
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
  const output = build(...inputs);
  const weighting = Float32Array.from({ length: sizeOf(output.shape) }, () => rng.normal());
  const derived = gradients(sum(mul(output, constant(weighting, output.shape))), inputs);
  const outputs: Record<string, Tensor> = {
    y: output,
    ...Object.fromEntries(derived.flatMap((d, i) => (d === undefined ? [] : [[`d${i}`, d]]))),
  };
  const data = shapes.map((shape, i) => Float32Array.from({ length: sizeOf(shape) }, () => draw(rng, i)));
  const feeds: NamedValues = Object.fromEntries(data.map((values, i) => [`x${i}`, floats(values, shapes[i] as Shape)]));
  return { outputs, data, feeds, weighting };
}

/**
 * Largest difference between the derived gradient and fourth-order central differences of a random weighting of the output,
 * relative to the largest gradient entry of that input.
 */
export async function gradientError(
  check: GradientCheck,
  runtime: Runtime = nodeRuntime({ threads: 1 }),
): Promise<number> {
  const { step = 0.02 } = check;
  const { outputs, data, feeds, weighting } = gradientGraph(check);
  const session = await runtime.load(toOnnx(outputs, { target: runtime.target }));

  /** Weighted output in double precision: the weighting must not add rounding of its own. */
  const weighted = async () => {
    const { y } = await session.run(feeds);
    return weighting.reduce((total, weight, i) => total + weight * Number(y?.data[i]), 0);
  };
  const results = await session.run(feeds);
  let worst = 0;
  for (const [i, values] of data.entries()) {
    const analytic = Float32Array.from((results[`d${i}`]?.data as Float32Array | undefined) ?? values.map(() => 0));
    const scale = Math.max(1e-3, ...analytic.map(Math.abs));
    for (let j = 0; j < values.length; j++) {
      const centre = values[j] as number;
      const at = async (offset: number) => {
        values[j] = centre + offset;
        return weighted();
      };
      const near = (await at(step)) - (await at(-step));
      const far = (await at(2 * step)) - (await at(-2 * step));
      values[j] = centre;
      const numeric = (8 * near - far) / (12 * step);
      worst = Math.max(worst, Math.abs(numeric - (analytic[j] as number)) / scale);
    }
  }
  await session.dispose();
  return worst;
}

import { toOnnx } from '../graph/model.ts';
import type { Tensor } from '../graph/tensor.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import type { NamedValues, Runtime } from '../runtime/runtime.ts';

/** Computes tensors of a graph, for tests. */
export async function evaluate(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: NamedValues = {},
  runtime: Runtime = nodeRuntime({ threads: 1 }),
): Promise<Record<string, number[]>> {
  const session = await runtime.load(toOnnx(outputs, { target: runtime.target }));
  const values = await session.run(feeds);
  await session.dispose();
  return Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

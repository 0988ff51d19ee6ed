/**
 * Times the deployed U-Net of SSL4MIS (batch norm), images to class probabilities, in a process of its own.
 *
 * usage: tsx bench/inference.ts '{"batch": 4, "size": 256, "steps": 7, "threads": 2}'
 * prints one line of JSON: {"float32": [ms, ...], "int8": [ms, ...]}
 */
import { writeFile } from 'node:fs/promises';
import { Rng } from '../src/core/rng.ts';
import { sizeOf } from '../src/graph/shape.ts';
import { initialise, namedSpecs } from '../src/nn/parameters.ts';
import { type UNetOptions, unetSpec } from '../src/nn/unet.ts';
import { deployedModel, IMAGE } from '../src/predict/network-session.ts';
import { quantisedModel } from '../src/predict/quantised-model.ts';
import { nodeRuntime } from '../src/runtime/node/runtime.ts';
import { floats } from '../src/runtime/runtime.ts';
import { configSchema } from '../src/settings/config.ts';
import { plannedConfig } from '../src/settings/plan.ts';
import { PRESETS } from '../src/settings/presets.ts';
import { timed } from './times.ts';

export interface InferenceBenchmark {
  readonly batch: number;
  readonly size: number;
  readonly steps: number;
  readonly threads: number;
  /** File that the model is written to, for others to run. */
  readonly write?: string;
}

export interface InferenceTimes {
  readonly float32: readonly number[];
  readonly int8: readonly number[];
}

const SEED = 1;

async function measure({ batch, size, steps, threads, write: file }: InferenceBenchmark): Promise<InferenceTimes> {
  const network: UNetOptions = {
    ...plannedConfig(configSchema.parse(PRESETS.paper), undefined).network,
    channels: 1,
    classes: 4,
  };
  const weights = initialise(namedSpecs(unetSpec(network)), new Rng(SEED));
  const shape = [batch, network.channels, size, size];
  const random = new Rng(SEED, 'images');
  const pixels = Float32Array.from({ length: sizeOf(shape) }, () => random.float());
  const image = floats(pixels, shape);
  const runtime = nodeRuntime({ threads });
  const time = async (model: Uint8Array) => {
    const session = await runtime.load(model);
    const times = await timed(steps, () => session.run({ [IMAGE]: image }));
    await session.dispose();
    return times;
  };
  // What is timed does not depend on the weights, nor on the images that ranges are taken from.
  const write = await quantisedModel(runtime, network, size, weights, [pixels.slice(0, size * size)]);
  const model = deployedModel(network, size, weights);
  if (file !== undefined) await writeFile(file, model);
  return { float32: await time(model), int8: await time(write({})) };
}

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}') as InferenceBenchmark))}\n`);

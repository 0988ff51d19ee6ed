import { Rng } from '../../../core/rng.ts';
import { sizeOf } from '../../../graph/shape.ts';
import { type Optimiser, sgd } from '../../../nn/optimisers.ts';
import { nodeRuntime } from '../../../runtime/node/runtime.ts';
import { floats, type NamedValues, scalarValue, type Values } from '../../../runtime/runtime.ts';
import { startSteps } from '../../../runtime/stateful.ts';
import { stepProgram } from '../../../train/program.ts';
import { initialState } from '../../../train/state.ts';
import type { Feed } from '../../feeds.ts';
import { methodSettings } from '../../settings.ts';
import type { StepShape } from '../../step-shape.ts';
import { patchcl } from '../index.ts';

const SIZE = 16;
export const LEARNING_RATE = 0.01;
export const shape: StepShape = {
  network: {
    channels: 1,
    classes: 3,
    widths: [4, 6],
    stem: 'plain',
    normalisation: 'instance',
    upsampling: 'nearest',
    dropout: [],
  },
  size: SIZE,
  labelled: 2,
  unlabelled: 2,
};
const runtime = nodeRuntime({ threads: 1 });

export interface Scenario {
  readonly contrast?: object;
  readonly mixing?: object;
  /** Class of a pixel of a labelled image. */
  readonly label: (row: number, column: number) => number;
  readonly steps?: number;
  readonly optimiser?: Optimiser;
  /** State before the first step, where it is not what training starts with. */
  readonly before?: Readonly<Record<string, Float32Array>>;
}

export const SGD = sgd({ momentum: 0.9, weightDecay: 0 });

/** The last phase, and the settings it is built with. */
export function refinement(contrast: object = {}, mixing: object = {}) {
  const settings = methodSettings.parse({
    consistency: { start: 0 },
    mixing,
    contrast: { dimensions: 4, anchorsPerClass: 4, positivesPerAnchor: 2, keysPerClass: 32, leastKeys: 4, ...contrast },
  });
  return { settings, phase: patchcl.phases(settings).at(-1) as ReturnType<typeof patchcl.phases>[number] };
}

/** Trains some steps past the warm-up and reports every scalar of every step, and the final state. */
export async function train({ contrast, mixing, label, steps = 3, optimiser = SGD, before = {} }: Scenario) {
  const { settings, phase } = refinement(contrast, mixing);
  const program = stepProgram(phase, { shape, settings, optimiser, target: runtime.target });
  const state = initialState({ method: patchcl, settings, shape, optimiser, seed: 1 });
  const initial = { ...Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data])), ...before };
  const session = await startSteps(runtime, { ...program, initial });
  const scalars: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) {
    const outputs = await session.step(feeds(program.feeds, step, label));
    scalars.push(Object.fromEntries(program.scalars.map((name) => [name, Number(outputs[name]?.data[0])])));
  }
  const final = Object.fromEntries(Object.entries(await session.state()).map(([name, data]) => [name, data.slice()]));
  await session.dispose();
  return { scalars, initial, final, program };
}

export function feeds(requests: readonly Feed[], step: number, label: Scenario['label']): NamedValues {
  const rng = new Rng('contrast.test', step);
  const values = (feed: Feed): Values => {
    const length = sizeOf(feed.shape);
    if (feed.kind === 'labels') {
      const data = Int32Array.from({ length }, (_, i) => label(Math.floor(i / SIZE) % SIZE, i % SIZE));
      return { dtype: 'int32', shape: feed.shape, data };
    }
    if (feed.kind === 'scheduled') return scalarValue(1);
    return floats(
      Float32Array.from({ length }, () => rng.float()),
      feed.shape,
    );
  };
  return {
    ...Object.fromEntries(requests.map((feed) => [feed.name, values(feed)])),
    learningRate: scalarValue(LEARNING_RATE),
    emaDecay: scalarValue(0.9),
  };
}

export const quarters = (row: number, column: number) => (row < 8 ? (column < 8 ? 1 : 2) : 0);
export const finite = (values: ArrayLike<number>) => Array.from(values).every(Number.isFinite);

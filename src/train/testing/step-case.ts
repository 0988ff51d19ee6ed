import { ALONE, type Ranks } from '../../core/ranks.ts';
import { Rng } from '../../core/rng.ts';
import type { Slice } from '../../data/dataset.ts';
import { IGNORED } from '../../imaging/volume.ts';
import { methodNamed } from '../../methods/index.ts';
import type { NamedValues, Runtime, StepSession } from '../../runtime/runtime.ts';
import { startSteps } from '../../runtime/stateful.ts';
import { type ConfigInput, configSchema } from '../../settings/config.ts';
import { plannedConfig } from '../../settings/plan.ts';
import { operatorsOf } from '../../testing/operators.ts';
import { FeedMaker } from '../feeds.ts';
import { PartOfBatch } from '../part-of-batch.ts';
import { type StepProgram, stepProgram } from '../program.ts';
import { scheduleAt } from '../schedule.ts';
import { initialState } from '../state.ts';
import { optimiserOf } from '../trainer.ts';

/** Side of the images unless the configuration says another. */
const SIZE = 16;
const CLASSES = 3;

/** A training step that is small but whole, to run on several devices. */
export interface StepCase {
  readonly scalars: readonly string[];
  /** The operators of its model for a device, by their ONNX names. */
  operators(target: Runtime['target']): ReadonlySet<string>;
  /** What the step is fed; made once, so that every device gets the same. */
  feeds(step: number): NamedValues;
  start(runtime: Runtime): Promise<StepSession>;
}

export interface StepCaseOptions {
  /** Changes to the configuration. */
  readonly overrides?: ConfigInput;
  /** Who does the step together with others. */
  readonly ranks?: Ranks;
  /** Whether nobody has annotated a part of each image, another share of each. */
  readonly ignores?: boolean;
}

/** The last phase of a method: for PatchCL, past its warm-up. */
export function stepCase(method: string, { overrides, ranks, ignores = false }: StepCaseOptions = {}): StepCase {
  const requested = configSchema.parse({
    method,
    size: SIZE,
    network: { widths: [8, 16], dropout: [0, 0.25] },
    batch: { labelled: 2, unlabelled: 2 },
    optimiser: { kind: 'sgd', learningRate: 0.05, rampSteps: 0 },
    consistency: { threshold: 0.4 },
    contrast: { dimensions: 4, anchorsPerClass: 3, positivesPerAnchor: 2, keysPerClass: 24, leastKeys: 4 },
    ...overrides,
  });
  const config = plannedConfig(requested, undefined);
  const network = { ...config.network, channels: 1, classes: CLASSES };
  const { labelled, unlabelled } = new PartOfBatch(config.batch, ranks ?? ALONE);
  const shape = { network, size: config.size, labelled, unlabelled, ...(ranks && { place: ranks }), ignores };
  const phases = methodNamed(method).phases(config);
  const phase = phases.at(-1) as (typeof phases)[number];
  const optimiser = optimiserOf(config);
  const discs = (first: number) => [0, 1, 2].map((i) => disc(first + i, config.size, ignores));
  const slices = { labelled: discs(0), unlabelled: discs(3) };
  const maker = new FeedMaker(config, slices, ranks);
  const program = (target: Runtime['target']): StepProgram =>
    stepProgram(phase, { shape, settings: config, optimiser, target });
  const { feeds, scalars, own } = program({ device: 'cpu' });
  const state = initialState({
    method: methodNamed(method),
    settings: config,
    shape,
    optimiser,
    seed: config.seed,
    own,
  });
  const initial = Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data]));

  return {
    scalars,
    operators: (target) => new Set(operatorsOf(program(target).model)),
    feeds: (step) => maker.make(feeds, step, scheduleAt(config, step, 0.9)),
    start: (runtime) => startSteps(runtime, { ...program(runtime.target), initial }, ranks),
  };
}

/** A disc with a core, on noise. */
function disc(number: number, size: number, ignores: boolean): Slice {
  const rng = new Rng('step-case', number);
  const pixels = (low: number, high: number) => (size / SIZE) * rng.uniform(low, high);
  const [row, column, radius] = [pixels(6, 10), pixels(6, 10), pixels(4, 6)];
  const distances = Array.from({ length: size * size }, (_, i) =>
    Math.hypot(Math.floor(i / size) - row, (i % size) - column),
  );
  const label = Uint8Array.from(distances, (distance) => (distance > radius ? 0 : distance > radius / 2 ? 1 : 2));
  const image = Float32Array.from(label, (value) => 0.2 + 0.25 * value + 0.1 * rng.float());
  if (ignores) label.fill(IGNORED, 0, Math.round((size * size * (1 + 2 * number)) / 8));
  return { id: `disc#${number}`, patient: String(number), image, label };
}

import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { gradients } from '../../graph/autodiff.ts';
import { sizeOf } from '../../graph/shape.ts';
import { adamW, type Optimiser, sgd } from '../../nn/optimisers.ts';
import { nodeRuntime } from '../../runtime/node/runtime.ts';
import { floats, type NamedValues, scalarValue, type Values } from '../../runtime/runtime.ts';
import { startSteps } from '../../runtime/stateful.ts';
import { largestDifference } from '../../testing/compare.ts';
import { stepProgram } from '../../train/program.ts';
import { initialState } from '../../train/state.ts';
import type { Feed } from '../feeds.ts';
import { methodSettings } from '../settings.ts';
import { StepGraph } from '../step-graph.ts';
import type { StepShape } from '../step-shape.ts';
import { contrastLoss } from './contrast.ts';
import { patchcl } from './index.ts';

const SIZE = 16;
const LEARNING_RATE = 0.01;
const shape: StepShape = {
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

interface Scenario {
  readonly contrast?: object;
  /** Class of a pixel of a labelled image. */
  readonly label: (row: number, column: number) => number;
  readonly steps?: number;
  readonly optimiser?: Optimiser;
  /** State before the first step, where it is not what training starts with. */
  readonly before?: Readonly<Record<string, Float32Array>>;
}

const SGD = sgd({ momentum: 0.9, weightDecay: 0 });

/** The last phase, and the settings it is built with. */
function refinement(contrast: object = {}) {
  const settings = methodSettings.parse({
    consistency: { start: 0 },
    contrast: { dimensions: 4, anchorsPerClass: 4, positivesPerAnchor: 2, keysPerClass: 32, leastKeys: 4, ...contrast },
  });
  return { settings, phase: patchcl.phases(settings).at(-1) as ReturnType<typeof patchcl.phases>[number] };
}

/** Trains some steps past the warm-up and reports every scalar of every step, and the final state. */
async function train({ contrast, label, steps = 3, optimiser = SGD, before = {} }: Scenario) {
  const { settings, phase } = refinement(contrast);
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

function feeds(requests: readonly Feed[], step: number, label: Scenario['label']): NamedValues {
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

const quarters = (row: number, column: number) => (row < 8 ? (column < 8 ? 1 : 2) : 0);
const finite = (values: ArrayLike<number>) => Array.from(values).every(Number.isFinite);

describe('the contrastive loss in a training step', () => {
  it('gives a gradient to encoder and projection head, to nothing else', () => {
    const { settings, phase } = refinement();
    const step = new StepGraph(shape, settings, phase);
    const parameters = Object.entries(step.student.named);
    const found = gradients(
      contrastLoss(step).loss,
      parameters.map(([, parameter]) => parameter),
    );
    const reached = parameters.map(([name]) => name).filter((_, i) => found[i] !== undefined);
    const expected = Object.keys(step.student.named).filter((name) => /^(head|unet\.encoder)\./.test(name));
    expect(reached).toEqual(expected);
    expect(expected.length).toBeLessThan(parameters.length);
  });

  it('moves encoder and head', async () => {
    const { scalars, initial, final } = await train({ label: quarters });
    expect(scalars.at(-1)?.readyClasses).toBe(3);
    expect(scalars.at(-1)?.contrast).toBeGreaterThan(0);
    for (const name of ['student.head.output.weight', 'student.unet.encoder.0.conv1', 'teacher.head.hidden.weight']) {
      expect(final[name], name).not.toEqual(initial[name]);
    }
  });

  it('moves a head that joins late by the learning rate, as Adam moves all at their first step', async () => {
    const { initial, final } = await train({
      label: quarters,
      steps: 1,
      optimiser: adamW({ beta1: 0.9, beta2: 0.999, weightDecay: 0 }),
      before: { 'optimiser.steps.student.unet': Float32Array.of(1000) },
    });
    const [before, after] = [initial, final].map((state) => state['student.head.output.weight'] as Float32Array);
    const largest = Math.max(...(after ?? []).map((value, i) => Math.abs(value - (before?.[i] ?? Number.NaN))));
    expect(largest).toBeCloseTo(LEARNING_RATE, 4);
    expect(Array.from(final['optimiser.steps.student.unet'] ?? [])).toEqual([1001]);
    expect(Array.from(final['optimiser.steps.student.head'] ?? [])).toEqual([1]);
  });

  it('fills the buffers with embeddings of length 1, as many as are valid', async () => {
    const { final } = await train({ label: quarters, steps: 2 });
    const [keys, filled] = [final.keys as Float32Array, final.filled as Float32Array];
    // 2 steps of 4 anchors with 2 positives each.
    expect(filled.slice(0, 32).reduce((total, value) => total + value, 0)).toBe(16);
    filled.forEach((value, row) => {
      if (value === 1) expect(Math.hypot(...keys.slice(row * 4, row * 4 + 4))).toBeCloseTo(1, 5);
    });
  });

  it.each([
    ['a class is in no label', { label: (row: number) => (row < 8 ? 1 : 0) }],
    ['a class is nowhere', { label: () => 0, contrast: { delta: 0.95 } }],
    ['keys come from the student', { label: quarters, contrast: { keys: 'student', pseudoLabels: 'student' } }],
    ['lambda is 0', { label: quarters, contrast: { lambda: 0 } }],
  ])('stays finite when %s', async (_, scenario: Scenario) => {
    const { scalars, final } = await train(scenario);
    for (const step of scalars) expect(finite(Object.values(step)), JSON.stringify(step)).toBe(true);
    for (const [name, values] of Object.entries(final)) expect(finite(values), name).toBe(true);
  });

  it('is 0 and moves nothing while no class has keys enough', async () => {
    const { scalars, initial, final } = await train({ label: quarters, contrast: { leastKeys: 33, keysPerClass: 64 } });
    expect(scalars.map((step) => Math.abs(step.contrast as number))).toEqual([0, 0, 0]);
    expect(final['student.head.output.weight']).toEqual(initial['student.head.output.weight']);
  });

  it('is 0 where no patch is a candidate', async () => {
    const { scalars } = await train({ label: (row, column) => (row + column) % 3, contrast: { delta: 0.95 } });
    // Unlabelled images may have candidates, by pseudo-labels of their own.
    expect(scalars[0]?.readyClasses).toBe(0);
    expect(scalars[0]?.contrast).toBeCloseTo(0, 12);
  });

  it('has no phase where it has no weight', () => {
    const phasesAt = (weight: number) => patchcl.phases(methodSettings.parse({ contrast: { weight } }));
    expect(phasesAt(0.1).map(({ name }) => name)).toEqual(['labels', 'consistency', 'contrast']);
    expect(phasesAt(0).map(({ name }) => name)).toEqual(['labels', 'consistency']);
  });

  it('counts a class once it has keys enough: the third step of 8 keys reaches 20', async () => {
    const { scalars } = await train({ label: quarters, contrast: { leastKeys: 20 } });
    expect(scalars.map((step) => step.readyClasses)).toEqual([0, 0, 3]);
  });

  it('gives no gradient through keys, be they of the student', async () => {
    // Before the first step both networks are equal, so are their keys, and so must be the steps they lead to.
    const scenario = { label: quarters, steps: 1 };
    const contrast = { keysPerClass: 8, leastKeys: 8 };
    const { final: byTeacher, scalars } = await train({ ...scenario, contrast });
    const { final: byStudent } = await train({ ...scenario, contrast: { ...contrast, keys: 'student' } });
    expect(scalars[0]?.readyClasses).toBe(3);
    for (const [name, values] of Object.entries(byStudent)) {
      expect(largestDifference(values, byTeacher[name] ?? []), name).toBeLessThan(1e-5);
    }
  });

  it('keeps no buffer with keys of the student', async () => {
    const { program } = await train({ label: quarters, contrast: { keys: 'student' }, steps: 1 });
    expect(Object.keys(program.state)).not.toContain('keys');
  });
});

describe('warm-up', () => {
  it('feeds labels only, then consistency, then the contrast', () => {
    const settings = methodSettings.parse({ consistency: { start: 0.1 }, contrast: { warmUp: 0.5 } });
    const phases = patchcl.phases(settings).map(({ name, start, usesUnlabelled }) => ({ name, start, usesUnlabelled }));
    expect(phases).toEqual([
      { name: 'labels', start: 0, usesUnlabelled: false },
      { name: 'consistency', start: 0.1, usesUnlabelled: true },
      { name: 'contrast', start: 0.5, usesUnlabelled: true },
    ]);
  });
});

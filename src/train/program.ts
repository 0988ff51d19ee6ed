import { gradients } from '../graph/autodiff.ts';
import { add } from '../graph/elementwise.ts';
import { input } from '../graph/leaf.ts';
import { toOnnx } from '../graph/model.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Target } from '../graph/writer.ts';
import type { Phase } from '../methods/method.ts';
import type { MethodSettings } from '../methods/settings.ts';
import { type Feed, networkSpecs, StepGraph, type StepShape } from '../methods/step-graph.ts';
import type { ForwardContext } from '../nn/context.ts';
import { exponentialMovingAverage, type Optimiser, type OptimiserFeeds } from '../nn/optimisers.ts';
import { nextName } from '../runtime/stateful.ts';

/** Scalars every step is fed, beside what its objective asks for. */
export const STEP_SCALARS = ['learningRate', 'optimiserStep', 'emaDecay'] as const;

/** One phase's training step as an ONNX model. */
export interface StepProgram {
  readonly phase: Phase;
  readonly model: Uint8Array;
  /** State tensors the model reads and writes, by name. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** What the batch maker has to feed. */
  readonly feeds: readonly Feed[];
  /** Names of the scalar outputs: `loss`, then every term and every observed value. */
  readonly scalars: readonly string[];
}

export interface StepOptions {
  readonly shape: StepShape;
  readonly settings: MethodSettings;
  readonly optimiser: Optimiser;
  readonly target: Target;
}

/**
 * Builds a whole training step: objective, gradients, optimiser and EMA teacher in one graph. State goes in under its name
 * and comes out under `next:<name>`.
 */
export function stepProgram(phase: Phase, { shape, settings, optimiser, target }: StepOptions): StepProgram {
  const step = new StepGraph(shape, settings, phase);
  const objective = phase.objective(step);
  const terms = Object.entries(objective.terms);
  const loss = terms.map(([, term]) => term).reduce((total, term) => add(total, term));
  const updates = [
    ...networkUpdates(step, loss, optimiser),
    ...Object.entries(objective.buffers ?? {}).map(([name, { current, next }]) => ({ name, current, next })),
  ];
  const scalars = { loss, ...objective.terms, ...objective.observed };
  const outputs = {
    ...scalars,
    ...Object.fromEntries(updates.map(({ name, next }) => [nextName(name), next])),
  };
  return {
    phase,
    model: toOnnx(outputs, { target }),
    state: Object.fromEntries(updates.map(({ name, current }) => [name, current])),
    feeds: step.feeds,
    scalars: Object.keys(scalars),
  };
}

interface Update {
  readonly name: string;
  readonly current: Tensor;
  readonly next: Tensor;
}

/** Student by the optimiser, its running statistics by the forward pass, teacher by EMA of both. */
function networkUpdates(step: StepGraph, loss: Tensor, optimiser: Optimiser): Update[] {
  const feeds: OptimiserFeeds = { learningRate: input('learningRate', []), step: input('optimiserStep', []) };
  const emaDecay = input('emaDecay', []);
  const specs = networkSpecs(step.shape.network, step.settings.contrast.dimensions);
  const names = Object.keys(specs).filter((name) => specs[name]?.trainable);
  const byName = gradients(
    loss,
    names.map((name) => step.student.named[name] as Tensor),
  );
  const gradientOf = new Map(names.map((name, i) => [name, byName[i]]));
  return Object.entries(step.student.named).flatMap(([name, student]) => {
    const gradient = gradientOf.get(name);
    const moved: Update[] =
      gradient === undefined
        ? runningStatistic(name, student, step.studentContext)
        : optimised(name, student, gradient, optimiser, feeds);
    const next = moved[0]?.next ?? student;
    const teacher = step.teacher.named[name] as Tensor;
    // Parameters that this phase leaves alone (the head before the contrast) need no EMA either.
    return moved.length === 0
      ? moved
      : [
          ...moved,
          { name: `teacher.${name}`, current: teacher, next: exponentialMovingAverage(teacher, next, emaDecay) },
        ];
  });
}

function runningStatistic(name: string, student: Tensor, context: ForwardContext): Update[] {
  const next = context.statistics.get(student);
  return next === undefined ? [] : [{ name: `student.${name}`, current: student, next }];
}

function optimised(
  name: string,
  student: Tensor,
  gradient: Tensor,
  optimiser: Optimiser,
  feeds: OptimiserFeeds,
): Update[] {
  const slots = optimiser.slots.map((slot) => ({
    name: slotName(slot, name),
    current: input(slotName(slot, name), student.shape),
  }));
  const result = optimiser.update(
    student,
    gradient,
    slots.map(({ current }) => current),
    feeds,
  );
  return [
    { name: `student.${name}`, current: student, next: result.parameter },
    ...slots.map((slot, i) => ({ ...slot, next: result.slots[i] as Tensor })),
  ];
}

/** Name of an optimiser slot in the training state. */
export function slotName(slot: string, parameter: string): string {
  return `optimiser.${slot}.${parameter}`;
}

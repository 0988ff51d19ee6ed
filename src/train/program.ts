import {
  add,
  concat,
  cutIntoStages,
  gradients,
  input,
  meanOverRanks,
  reshape,
  sizeOf,
  split,
  stagesToOnnx,
  type Target,
  type Tensor,
} from '../graph/index.ts';
import {
  type Feed,
  type MethodSettings,
  networkSpecs,
  type OwnParameters,
  type Phase,
  StepGraph,
  type StepShape,
} from '../methods/index.ts';
import { exponentialMovingAverage, type Optimiser } from '../nn/optimisers.ts';
import type { Packs } from '../runtime/packs.ts';
import type { StageModel } from '../runtime/runtime.ts';
import { nextName } from '../runtime/stateful.ts';

/** Scalars every step is fed, beside what its objective asks for. */
export const STEP_SCALARS = ['learningRate', 'emaDecay'] as const;

/** One phase's training step as an ONNX model. */
export interface StepProgram {
  readonly phase: Phase;
  readonly model: Uint8Array;
  /** What runs before it, a sum over the ranks after each: empty for a rank that trains alone. */
  readonly before: readonly StageModel[];
  /** State tensors the model reads and writes, by name. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** What lies side by side in a state tensor, by its name. */
  readonly packs: Packs;
  /** Parameters of the method's own, by owner. */
  readonly own: ReadonlyMap<string, OwnParameters>;
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
 * and comes out under `next:<name>`. For one of several ranks the graph is cut where they have to hear from each other. All
 * parameters of a group lie side by side in one tensor, and so do their teacher's and each slot of the optimiser: they move in a
 * dozen operators instead of a dozen for each.
 */
export function stepProgram(phase: Phase, { shape, settings, optimiser, target }: StepOptions): StepProgram {
  const step = new StepGraph(shape, settings, phase);
  const objective = phase.objective(step);
  const terms = Object.entries(objective.terms);
  const loss = terms.map(([, term]) => term).reduce((total, term) => add(total, term));
  const trained = trainedParameters(step, loss);
  const moved = movedParameters(step, trained, optimiser);
  const updates = [
    ...moved.updates,
    ...runningStatistics(step, moved.emaDecay),
    ...Object.entries(objective.buffers ?? {}).map(([name, { current, next }]) => ({ name, current, next })),
  ];
  const scalars = { loss, ...objective.terms, ...objective.observed };
  const outputs = {
    ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, meanOverRanks(value)])),
    ...Object.fromEntries(updates.map(({ name, next }) => [nextName(name), next])),
  };
  const options = { target, replacements: moved.replacements };
  const stages = cutIntoStages(outputs, shape.place?.count ?? 1);
  const [before, model] = stagesToOnnx(stages, options);
  return {
    phase,
    model,
    before: stages.before.map(({ outputs, message }, i) => ({
      model: before[i] as Uint8Array,
      message,
      length: sizeOf((outputs[message] as Tensor).shape),
    })),
    state: Object.fromEntries(updates.map(({ name, current }) => [name, current])),
    packs: moved.packs,
    own: step.ownParameters,
    feeds: step.feeds,
    scalars: Object.keys(scalars),
  };
}

interface Update {
  readonly name: string;
  readonly current: Tensor;
  readonly next: Tensor;
}

interface Trained {
  readonly owner: string;
  /** Without its owner. */
  readonly name: string;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
}

/** Parameters that the loss depends on, by group: this phase leaves the others alone (the head before the contrast). */
function trainedParameters(step: StepGraph, loss: Tensor): Map<string, Trained[]> {
  const specs = networkSpecs(step.shape.network, step.settings.contrast);
  const owners = new Map<string, OwnParameters>([
    ['student', { specs, named: step.student.named }],
    ...step.ownParameters,
  ]);
  const candidates = [...owners].flatMap(([owner, { specs, named }]) =>
    Object.keys(specs)
      .filter((name) => specs[name]?.trainable)
      .map((name) => ({ owner, name, parameter: named[name] as Tensor })),
  );
  const found = gradients(
    loss,
    candidates.map(({ parameter }) => parameter),
  );
  const trained = new Map<string, Trained[]>();
  for (const [i, candidate] of candidates.entries()) {
    const gradient = found[i];
    if (gradient === undefined) continue;
    const group = groupOf(candidate.owner, candidate.name);
    trained.set(group, [...(trained.get(group) ?? []), { ...candidate, gradient }]);
  }
  return trained;
}

/** What moves as one tensor: updates, what stands for which parameter, and what lies where. */
interface Moved {
  readonly updates: readonly Update[];
  readonly replacements: ReadonlyMap<Tensor, Tensor>;
  readonly packs: Packs;
}

/** The parameters of every group by the optimiser, those of the teacher by EMA of the student's, each group as one tensor. */
function movedParameters(step: StepGraph, trained: ReadonlyMap<string, readonly Trained[]>, optimiser: Optimiser) {
  const movement = { optimiser, learningRate: input('learningRate', []), emaDecay: input('emaDecay', []) };
  const moved = [...trained].map(([group, list]) => movedGroup(group, list, step.teacher.named, movement));
  return {
    emaDecay: movement.emaDecay,
    updates: moved.flatMap(({ updates }) => updates),
    replacements: new Map(moved.flatMap(({ replacements }) => [...replacements])),
    packs: Object.assign({}, ...moved.map(({ packs }) => packs)) as Packs,
  };
}

interface Movement {
  readonly optimiser: Optimiser;
  readonly learningRate: Tensor;
  readonly emaDecay: Tensor;
}

/** A tensor of a group: the state tensors that lie side by side in it, and what comes of it. */
interface PackedUpdate extends Update {
  readonly nameOf: (parameter: Trained) => string;
}

function movedGroup(
  group: string,
  trained: readonly Trained[],
  teacher: Readonly<Record<string, Tensor>>,
  { optimiser, learningRate, emaDecay }: Movement,
): Moved {
  const sizes = trained.map(({ gradient }) => sizeOf(gradient.shape));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const flat = (name: string) => input(name, [total]);
  const own = flat(group);
  const slots = optimiser.slots.map((slot) => ({
    slot,
    name: slotName(slot, group),
    current: flat(slotName(slot, group)),
  }));
  const steps = { name: stepsName(group), current: input(stepsName(group), [1]) };
  const step = add(steps.current, 1);
  const gradient = meanOverRanks(
    concat(
      trained.map(({ gradient }, i) => reshape(gradient, [sizes[i] as number])),
      0,
    ),
  );
  const current = slots.map((slot) => slot.current);
  const result = optimiser.update({ parameter: own, gradient, slots: current, learningRate, step });
  const packed: PackedUpdate[] = [
    { name: group, current: own, next: result.parameter, nameOf: ({ owner, name }) => `${owner}.${name}` },
    ...slots.map(({ slot, ...tensor }, i) => {
      const nameOf = ({ owner, name }: Trained) => slotName(slot, `${owner}.${name}`);
      return { ...tensor, next: result.slots[i] as Tensor, nameOf };
    }),
  ];
  const replacements = new Map<Tensor, Tensor>();
  const replace = (whole: Tensor, parameterOf: (entry: Trained) => Tensor) => {
    for (const [i, piece] of split(whole, sizes, 0).entries()) {
      const parameter = parameterOf(trained[i] as Trained);
      replacements.set(parameter, reshape(piece, parameter.shape));
    }
  };
  replace(own, ({ parameter }) => parameter);
  if (group.startsWith('student.')) {
    const name = group.replace('student', 'teacher');
    const current = flat(name);
    const next = exponentialMovingAverage(current, result.parameter, emaDecay);
    packed.push({ name, current, next, nameOf: (parameter) => `teacher.${parameter.name}` });
    replace(current, (parameter) => teacher[parameter.name] as Tensor);
  }
  const parts = (nameOf: PackedUpdate['nameOf']) =>
    trained.map((parameter, i) => ({ name: nameOf(parameter), size: sizes[i] as number }));
  return {
    updates: [
      ...packed.map(({ name, current, next }) => ({ name, current, next })),
      ...(optimiser.countsSteps ? [{ ...steps, next: step }] : []),
    ],
    replacements,
    packs: Object.fromEntries(packed.map(({ name, nameOf }) => [name, parts(nameOf)])),
  };
}

/** Running statistics of the student by its forward pass, those of the teacher by EMA. */
function runningStatistics(step: StepGraph, emaDecay: Tensor): Update[] {
  return Object.entries(step.student.named).flatMap(([name, student]) => {
    const next = step.studentContext.statistics.get(student);
    if (next === undefined) return [];
    const teacher = step.teacher.named[name] as Tensor;
    return [
      { name: `student.${name}`, current: student, next },
      { name: `teacher.${name}`, current: teacher, next: exponentialMovingAverage(teacher, next, emaDecay) },
    ];
  });
}

/**
 * Parameters that are trained from the same step on: the student's network, its projection head, all that another owner has. The
 * optimiser counts the steps of each group, since those that join late start from slots of 0 late.
 */
export function groupOf(owner: string, name: string): string {
  return owner === 'student' ? `${owner}.${name.split('.', 1)[0]}` : owner;
}

/** Name of an optimiser slot in the training state: of a group, or of one parameter. */
export function slotName(slot: string, of: string): string {
  return `optimiser.${slot}.${of}`;
}

/** Name of the number of steps that a group has been trained. */
export function stepsName(group: string): string {
  return `optimiser.steps.${group}`;
}

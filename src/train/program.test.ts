import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toOnnx } from '../graph/model.ts';
import { methodNamed } from '../methods/index.ts';
import { networkSpecs } from '../methods/network.ts';
import { methodSettings } from '../methods/settings.ts';
import { StepGraph } from '../methods/step-graph.ts';
import { adamW, sgd } from '../nn/optimisers.ts';
import type { UNetOptions } from '../nn/unet.ts';
import { NetworkSession } from '../predict/network-session.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { floats, type NamedValues, scalarValue, type Values } from '../runtime/runtime.ts';
import { startSteps } from '../runtime/stateful.ts';
import { largestDifference } from '../testing/compare.ts';
import { stepProgram } from './program.ts';

type Numbers = readonly number[];
type Parameters = Readonly<Record<string, Numbers>>;

/** What golden/training_step.py writes. */
interface Golden {
  readonly unit: number;
  readonly network: UNetOptions;
  readonly size: number;
  readonly labelled: number;
  readonly unlabelled: number;
  readonly dice: number;
  readonly consistency: { target: 'soft' | 'hard'; threshold: number; beta: number } | null;
  readonly ema: Numbers;
  readonly optimiser: { kind: 'sgd' | 'adamw'; learningRate: number; momentum: number; weightDecay: number };
  readonly initial: Readonly<Record<Owner, Parameters>>;
  readonly batches: readonly { images: Numbers; labels: Numbers; weak?: Numbers }[];
  readonly scalars: readonly Readonly<Record<string, number>>[];
  readonly firstLogits: Numbers;
  readonly teacherProbabilities: Numbers;
  readonly change: Readonly<Record<Owner, Parameters>>;
}
type Owner = 'student' | 'teacher';
const OWNERS: readonly Owner[] = ['student', 'teacher'];

const CASES = [
  'supervised-batch-sgd',
  'supervised-instance-adamw',
  'soft-consistency-batch-sgd',
  'hard-consistency-instance-adamw',
];

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as Golden;

/** Relative to the largest value of a tensor; float32 against PyTorch in float64. */
const TOLERANCE = { loss: 1e-5, logits: 2e-5, change: 2e-4, adamChange: 2e-3 };

const runtime = nodeRuntime({ threads: 1 });

function setUp(golden: Golden) {
  const { network, size, labelled, unlabelled, unit, consistency } = golden;
  const shape = { network, size, labelled, unlabelled };
  const settings = methodSettings.parse({
    supervised: { dice: golden.dice },
    consistency: consistency === null ? {} : { target: consistency.target, threshold: consistency.threshold, start: 0 },
    contrast: { dimensions: 2 },
  });
  const [phase] = methodNamed(consistency === null ? 'supervised' : 'mean-teacher').phases(settings);
  if (phase === undefined) throw new Error('a method has phases');
  const { kind, momentum, weightDecay } = golden.optimiser;
  const optimiser =
    kind === 'sgd' ? sgd({ momentum, weightDecay }) : adamW({ beta1: momentum, beta2: 0.999, weightDecay });
  const program = stepProgram(phase, { shape, settings, optimiser, target: runtime.target });
  const initial: Record<string, Float32Array> = Object.fromEntries(
    OWNERS.flatMap((owner) =>
      Object.entries(golden.initial[owner]).map(([name, values]) => [
        `${owner}.unet.${name}`,
        Float32Array.from(values, (value) => value / unit),
      ]),
    ),
  );
  for (const { name, size } of Object.values(program.packs).flat()) initial[name] ??= new Float32Array(size);
  for (const name of Object.keys(program.state)) if (!(name in program.packs)) initial[name] ??= new Float32Array(1);
  return { shape, settings, phase, program, initial };
}

function feedsOf(golden: Golden, step: number): NamedValues {
  const { size, labelled, unlabelled, network, unit, consistency } = golden;
  const batch = golden.batches[step] as Golden['batches'][number];
  const images = (values: Numbers): Values => {
    const count = values.length / (network.channels * size * size);
    return floats(
      Float32Array.from(values, (value) => value / unit),
      [count, network.channels, size, size],
    );
  };
  expect(batch.weak === undefined ? 0 : images(batch.weak).shape[0]).toBe(consistency === null ? 0 : unlabelled);
  return {
    images: images(batch.images),
    labels: { dtype: 'int32', shape: [labelled, size, size], data: Int32Array.from(batch.labels) },
    ...(batch.weak === undefined ? {} : { unlabelledWeak: images(batch.weak) }),
    ...(consistency === null ? {} : { beta: scalarValue(consistency.beta) }),
    learningRate: scalarValue(golden.optimiser.learningRate),
    emaDecay: scalarValue(golden.ema[step] as number),
  };
}

describe.each(CASES)('training steps against PyTorch: %s', (name) => {
  const golden = read(name);

  it('takes three steps with the same losses to the same student, teacher and statistics', async () => {
    const { program, initial } = setUp(golden);
    const session = await startSteps(runtime, { ...program, initial });
    for (const [step, expected] of golden.scalars.entries()) {
      const outputs = await session.step(feedsOf(golden, step));
      expect(program.scalars).toEqual(Object.keys(expected));
      for (const [scalar, value] of Object.entries(expected)) {
        const found = Number(outputs[scalar]?.data[0]);
        expect(Math.abs(found - value) / Math.abs(value), `${scalar} of step ${step + 1}`).toBeLessThan(TOLERANCE.loss);
      }
    }
    const state = await session.state();
    const tolerance = golden.optimiser.kind === 'sgd' ? TOLERANCE.change : TOLERANCE.adamChange;
    for (const owner of OWNERS) {
      for (const [parameter, expected] of Object.entries(golden.change[owner])) {
        const key = `${owner}.unet.${parameter}`;
        const [now, before] = [state[key] as Float32Array, initial[key] as Float32Array];
        const change = Array.from(now, (value, i) => value - (before[i] as number));
        expect(largestDifference(change, expected), key).toBeLessThan(tolerance);
      }
    }
    await session.dispose();
  });

  it('has the same logits while training', async () => {
    const { shape, settings, phase, initial } = setUp(golden);
    const step = new StepGraph(shape, settings, phase);
    const parts = { labelled: step.labelledLogits(), ...(golden.consistency && { rest: step.unlabelledLogits() }) };
    const session = await runtime.load(toOnnx(parts));
    const parameters = Object.entries(step.student.named)
      .filter(([key]) => key.startsWith('unet.'))
      .map(([key, { shape: extents }]) => {
        return [`student.${key}`, floats(initial[`student.${key}`] as Float32Array, extents)] as const;
      });
    const outputs = await session.run({
      images: feedsOf(golden, 0).images as Values,
      ...Object.fromEntries(parameters),
    });
    const logits = Object.keys(parts).flatMap((part) => Array.from(outputs[part]?.data as Float32Array));
    expect(largestDifference(logits, golden.firstLogits)).toBeLessThan(TOLERANCE.logits);
    await session.dispose();
  });

  it('infers the same probabilities with the trained teacher and its running statistics', async () => {
    const { network, size, unit } = golden;
    const weights = Object.fromEntries(
      Object.entries(golden.initial.teacher).map(([key, values]) => [
        key,
        Float32Array.from(values, (value, i) => value / unit + (golden.change.teacher[key]?.[i] as number)),
      ]),
    );
    const session = await NetworkSession.load(runtime, network, size, weights);
    const image = (golden.batches[0]?.images ?? []).slice(0, network.channels * size * size);
    const slices = [Float32Array.from(image, (value) => value / unit)];
    for await (const found of session.probabilities(slices)) {
      expect(largestDifference(found, golden.teacherProbabilities)).toBeLessThan(TOLERANCE.logits);
    }
    await session.dispose();
  });
});

it('names the parameters of the golden files as the network does', () => {
  const golden = read('supervised-batch-sgd');
  const names = Object.keys(networkSpecs(golden.network, { at: 'encoder', dimensions: 2 })).filter((key) =>
    key.startsWith('unet.'),
  );
  expect(new Set(names)).toEqual(new Set(Object.keys(golden.initial.student).map((key) => `unet.${key}`)));
});

import { describe, expect, it } from 'vitest';
import { gradients } from '../../graph/autodiff.ts';
import { adamW } from '../../nn/optimisers.ts';
import { largestDifference } from '../../testing/compare.ts';
import { methodSettings } from '../settings.ts';
import { StepGraph } from '../step-graph.ts';
import { contrastLoss } from './contrast.ts';
import { patchcl } from './index.ts';
import { finite, LEARNING_RATE, quarters, refinement, type Scenario, shape, train } from './testing/train-contrast.ts';

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

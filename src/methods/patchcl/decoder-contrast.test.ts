import { describe, expect, it } from 'vitest';
import { gradients } from '../../graph/autodiff.ts';
import { toOnnx } from '../../graph/model.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { nodeRuntime } from '../../runtime/node/runtime.ts';
import type { NamedValues } from '../../runtime/runtime.ts';
import { stepProgram } from '../../train/program.ts';
import { initialState } from '../../train/state.ts';
import { meanTeacher } from '../mean-teacher.ts';
import { StepGraph } from '../step-graph.ts';
import { contrastLoss, sampledPatches } from './contrast.ts';
import { studentBatch } from './decoder-batch.ts';
import { sampleDecoder } from './decoder-contrast.ts';
import { patchcl } from './index.ts';
import { feeds, finite, quarters, refinement, type Scenario, SGD, shape, train } from './testing/train-contrast.ts';

const AT = { at: 'decoder', hardAnchors: 0.5, hardNegatives: 0.25, reliable: 0.4 };
const runtime = nodeRuntime({ threads: 1 });

/** Values of tensors of a step under its starting weights. */
async function look(contrast: object, mixing: object, outputs: (step: StepGraph) => Record<string, Tensor>) {
  const { settings, phase } = refinement({ ...AT, ...contrast }, mixing);
  const step = new StepGraph(shape, settings, phase);
  const wanted = outputs(step);
  const state = initialState({ method: patchcl, settings, shape, optimiser: SGD, seed: 1 });
  const constants = new Map(
    [step.student, step.teacher].flatMap(({ named }, i) =>
      Object.entries(named).map(([name, tensor]) => {
        return [tensor, state[`${['student', 'teacher'][i]}.${name}`]?.data as Float32Array] as const;
      }),
    ),
  );
  const session = await runtime.load(toOnnx(wanted, { constants, target: runtime.target }));
  const made = feeds(step.feeds, 0, quarters);
  const values = await session.run(
    Object.fromEntries(step.feeds.map(({ name }) => [name, made[name] as NamedValues[string]])),
  );
  await session.dispose();
  return Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe('the contrast at the decoder', () => {
  it('gives a gradient to encoder, decoder and projection head, to nothing else', () => {
    const { settings, phase } = refinement(AT);
    const step = new StepGraph(shape, settings, phase);
    const parameters = Object.entries(step.student.named);
    const found = gradients(
      contrastLoss(step).loss,
      parameters.map(([, parameter]) => parameter),
    );
    const reached = parameters.map(([name]) => name).filter((_, i) => found[i] !== undefined);
    expect(reached).toEqual(Object.keys(step.student.named).filter((name) => !name.startsWith('unet.head.')));
    const ofTeacher = Object.values(step.teacher.named);
    expect(gradients(contrastLoss(step).loss, ofTeacher).every((one) => one === undefined)).toBe(true);
  });

  it.each([
    ['as it is', { label: quarters }],
    ['keys of the student', { label: quarters, contrast: { keys: 'student' } }],
    ['pasted boxes', { label: quarters, mixing: { paste: 1 } }],
    ['easy anchors alone', { label: quarters, contrast: { hardAnchors: 0 } }],
    ['hard anchors alone', { label: quarters, contrast: { hardAnchors: 1 } }],
    ['plain negatives', { label: quarters, contrast: { hardNegatives: 1 } }],
    ['a class in no label', { label: (row: number) => (row < 8 ? 1 : 0) }],
    ['no sure pixel', { label: () => 0, contrast: { reliable: 1 } }],
    ['random positives', { label: quarters, contrast: { positives: 'random' } }],
    ['patches of labelled images', { label: quarters, contrast: { patches: 'labelled', keys: 'student' } }],
  ])('stays finite: %s', async (_, scenario: Scenario) => {
    const { scalars, final } = await train({ ...scenario, contrast: { ...AT, ...scenario.contrast } });
    for (const step of scalars) expect(finite(Object.values(step)), JSON.stringify(step)).toBe(true);
    for (const [name, values] of Object.entries(final)) expect(finite(values), name).toBe(true);
  });

  it('moves decoder and head, and fills the buffers with embeddings of length 1', async () => {
    const contrast = { ...AT, keys: 'student', reliable: 0 };
    const { scalars, initial, final } = await train({ label: quarters, contrast, mixing: { paste: 1 } });
    expect(scalars.at(-1)?.contrast).toBeGreaterThan(0);
    for (const name of ['student.head.output.weight', 'student.unet.decoder.0.conv1', 'teacher.head.hidden.weight']) {
      expect(final[name], name).not.toEqual(initial[name]);
    }
    const [keys, filled] = [final.keys as Float32Array, final.filled as Float32Array];
    expect(filled.some((value) => value === 1)).toBe(true);
    filled.forEach((value, row) => {
      if (value === 1) expect(Math.hypot(...keys.slice(row * 4, row * 4 + 4))).toBeCloseTo(1, 5);
    });
  });

  it('makes no passes of its own: as many convolutions as without', () => {
    const { settings, phase } = refinement(AT);
    const [without] = meanTeacher.phases(settings);
    const convolutions = (one: typeof phase) => {
      const { model } = stepProgram(one, { shape, settings, optimiser: SGD, target: runtime.target });
      return new TextDecoder('latin1').decode(model).split(/Conv\b/).length;
    };
    expect(convolutions(phase)).toBe(convolutions(without as typeof phase));
  });

  it('takes labels within pasted boxes for what they are', async () => {
    const whole = { paste: 1, area: [1, 1], aspect: 1 };
    const found = await look({}, whole, (step) => ({ confidences: studentBatch(step).confidences }));
    // Boxes as large as the images: the unlabelled ones have become the labelled ones.
    const half = (found.confidences?.length ?? 0) / 2;
    // The feeds of this test fill boxes with random numbers, of which those above a half paste.
    expect(found.confidences?.slice(0, half).every((value) => value === 0 || value === 1)).toBe(true);
    const pasted = found.confidences?.slice(half).filter((value) => value === 0 || value === 1).length ?? 0;
    expect(pasted / half).toBeGreaterThan(0.3);
    expect(pasted / half).toBeLessThan(0.7);
  });

  it('draws hard anchors where the student is wrong, and pools them over these pixels alone', async () => {
    const found = await look({ hardAnchors: 1, keys: 'student' }, {}, (step) => {
      const { features, mistaken, confidences } = studentBatch(step);
      const { anchors, anchorValid, queries } = sampleDecoder(step);
      return { features, mistaken: mistaken as Tensor, confidences, anchors, anchorValid, queries };
    });
    const [size, depth, classes, perSide] = [16, 4, 3, 7];
    const at = (name: string, channels: number, image: number, channel: number, y: number, x: number) =>
      found[name]?.[((image * channels + channel) * size + y) * size + x] as number;
    let checked = 0;
    found.anchors?.forEach((patch, i) => {
      if (found.anchorValid?.[i] !== 1) return;
      const klass = Math.floor(i / 4);
      const [image, inImage] = [Math.floor(patch / perSide ** 2), patch % perSide ** 2];
      const [top, left] = [2 * Math.floor(inImage / perSide), 2 * (inImage % perSide)];
      let mass = 0;
      const sums = new Array<number>(depth).fill(0);
      for (let y = top; y < top + 4; y++) {
        for (let x = left; x < left + 4; x++) {
          const weight = at('mistaken', classes, image, klass, y, x);
          expect([0, at('confidences', classes, image, klass, y, x)]).toContain(weight);
          mass += weight;
          for (let f = 0; f < depth; f++) sums[f] = (sums[f] ?? 0) + weight * at('features', depth, image, f, y, x);
        }
      }
      expect(mass).toBeGreaterThanOrEqual(0.5);
      for (let f = 0; f < depth; f++) expect(found.queries?.[i * depth + f]).toBeCloseTo((sums[f] ?? 0) / mass, 4);
      checked++;
    });
    expect(checked).toBeGreaterThan(4);
  });

  it.each(['student', 'teacher'] as const)('can be looked at, with keys of the %s', async (keys) => {
    const found = await look({ keys }, {}, (step) => {
      const { images, confidence, anchors, positives } = sampledPatches(step);
      return { seen: images, confidence, anchors, positives };
    });
    expect(found.seen).toHaveLength(4 * 16 * 16);
    expect(found.confidence).toHaveLength(3 * 4 * 49);
    const ofLabelled = (patch: number) => patch < 2 * 49;
    expect(found.positives?.some(ofLabelled)).toBe(keys === 'student');
    expect(found.anchors?.some(ofLabelled)).toBe(true);
  });

  it('refuses exchanged boxes, whose sides it could not tell apart', () => {
    const { settings, phase } = refinement(AT, { labelled: 1 });
    expect(() => contrastLoss(new StepGraph(shape, settings, phase))).toThrow('mixing: this method cannot mix images');
  });
});

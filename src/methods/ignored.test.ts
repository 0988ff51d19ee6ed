import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { drawBoxes } from '../data/augment/boxes.ts';
import { gradients } from '../graph/autodiff.ts';
import { add } from '../graph/ops/elementwise.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { IGNORED } from '../imaging/volume.ts';
import type { ForwardContext } from '../nn/context.ts';
import { initialise } from '../nn/parameters.ts';
import type { UNetParameters } from '../nn/unet.ts';
import { floats, type NamedValues, type Values } from '../runtime/runtime.ts';
import { evaluate } from '../testing/evaluate.ts';
import type { Feed } from './feeds.ts';
import type { Method, Phase, SomeSettings } from './method.ts';
import { networkSpecs } from './network.ts';
import { METHODS, methodNamed } from './registry.ts';
import { methodSettings } from './settings.ts';
import { StepGraph } from './step-graph.ts';
import type { BatchLogits } from './step-parts.ts';
import type { StepShape } from './step-shape.ts';

const SHAPE: StepShape = {
  network: {
    ...{ channels: 1, classes: 3, widths: [3, 4], stem: 'plain', normalisation: 'instance', upsampling: 'nearest' },
    dropout: [],
  },
  ...{ size: 16, labelled: 2, unlabelled: 2, ignores: true },
};
const CLASSES = SHAPE.network.classes;
const PIXELS = SHAPE.size ** 2;
/** Few keys, so that the contrast takes part in the first step. */
const CONTRAST = { anchorsPerClass: 2, positivesPerAnchor: 2, keysPerClass: 8, leastKeys: 2, dimensions: 4 };

/** Remembers the logits that losses are taken of: those of the student, and of a method's second network. */
class WatchedStep extends StepGraph {
  readonly logits: BatchLogits[] = [];

  override labelledLogits(): Tensor {
    const labelled = super.labelledLogits();
    const unlabelled = this.usesUnlabelled ? super.unlabelledLogits() : undefined;
    if (!this.logits.some((known) => known.labelled === labelled)) {
      this.logits.push({ labelled, ...(unlabelled && { unlabelled }) });
    }
    return labelled;
  }

  override batchLogits(network: UNetParameters, context: ForwardContext): BatchLogits {
    const logits = super.batchLogits(network, context);
    this.logits.push(logits);
    return logits;
  }
}

function settingsOf(method: Method, settings: SomeSettings) {
  const names = ['supervised', 'consistency', 'mixing', 'uncertainty', 'contrast'] as const;
  const own: SomeSettings = { ...settings, contrast: { ...CONTRAST, ...settings.contrast } };
  return methodSettings.parse(
    Object.fromEntries(names.map((name) => [name, { ...method.defaults?.[name], ...own[name] }])),
  );
}

/** Whether a labelled pixel is annotated: a third of them is not. */
const isIgnored = new Rng('ignored', 'pixels');
const LABELS = Int32Array.from({ length: 2 * PIXELS }, () =>
  isIgnored.chance(1 / 3) ? IGNORED : isIgnored.int(CLASSES),
);

function valuesOf(feed: Feed): Values {
  const rng = new Rng('ignored', feed.name);
  if (feed.kind === 'labels') return { dtype: 'int32', shape: feed.shape, data: LABELS };
  if (feed.kind === 'scheduled') return floats(Float32Array.of(0.5), []);
  if (feed.kind === 'boxes') {
    return floats(drawBoxes(feed.shape[0] as number, SHAPE.size, feed.options, rng), feed.shape);
  }
  const draw = feed.kind === 'normal' ? () => rng.normal() : () => rng.float();
  return floats(Float32Array.from({ length: sizeOf(feed.shape) }, draw), feed.shape);
}

/** The gradients of a phase's whole loss by every logit, for random networks and images. */
async function logitGradients(method: Method, phase: Phase, settings: SomeSettings) {
  const resolved = settingsOf(method, settings);
  const step = new WatchedStep(SHAPE, resolved, phase);
  const loss = Object.values(phase.objective(step).terms).reduce((total, term) => add(total, term));
  const specs = networkSpecs(SHAPE.network, resolved.contrast);
  const owners = [['student', specs] as const, ['teacher', specs] as const, ...step.ownParameters].map(
    (entry) => [entry[0], 'specs' in entry[1] ? entry[1].specs : entry[1]] as const,
  );
  const feeds: Record<string, NamedValues[string]> = {};
  for (const [owner, own] of owners as (readonly [string, typeof specs])[]) {
    for (const [name, data] of Object.entries(initialise(own, new Rng('ignored', owner)))) {
      feeds[`${owner}.${name}`] = floats(data, own[name]?.shape ?? []);
    }
  }
  for (const feed of step.feeds) feeds[feed.name] = valuesOf(feed);
  for (const [name, shape] of Object.entries(method.buffers?.(resolved, SHAPE) ?? {})) {
    feeds[name] = floats(new Float32Array(sizeOf(shape)), shape);
  }
  const [labelled, unlabelled] = [
    step.logits.map((logits) => logits.labelled),
    step.logits.flatMap((logits) => logits.unlabelled ?? []),
  ];
  const found = gradients(loss, [...labelled, ...unlabelled]);
  const outputs = Object.fromEntries(
    found.flatMap((tensor, i) => (tensor === undefined ? [] : [[`gradient${i}`, tensor]])),
  );
  const values = labelled.length === 0 ? {} : await evaluate(outputs, feeds);
  const gradientOf = (_: Tensor, i: number) => values[`gradient${i}`] ?? [];
  return {
    labelled: labelled.map(gradientOf),
    unlabelled: unlabelled.map((tensor, i) => gradientOf(tensor, labelled.length + i)),
    boxes: (feeds['boxes.pasted']?.data ?? new Float32Array(2 * PIXELS)) as Float32Array,
  };
}

/** Gradients of all classes of a pixel, counted through the batch. */
const ofPixel = (gradient: readonly number[], i: number) =>
  Array.from({ length: CLASSES }, (_, k) => {
    return gradient[(Math.floor(i / PIXELS) * CLASSES + k) * PIXELS + (i % PIXELS)] as number;
  });

const isZero = (values: readonly number[]) => values.every((value) => value === 0);

async function expectNoGradient(method: Method, settings: SomeSettings = {}): Promise<void> {
  let segmenting = 0;
  for (const phase of method.phases(settingsOf(method, settings))) {
    const { labelled, unlabelled, boxes } = await logitGradients(method, phase, settings);
    // A pre-training may segment nothing.
    if (labelled.length > 0) segmenting++;
    for (const gradient of labelled) {
      for (const [i, label] of LABELS.entries()) {
        expect(isZero(ofPixel(gradient, i)), `${phase.name}, labelled pixel ${i}`).toBe(label === IGNORED);
      }
    }
    // Labelled images give their boxes to unlabelled ones in order.
    for (const gradient of unlabelled.filter(({ length }) => length > 0)) {
      for (const [i, label] of LABELS.entries()) {
        if (boxes[i] !== 1) continue;
        expect(isZero(ofPixel(gradient, i)), `${phase.name}, pasted pixel ${i}`).toBe(label === IGNORED);
      }
    }
  }
  expect(segmenting).toBeGreaterThan(0);
}

describe('a pixel that nobody has annotated gives no gradient, every other one does', () => {
  it.each(METHODS.map((method) => [method.name, method] as const))('%s', (_, method) => expectNoGradient(method));

  it('with pasted boxes, a Dice loss and every teacher believed', async () => {
    const settings = { mixing: { paste: 1 }, consistency: { threshold: 0, dice: 1 } };
    await expectNoGradient(methodNamed('mean-teacher'), settings);
    await expectNoGradient(methodNamed('patchcl'), settings);
    const contrast = { at: 'decoder', hardAnchors: 0.5, keys: 'student' } as const;
    await expectNoGradient(methodNamed('patchcl'), { ...settings, contrast });
  });

  it('where labelled images exchange boxes with each other', () =>
    expectNoGradient(methodNamed('supervised'), { mixing: { labelled: 1 } }));
});

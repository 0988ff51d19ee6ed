import { Rng } from '../../core/rng.ts';
import { drawBoxes } from '../../data/augment/boxes.ts';
import { sizeOf } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { initialise, namedSpecs } from '../../nn/parameters.ts';
import { unetSpec } from '../../nn/unet.ts';
import { floats, type NamedValues, type Values } from '../../runtime/runtime.ts';
import { evaluate } from '../../testing/evaluate.ts';
import type { Feed } from '../feeds.ts';
import type { Method, SomeSettings } from '../method.ts';
import { methodSettings } from '../settings.ts';
import { StepGraph } from '../step-graph.ts';
import type { StepShape } from '../step-shape.ts';

/** Two labelled and two unlabelled images of three classes, a U-Net of two levels. */
export const SHAPE: StepShape = {
  network: {
    channels: 1,
    classes: 3,
    widths: [3, 4],
    stem: 'plain',
    normalisation: 'instance',
    upsampling: 'nearest',
    dropout: [],
  },
  size: 8,
  labelled: 2,
  unlabelled: 2,
};

const CLASSES = SHAPE.network.classes;
const PIXELS = SHAPE.size * SHAPE.size;

/** Value of every scheduled scalar. */
export const SCHEDULED = 0.5;

/** What a step computed, as plain numbers. */
export interface ComputedStep {
  /** Scalars of the objective, by name. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Further tensors that were asked for, by name. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly feeds: NamedValues;
}

/**
 * Computes the objective of a method's last phase for random images and random networks, with anything else that a test wants to
 * compute it from by hand.
 */
export async function computeStep(
  method: Method,
  more: (step: StepGraph) => Readonly<Record<string, Tensor>>,
  settings: SomeSettings = {},
  shape: StepShape = SHAPE,
): Promise<ComputedStep> {
  const sections = [
    ...new Set([...Object.keys(method.defaults ?? {}), ...Object.keys(settings)]),
  ] as (keyof SomeSettings)[];
  const merged = sections.map((name) => [name, Object.assign({}, method.defaults?.[name], settings[name])] as const);
  const resolved = methodSettings.parse(Object.fromEntries(merged));
  const phases = method.phases(resolved);
  const phase = phases.at(-1) as (typeof phases)[number];
  const step = new StepGraph(shape, resolved, phase);
  const { terms, observed = {} } = phase.objective(step);
  const wanted = more(step);
  const kept = Object.entries(method.buffers?.(resolved, shape) ?? {}).map(([name, of]) => {
    return [name, floats(new Float32Array(sizeOf(of)), of)] as const;
  });
  const given = { ...networkFeeds(step), ...Object.fromEntries(kept) };
  const feeds = { ...given, ...Object.fromEntries(step.feeds.map((feed) => [feed.name, valuesOf(feed)])) };
  const outputs = await evaluate({ ...terms, ...observed, ...wanted }, feeds);
  const scalars = Object.keys({ ...terms, ...observed }).map((name) => [name, outputs[name]?.[0] as number] as const);
  return { scalars: Object.fromEntries(scalars), values: outputs, feeds };
}

function networkFeeds(step: StepGraph): NamedValues {
  const owners = [
    ...(['student', 'teacher'] as const).map((name) => ({
      name,
      specs: namedSpecs({ unet: unetSpec(step.shape.network) }),
    })),
    ...[...step.ownParameters].map(([name, { specs }]) => ({ name, specs })),
  ];
  return Object.fromEntries(
    owners.flatMap(({ name: owner, specs }) =>
      Object.entries(initialise(specs, new Rng('objective', owner))).map(([name, data]) => {
        // Larger than for training, so that predictions are far from even.
        return [
          `${owner}.${name}`,
          floats(
            data.map((value) => 3 * value),
            specs[name]?.shape ?? [],
          ),
        ];
      }),
    ),
  );
}

function valuesOf(feed: Feed): Values {
  const rng = new Rng('objective', feed.name);
  const length = sizeOf(feed.shape);
  if (feed.kind === 'labels') {
    return { dtype: 'int32', shape: feed.shape, data: Int32Array.from({ length }, () => rng.int(CLASSES)) };
  }
  if (feed.kind === 'scheduled') return floats(Float32Array.of(SCHEDULED), []);
  if (feed.kind === 'boxes') {
    return floats(drawBoxes(feed.shape[0] as number, SHAPE.size, feed.options, rng), feed.shape);
  }
  const draw = feed.kind === 'normal' ? () => rng.normal() : () => rng.float();
  return floats(Float32Array.from({ length }, draw), feed.shape);
}

/** Probabilities of every pixel of logits [n, K, S, S], image by image: a list of pixels, each a list over classes. */
export function pixelProbabilities(logits: readonly number[]): number[][] {
  const images = logits.length / (CLASSES * PIXELS);
  return Array.from({ length: images * PIXELS }, (_, i) => {
    const [n, pixel] = [Math.floor(i / PIXELS), i % PIXELS];
    const scores = Array.from({ length: CLASSES }, (_, k) =>
      Math.exp(logits[(n * CLASSES + k) * PIXELS + pixel] as number),
    );
    const total = scores.reduce((sum, score) => sum + score, 0);
    return scores.map((score) => score / total);
  });
}

/** Mean over pixels. */
export function meanOf<T>(items: readonly T[], value: (item: T, index: number) => number): number {
  return items.reduce((sum, item, i) => sum + value(item, i), 0) / items.length;
}

/** The most likely class. */
export function likeliest(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

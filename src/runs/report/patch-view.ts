import { hasIgnored } from '../../data/ignored.ts';
import { slice, type Tensor, toOnnx } from '../../graph/index.ts';
import { type PatchGrid, patchGrid, StepGraph, type StepShape, sampledPatches } from '../../methods/index.ts';
import type { NamedValues, Runtime } from '../../runtime/runtime.ts';
import type { Config } from '../../settings/config.ts';
import { contrastsPatches } from '../../settings/unlabelled-use.ts';
import { FeedMaker, type TrainingSlices } from '../../train/feeds.ts';
import { scheduleAt } from '../../train/schedule.ts';
import type { BestWeights } from '../best-weights.ts';
import type { RunFacts } from '../facts.ts';

/** What the contrast saw in a batch: plain numbers, patches counted through the batch as in `attendedPatches`. */
export interface PatchView {
  readonly grid: PatchGrid;
  readonly classes: number;
  /** Number of images; labelled ones first. */
  readonly batch: number;
  readonly labelled: number;
  /** x, [B, C, S, S], without neighbouring slices */
  readonly images: Float32Array;
  /** [K, B * perSide²] */
  readonly confidence: Float32Array;
  readonly entropy: Float32Array;
  /** Patch numbers per class, fillers left out. */
  readonly anchors: readonly (readonly number[])[];
  readonly positives: readonly (readonly number[])[];
}

/** Whether a run has contrasted patches: not where unlabelled images take no part, nor where the contrast has no weight. */
export function hasPatches(config: Pick<Config, 'method' | 'contrast'>, { plan }: Pick<RunFacts, 'plan'>): boolean {
  return contrastsPatches(config) && plan?.labelsAlone !== true;
}

/** Images of each kind in a looked-at batch: few, so that their patches choose one another. */
const IMAGES = 2;

export interface ViewPatchesOptions {
  readonly config: Config;
  readonly network: StepShape['network'];
  readonly slices: TrainingSlices;
  /** Weights of the pseudo-label network. */
  readonly best: BestWeights;
  readonly runtime: Runtime;
  /** Batches to look at. */
  readonly steps: number;
}

/** Samples patches as a training step does, with trained weights in the pseudo-label network. */
export async function viewPatches({
  config,
  network,
  slices,
  best,
  runtime,
  steps,
}: ViewPatchesOptions): Promise<PatchView[]> {
  const ignores = hasIgnored(slices.labelled);
  const shape: StepShape = { network, size: config.size, labelled: IMAGES, unlabelled: IMAGES, ignores };
  const step = new StepGraph(shape, config, { usesUnlabelled: true });
  const { images: whole, ...patches } = sampledPatches(step);
  // Of what the network sees the slice in the middle is shown.
  const { channels } = network;
  const planes = slices.labelled[0]?.stack?.length ?? 1;
  const start = ((planes - 1) / 2) * (channels / planes);
  const images = planes === 1 ? whole : slice(whole, { axis: 1, start, end: start + channels / planes });
  // Not under the name of what is fed.
  const outputs = { seen: images, ...patches };
  const constants = new Map<Tensor, Float32Array>();
  for (const owner of [step.student, step.teacher]) {
    for (const [name, tensor] of Object.entries(owner.named)) {
      const values = best.weights[name.replace(/^unet\./, '')];
      if (name.startsWith('unet.') && values !== undefined) constants.set(tensor, values);
    }
  }
  const feeds = new FeedMaker({ ...config, batch: { ...config.batch, labelled: IMAGES, unlabelled: IMAGES } }, slices);
  const views: PatchView[] = [];
  const session = await runtime.load(toOnnx(outputs, { constants, target: runtime.target }));
  try {
    for (let index = 0; index < steps; index++) {
      const made = feeds.make(step.feeds, index, scheduleAt(config, index, 1));
      const wanted = Object.fromEntries(step.feeds.map(({ name }) => [name, made[name] as NamedValues[string]]));
      views.push(toView(await session.run(wanted), patchGrid(shape, config.contrast), shape));
    }
    return views;
  } finally {
    await session.dispose();
  }
}

function toView(values: NamedValues, grid: PatchGrid, shape: StepShape): PatchView {
  const floats = (name: string) => values[name]?.data as Float32Array;
  const { classes } = shape.network;
  const chosen = (name: string, valid: string) => {
    const picks = Array.from(values[name]?.data as BigInt64Array, Number);
    const perClass = picks.length / classes;
    return Array.from({ length: classes }, (_, k) => {
      const isValid = (_pick: number, i: number) => (floats(valid)[k * perClass + i] as number) > 0;
      return [...new Set(picks.slice(k * perClass, (k + 1) * perClass).filter(isValid))];
    });
  };
  return {
    grid,
    classes,
    batch: shape.labelled + shape.unlabelled,
    labelled: shape.labelled,
    images: floats('seen'),
    confidence: floats('confidence'),
    entropy: floats('entropy'),
    anchors: chosen('anchors', 'anchorValid'),
    positives: chosen('positives', 'positiveValid'),
  };
}

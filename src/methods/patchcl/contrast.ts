import {
  add,
  concat,
  constant,
  input,
  integers,
  maximum,
  minimum,
  oneHot,
  reshape,
  softmax,
  stopGradient,
  sum,
  type Tensor,
} from '../../graph/index.ts';
import { ForwardContext } from '../../nn/context.ts';
import { infoNce, jointContrast, type KeyContrastInputs } from '../../nn/key-contrast.ts';
import { plgcl } from '../../nn/plgcl.ts';
import { project } from '../../nn/projection-head.ts';
import { encode } from '../../nn/unet.ts';
import type { Objective } from '../method.ts';
import type { ContrastSettings } from '../settings.ts';
import type { StepGraph } from '../step-graph.ts';
import { embedded, sampleDecoder } from './decoder-contrast.ts';
import { patchGrid } from './geometry.ts';
import { enqueue, hardMeans, type KeyBuffer, keyStatistics } from './keys.ts';
import { attendedPatches } from './patches.ts';
import { choosePatches, labelledPatches, measurePatches, type PatchChoice, type PatchMeasures } from './sampling.ts';
import { maskRows, ofWholeBatch, ownPatches, sharedWork } from './whole-batch.ts';

/** Images that patches are cut from, labelled ones first, and each pixel's confidence in every class. */
export interface AttendedBatch {
  /** [B, C, S, S] in [0, 1] */
  readonly images: Tensor;
  /** C^k: one-hot labels, then the pseudo-label network's softmax; [B, K, S, S], no gradient */
  readonly confidences: Tensor;
  /** [B, 1, S, S]: 1 for pixels whose class is known or guessed, 0 for those that nobody has annotated; absent where there are none. */
  readonly annotated?: Tensor;
}

/** Labelled and unlabelled images under weak augmentation, with labels and pseudo-labels. */
export function attendedBatch(step: StepGraph): AttendedBatch {
  const unlabelled = step.unlabelledWeakImages();
  const source = step.settings.contrast.pseudoLabels;
  const logits = source === 'teacher' ? step.teacherLogits() : step.logitsOf('student', unlabelled);
  const annotated = step.annotated();
  return {
    images: concat([step.labelledWeakImages(), unlabelled], 0),
    confidences: stopGradient(concat([step.labels(), softmax(logits, 1)], 0)),
    ...(annotated && { annotated: concat([annotated, everywhere(step.shape)], 0) }),
  };
}

function everywhere({ unlabelled, size }: StepGraph['shape']): Tensor {
  const shape = [unlabelled, 1, size, size];
  return constant(new Float32Array(unlabelled * size * size).fill(1), shape);
}

/** Patches chosen from a batch, that of all ranks. */
export function sampleBatch(step: StepGraph, batch: AttendedBatch): PatchMeasures & PatchChoice {
  const { shape: stepShape, settings } = step;
  const grid = patchGrid(stepShape, settings.contrast);
  const own = measurePatches(batch, grid);
  const all = {
    confidence: ofWholeBatch(own.confidence, stepShape, grid.perSide ** 2),
    entropy: ofWholeBatch(own.entropy, stepShape, grid.perSide ** 2),
  };
  const labelled = stepShape.labelled * (stepShape.place?.count ?? 1);
  const measures = settings.contrast.patches === 'all' ? all : labelledPatches(all, labelled * grid.perSide ** 2);
  const shape = measures.entropy.shape;
  const random = [step.uniform('random.anchors', shape), step.uniform('random.positives', shape)] as const;
  return { ...measures, ...choosePatches(measures, random, settings.contrast) };
}

/** Images of a step and the patches of them that the contrast chooses, wherever it is. */
export interface SampledPatches extends PatchMeasures, PatchChoice {
  /** [B, C, S, S] in [0, 1], labelled ones first */
  readonly images: Tensor;
}

/** What the contrast of a step takes part in, to be looked at. */
export function sampledPatches(step: StepGraph): SampledPatches {
  if (step.settings.contrast.at === 'encoder') {
    const batch = attendedBatch(step);
    return { images: batch.images, ...sampleBatch(step, batch) };
  }
  const { measures, firstKeyImage, anchors, anchorValid, positives, positiveValid } = sampleDecoder(step);
  const { perSide } = patchGrid(step.shape, step.settings.contrast);
  const chosen = {
    anchors,
    anchorValid,
    positives: add(positives, integers([firstKeyImage * perSide ** 2], [1, 1])),
    positiveValid,
  };
  return { images: minimum(maximum(step.studentImages(), 0), 1), ...measures, ...chosen };
}

/** How a query is compared with keys. */
const LOSSES: Readonly<Record<ContrastSettings['loss'], (inputs: KeyContrastInputs) => Tensor>> = {
  plgcl,
  jcl: jointContrast,
  'info-nce': infoNce,
};

/** Names of the key buffers in the training state. */
export const KEYS = 'keys';
/** Name of the buffer that says which places of {@link KEYS} hold a key: [classes, keysPerClass], 1 or 0. */
export const FILLED = 'filled';

/**
 * L_PLGCL of a batch: queries are the student's embeddings of the anchors, keys the teacher's (or student's) of their
 * positives, kept in one buffer per class. Not weighted by gamma.
 */
export function contrastLoss(step: StepGraph): { loss: Tensor; readyClasses: Tensor; buffers: Objective['buffers'] } {
  const { contrast } = step.settings;
  const { classes } = step.shape.network;
  const perClass = contrast.anchorsPerClass * contrast.positivesPerAnchor;
  const { queries, keys, choice } = contrast.at === 'decoder' ? fromDecoder(step) : fromEncoder(step);
  const added: KeyBuffer = {
    keys: reshape(keys, [classes, perClass, contrast.dimensions]),
    filled: choice.positiveValid,
  };
  const current = bufferInputs(step);
  const next = keepsKeys(contrast) ? enqueue(current, added) : added;
  const plain = keyStatistics(
    next,
    Math.min(contrast.leastKeys, keepsKeys(contrast) ? contrast.keysPerClass : perClass),
  );
  const statistics =
    contrast.hardNegatives < 1 ? { ...plain, hardMeans: hardMeans(next, plain, contrast.hardNegatives) } : plain;

  const queryCount = classes * contrast.anchorsPerClass;
  const queryClass = integers(
    Array.from({ length: queryCount }, (_, i) => Math.floor(i / contrast.anchorsPerClass)),
    [queryCount],
  );
  const inputs = {
    queries,
    classes: oneHot(queryClass, classes),
    valid: reshape(choice.anchorValid, [queryCount]),
    keys: statistics,
    lambda: step.scheduled('lambda'),
    tau: contrast.tau,
    zeta: contrast.zeta ?? perClass,
    embeddings: next.keys,
    filled: next.filled,
  };
  const loss = LOSSES[contrast.loss](inputs);
  const buffers = keepsKeys(contrast) ? bufferUpdates(current, next) : undefined;
  return { loss, readyClasses: sum(statistics.ready), buffers };
}

/** Whether keys of earlier steps are kept: those that a student embeds at the encoder are not, as in the paper. */
export function keepsKeys({ at, keys }: Pick<ContrastSettings, 'at' | 'keys'>): boolean {
  return at === 'decoder' || keys === 'teacher';
}

/** Embeddings of the chosen patches, queries with gradient, keys without. */
interface Embedded {
  /** [K * A, d] */
  readonly queries: Tensor;
  /** [K * A * N, d] */
  readonly keys: Tensor;
  readonly choice: PatchChoice;
}

/** Attended features of the step's own passes. */
function fromDecoder(step: StepGraph): Embedded {
  const choice = sampleDecoder(step);
  const keys = stopGradient(embedded(step, step.settings.contrast.keys, choice.keys));
  return { queries: embedded(step, 'student', choice.queries), keys, choice };
}

/** Attended patches, passed through the encoder one by one. */
function fromEncoder(step: StepGraph): Embedded {
  const { contrast } = step.settings;
  const batch = attendedBatch(step);
  const choice = sampleBatch(step, batch);
  const embed = (network: 'student' | 'teacher', picks: Tensor) => {
    const context = new ForwardContext({ training: true, dropout: false });
    const { place, network: options } = step.shape;
    const shared = { place, rowByRow: options.normalisation === 'instance' };
    return sharedWork(pickedPatches(step, batch, picks), shared, (patches) => {
      const features = encode(step[network].unet, patches, options, context).at(-1) as Tensor;
      return project(step[network].head, features);
    });
  };
  const queries = embed('student', choice.anchors);
  return { queries, keys: stopGradient(embed(contrast.keys, choice.positives)), choice };
}

/** The picked ones of a rank's own patches, 0 in the place of those of other ranks: [K * n, C, p, p] */
function pickedPatches(step: StepGraph, { images, confidences }: AttendedBatch, picks: Tensor): Tensor {
  const grid = patchGrid(step.shape, step.settings.contrast);
  if (step.shape.place === undefined) return attendedPatches(images, confidences, picks, grid);
  const { numbers, isOwn } = ownPatches(picks, step.shape, grid.perSide ** 2);
  return maskRows(attendedPatches(images, confidences, numbers, grid), isOwn);
}

function bufferInputs(step: StepGraph): KeyBuffer {
  const shapes = bufferShapes(step);
  return { keys: input(KEYS, shapes[KEYS] as number[]), filled: input(FILLED, shapes[FILLED] as number[]) };
}

export function bufferShapes({
  settings: { contrast },
  shape,
}: Pick<StepGraph, 'settings' | 'shape'>): Record<string, number[]> {
  const { classes } = shape.network;
  return {
    [KEYS]: [classes, contrast.keysPerClass, contrast.dimensions],
    [FILLED]: [classes, contrast.keysPerClass],
  };
}

function bufferUpdates(current: KeyBuffer, next: KeyBuffer): Objective['buffers'] {
  return {
    [KEYS]: { current: current.keys, next: next.keys },
    [FILLED]: { current: current.filled, next: next.filled },
  };
}

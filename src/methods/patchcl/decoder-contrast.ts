import {
  add,
  cast,
  concat,
  div,
  gatherAlong,
  gatherRows,
  greater,
  greaterOrEqual,
  integers,
  log,
  maximum,
  mul,
  reshape,
  stopGradient,
  type Tensor,
  top,
  where,
} from '../../graph/index.ts';
import { projectVectors } from '../../nn/projection-head.ts';
import type { StepGraph } from '../step-graph.ts';
import { type AttendedFeatures, attendedFeatures, ofAllRanks } from './attended-features.ts';
import { type DecoderBatch, studentBatch, teacherBatch } from './decoder-batch.ts';
import { type PatchGrid, patchGrid } from './geometry.ts';
import { choosePositives, labelledPatches, measurePatches, type PatchChoice, type PatchMeasures } from './sampling.ts';
import { ofWholeBatch } from './whole-batch.ts';

/** Patches that the contrast at the decoder has chosen, and their attended features. */
export interface DecoderSample extends PatchChoice {
  /** Of the student's batch. */
  readonly measures: PatchMeasures;
  /** Number of the first image of the keys' batch within the student's. */
  readonly firstKeyImage: number;
  /** [K * A, F], with gradient */
  readonly queries: Tensor;
  /** [K * A * N, F], without */
  readonly keys: Tensor;
}

/** Class mass that counts as none: features are divided by it. */
const NOTHING = 1e-4;
/** Least mass of a hard anchor: a pixel that the student has wrong. */
const LEAST_MISTAKEN = 0.5;

/** One kind of class weights of a batch, of all ranks. */
function pooled(step: StepGraph, { features }: DecoderBatch, weights: Tensor, grid: PatchGrid, images: Images) {
  return ofAllRanks(attendedFeatures(features, weights, grid), { ...step.shape, ...images }, grid.perSide ** 2);
}

/** Images of each pool that a batch has. */
type Images = { readonly labelled: number; readonly unlabelled: number };

function measured(
  step: StepGraph,
  { images, confidences, annotated }: DecoderBatch,
  grid: PatchGrid,
  counts: Images,
): PatchMeasures {
  const side = (confidences.shape[2] as number) / grid.blocksPerSide;
  const own = measurePatches(
    { images, confidences, ...(annotated && { annotated }) },
    { ...grid, size: 2 * side, stride: side },
  );
  const whole = (x: Tensor) => ofWholeBatch(x, { ...step.shape, ...counts }, grid.perSide ** 2);
  return { confidence: whole(own.confidence), entropy: whole(own.entropy) };
}

/**
 * Chooses anchors, and positives by nearest entropy, among the patches of the step's own batches, and pools their attended features.
 * Anchors come from the student's batch: some at random among the candidates of a class, the hard ones in proportion to how much of
 * the class the student has wrong there, pooled over just these pixels. Keys come from the student's batch too, or from the
 * unlabelled images as the teacher sees them.
 */
export function sampleDecoder(step: StepGraph): DecoderSample {
  const { shape, settings } = step;
  const { contrast } = settings;
  const grid = patchGrid(shape, contrast);
  const counts = { labelled: shape.labelled, unlabelled: shape.unlabelled };
  const students = studentBatch(step);
  const all = measured(step, students, grid, counts);
  const labelled = shape.labelled * (shape.place?.count ?? 1) * grid.perSide ** 2;
  const measures = contrast.patches === 'all' ? all : labelledPatches(all, labelled);
  const random = step.uniform('random.anchors', measures.entropy.shape);

  const hardCount = Math.round(contrast.hardAnchors * contrast.anchorsPerClass);
  const chosen: { anchors: Tensor; valid: Tensor; features: Tensor }[] = [];
  if (hardCount < contrast.anchorsPerClass) {
    const attended = pooled(step, students, students.confidences, grid, counts);
    const easy = easyAnchors(measures, random, contrast.anchorsPerClass - hardCount, contrast.delta);
    chosen.push({ ...easy, features: meanOf(attended, easy.anchors) });
  }
  if (hardCount > 0) {
    const mistaken = pooled(step, students, students.mistaken as Tensor, grid, counts);
    const hard = hardAnchors(measures, mistaken.mass, random, hardCount, contrast.delta);
    chosen.push({ ...hard, features: meanOf(mistaken, hard.anchors) });
  }
  const join = (pick: (one: (typeof chosen)[number]) => Tensor) => concat(chosen.map(pick), 1);
  const anchors = join((one) => one.anchors);
  const anchorValid = join((one) => one.valid);

  const ofTeacher = contrast.keys === 'teacher';
  const keyCounts = ofTeacher ? { labelled: 0, unlabelled: shape.unlabelled } : counts;
  const keyBatch = ofTeacher ? teacherBatch(step) : students;
  const keyMeasures = ofTeacher ? measured(step, keyBatch, grid, keyCounts) : measures;
  const keyFeatures = pooled(step, keyBatch, keyBatch.reliable, grid, keyCounts);
  const ofKeys = step.uniform('random.positives', keyMeasures.entropy.shape);
  const isValid = greater(anchorValid, 0.5);
  const positives = choosePositives({ anchors, anchorValid: isValid, measures }, keyMeasures, ofKeys, contrast);
  // Where nothing is sure there is nothing to learn from.
  const isSure = cast(greater(gatherAlong(keyFeatures.mass, positives.positives, 1), LEAST_MISTAKEN), 'float32');
  return {
    measures,
    firstKeyImage: ofTeacher ? shape.labelled : 0,
    anchors,
    anchorValid,
    positives: positives.positives,
    positiveValid: mul(positives.positiveValid, isSure),
    queries: flat(join((one) => one.features)),
    keys: stopGradient(flat(meanOf(keyFeatures, positives.positives))),
  };
}

/** Embeddings of attended features by a network's head, [N, d]. */
export function embedded(step: StepGraph, network: 'student' | 'teacher', features: Tensor): Tensor {
  return projectVectors(step[network].head, features);
}

/** Random candidates of every class. */
function easyAnchors({ confidence }: PatchMeasures, random: Tensor, count: number, delta: number) {
  const { values, indices } = top(where(greaterOrEqual(confidence, delta), random, -1), count);
  return { anchors: indices, valid: cast(greaterOrEqual(values, 0), 'float32') };
}

/** Score that no drawn patch has: -log u / w stays below it. */
const NEVER_DRAWN = -1e6;

/**
 * Candidates drawn without replacement in proportion to their mass of mistaken pixels: the largest of u^(1/w).
 * Source: Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006.
 */
function hardAnchors({ confidence }: PatchMeasures, mass: Tensor, random: Tensor, count: number, delta: number) {
  const score = div(log(maximum(random, NOTHING)), maximum(mass, NOTHING));
  const isHard = greaterOrEqual(mass, LEAST_MISTAKEN);
  const candidates = where(greaterOrEqual(confidence, delta), where(isHard, score, NEVER_DRAWN), NEVER_DRAWN);
  const { values, indices } = top(candidates, count);
  return { anchors: indices, valid: cast(greater(values, NEVER_DRAWN / 2), 'float32') };
}

/** Mean features of chosen patches over the mass of their class. @param picks int64 [K, n] @returns [K, n, F] */
function meanOf({ sums, mass }: AttendedFeatures, picks: Tensor): Tensor {
  const [classes, patches, depth] = sums.shape as readonly [number, number, number];
  const starts = integers(
    Array.from({ length: classes }, (_, k) => k * patches),
    [classes, 1],
  );
  const rows = gatherRows(reshape(sums, [classes * patches, depth]), add(picks, starts));
  const weight = gatherAlong(mass, picks, 1);
  return div(rows, reshape(maximum(weight, NOTHING), [...picks.shape, 1]));
}

function flat(x: Tensor): Tensor {
  const [classes, count, depth] = x.shape as readonly [number, number, number];
  return reshape(x, [classes * count, depth]);
}

import { PatchclError } from '../core/errors.ts';
import type { Case } from '../data/dataset.ts';
import { takeSlices } from '../data/partial-labels.ts';
import { readCase } from '../data/read-case.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { evaluateCase, type MetricOptions } from '../metrics/case-metrics.ts';
import { type CaseScores, withoutAbsent } from '../metrics/summary.ts';
import type { Segmenter, SegmentOptions } from './segmenter.ts';

/** A case with its segmentation and how well that agrees with the reference. */
export interface EvaluatedCase {
  readonly image: Volume;
  readonly reference: LabelVolume;
  readonly prediction: LabelVolume;
  readonly scores: CaseScores;
}

export interface EvaluateOptions extends SegmentOptions {
  /** What is measured beyond what always is. */
  readonly metrics?: MetricOptions;
}

/** Segments an annotated case and compares, on the slices that are annotated; distances only where all are. @throws PatchclError `bad-data` when the case has no mask, or one that does not fit */
export async function evaluateOne(
  segmenter: Segmenter,
  item: Case,
  { metrics = {}, ...options }: EvaluateOptions = {},
): Promise<EvaluatedCase> {
  const classes = segmenter.info.classes.length;
  const { image, label } = await readCase(item, classes);
  if (label === undefined) {
    throw new PatchclError('bad-data', 'the case has no mask to compare with', { subject: item.imagePath ?? item.id });
  }
  const prediction = await segmenter.segment(image, item.imagePath ?? item.id, options);
  const whole = { image, reference: label, prediction };
  const { labelledSlices } = item;
  const isPartial = labelledSlices !== undefined && labelledSlices.length < label.shape[0];
  const seen = isPartial ? onlySlices(whole, labelledSlices) : whole;
  const measured = evaluateCase(seen.prediction, seen.reference, classes, { ...metrics, isPartial });
  return { ...seen, scores: { id: item.id, ...measured } };
}

function onlySlices({ image, reference, prediction }: Omit<EvaluatedCase, 'scores'>, slices: readonly number[]) {
  return {
    image: takeSlices(image, slices),
    reference: takeSlices(reference, slices),
    prediction: takeSlices(prediction, slices),
  };
}

export interface EvaluateCasesOptions extends EvaluateOptions {
  /** Called after each case. */
  readonly onCase?: (done: number, total: number) => void;
  /** Called with a case that cannot be measured, which is then left out; without it the first such case ends everything. */
  readonly onFailure?: (item: Case, error: unknown) => void;
}

/** The scores of cases, one case in memory at a time; null for classes that none of their masks has. */
export async function evaluateCases(
  segmenter: Segmenter,
  cases: readonly Case[],
  { onCase, onFailure, ...options }: EvaluateCasesOptions = {},
): Promise<CaseScores[]> {
  const scores: CaseScores[] = [];
  for (const [index, item] of cases.entries()) {
    try {
      scores.push((await evaluateOne(segmenter, item, options)).scores);
    } catch (error) {
      if (onFailure === undefined || options.signal?.aborted) throw error;
      onFailure(item, error);
    }
    onCase?.(index + 1, cases.length);
  }
  return withoutAbsent(scores);
}

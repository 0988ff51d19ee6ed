import { PatchclError } from '../core/errors.ts';
import type { Case } from '../data/dataset.ts';
import { readCase } from '../data/read-case.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { evaluateCase } from '../metrics/case-metrics.ts';
import type { CaseScores } from '../metrics/summary.ts';
import type { Segmenter } from './segmenter.ts';

/** A case with its segmentation and how well that agrees with the reference. */
export interface EvaluatedCase {
  readonly image: Volume;
  readonly reference: LabelVolume;
  readonly prediction: LabelVolume;
  readonly scores: CaseScores;
}

/** Segments an annotated case and compares. @throws PatchclError `bad-data` when the case has no mask, or one that does not fit */
export async function evaluateOne(segmenter: Segmenter, item: Case): Promise<EvaluatedCase> {
  const classes = segmenter.info.classes.length;
  const { image, label } = await readCase(item, classes);
  if (label === undefined) {
    throw new PatchclError('bad-data', 'the case has no mask to compare with', { subject: item.imagePath ?? item.id });
  }
  const prediction = await segmenter.segment(image, item.imagePath ?? item.id);
  return { image, reference: label, prediction, scores: { id: item.id, ...evaluateCase(prediction, label, classes) } };
}

/** The scores of cases, one case in memory at a time. @param onCase called after each */
export async function evaluateCases(
  segmenter: Segmenter,
  cases: readonly Case[],
  onCase?: (done: number, total: number) => void,
): Promise<CaseScores[]> {
  const scores: CaseScores[] = [];
  for (const item of cases) {
    scores.push((await evaluateOne(segmenter, item)).scores);
    onCase?.(scores.length, cases.length);
  }
  return scores;
}

import type { Case } from '../../data/dataset.ts';
import { normaliseVolume } from '../../data/normalise.ts';
import { labelSlice } from '../../imaging/slices.ts';
import { IGNORED, ignoredAsBackground, type LabelVolume } from '../../imaging/volume.ts';
import type { CaseScores } from '../../metrics/summary.ts';
import { evaluateOne } from '../../predict/evaluate.ts';
import type { Segmenter } from '../../predict/segmenter.ts';
import type { ExamplePicture } from '../../report/input.ts';
import { encodePicture } from '../../report/picture.ts';
import { sliceOverlay } from './slice-overlay.ts';

/** Pictures of each kind. */
const COUNT = 4;

/** Overlays of the cases with the lowest and the highest mean Dice: of each the slice that says most. */
export async function examplesOf(
  segmenter: Segmenter,
  cases: readonly Case[],
  scores: readonly CaseScores[],
): Promise<ExamplePicture[]> {
  const ranked = cases
    .map((item, i) => ({ item, dice: meanOf(scores[i]?.dice ?? []) }))
    .sort((a, b) => a.dice - b.dice);
  const count = Math.min(COUNT, Math.ceil(ranked.length / 2));
  const worst = ranked.slice(0, count).map((entry) => ({ ...entry, kind: 'worst' as const }));
  const best = ranked
    .slice(count)
    .slice(-count)
    .reverse()
    .map((entry) => ({ ...entry, kind: 'best' as const }));
  const pictures: ExamplePicture[] = [];
  for (const { item, dice, kind } of [...worst, ...best]) {
    pictures.push({ kind, dice, ...(await draw(segmenter, item, kind)) });
  }
  return pictures;
}

async function draw(
  segmenter: Segmenter,
  item: Case,
  kind: 'worst' | 'best',
): Promise<Pick<ExamplePicture, 'caption' | 'png'>> {
  const evaluated = await evaluateOne(segmenter, item);
  const { image, prediction } = evaluated;
  // What nobody has annotated is neither right nor wrong, and has no contour.
  const reference = ignoredAsBackground(evaluated.reference);
  const { preparation, classes, values } = segmenter.info;
  const [depth] = reference.shape;
  const z = kind === 'worst' ? mostWrong(prediction, evaluated.reference) : mostForeground(reference);
  const picture = sliceOverlay({
    image: { ...image, data: normaliseVolume(image, preparation, item.id) },
    ...{ slice: z, z, prediction, reference },
    classes: classes.length,
    values,
  });
  // Slices without labels are not among those that were measured, and count all the same.
  const slice = item.labelledSlices?.[z] ?? z;
  const isFlat = depth === 1 && item.labelledSlices === undefined;
  return { caption: isFlat ? item.id : `${item.id}, slice ${slice + 1}`, png: encodePicture(picture) };
}

function mostWrong(prediction: LabelVolume, reference: LabelVolume): number {
  return slicesBy(reference, (z) => {
    const truth = labelSlice(reference, z);
    return labelSlice(prediction, z).reduce(
      (count, label, i) => count + (label === truth[i] || truth[i] === IGNORED ? 0 : 1),
      0,
    );
  });
}

function mostForeground(reference: LabelVolume): number {
  return slicesBy(reference, (z) => labelSlice(reference, z).reduce((count, label) => count + (label > 0 ? 1 : 0), 0));
}

/** The slice with the highest value. */
function slicesBy({ shape: [depth] }: LabelVolume, value: (z: number) => number): number {
  const values = Array.from({ length: depth }, (_, z) => value(z));
  return values.indexOf(Math.max(...values));
}

/** Over the classes that some mask has. */
function meanOf(values: readonly (number | null)[]): number {
  const defined = values.filter((value) => value !== null);
  return defined.reduce((total, value) => total + value, 0) / defined.length;
}

import { shownSlice } from '../../imaging/slices.ts';
import type { PatchSection } from '../../report/input.ts';
import { type PatchBox, patchPicture } from '../../report/patches.ts';
import { encodePicture } from '../../report/picture.ts';
import type { PatchView } from './patch-view.ts';

/** The picture of one image of a view: all classes under each other as one PNG, and as a section of the report. */
export interface PatchPage {
  readonly png: Uint8Array;
  readonly section: PatchSection;
}

/**
 * Draws the unlabelled image whose patches take part for most classes, and most often.
 *
 * @param classes names, background first
 * @param least least mean confidence of a candidate patch
 */
export function drawPatches(
  views: readonly PatchView[],
  size: number,
  classes: readonly string[],
  least: number,
): PatchPage {
  const choices = views.flatMap((view) =>
    Array.from({ length: view.batch - view.labelled }, (_, i) => ({ view, image: view.labelled + i })),
  );
  const ranked = choices.map((choice) => ({ ...choice, score: interest(choice.view, choice.image) }));
  const { view, image } = ranked.reduce((best, other) => (other.score > best.score ? other : best));
  const { grid } = view;
  const patches = grid.perSide ** 2;
  const labels = classes.map((_, k) => k);
  const entropy = labels.map((k) => {
    const start = (k * view.batch + image) * patches;
    return Float32Array.from({ length: patches }, (_, j) =>
      (view.confidence[start + j] as number) < least ? Number.NaN : (view.entropy[start + j] as number),
    );
  });
  const pixels = view.images.length / view.batch;
  const channels = pixels / size ** 2;
  const data = view.images.subarray(image * pixels, (image + 1) * pixels);
  const { picture, rows, entropyRange } = patchPicture({
    image: shownSlice({ data, shape: [channels, 1, size, size] }, 0),
    size,
    patch: grid.size,
    labels,
    entropy,
    grid: [grid.perSide, grid.perSide],
    boxes: labels.flatMap((k) => boxesOf(view, image, k)),
  });
  return {
    png: encodePicture(picture),
    section: {
      pictures: rows.map((row, k) => ({ caption: classes[k] as string, png: encodePicture(row) })),
      entropyRange,
      note: `An unlabelled training image in a batch of ${view.batch}, with pseudo-labels of the trained network. Patches of ${grid.size} × ${grid.size} pixels every ${grid.stride}; anchors may have their positives in other images of the batch.`,
    },
  };
}

/** Classes with an anchor in the image count most, then the number of chosen patches. */
function interest(view: PatchView, image: number): number {
  const inImage = (patches: readonly number[]) => patches.filter((patch) => imageOf(view, patch) === image).length;
  const anchored = view.anchors.filter((patches) => inImage(patches) > 0).length;
  const candidates = view.positives.filter((patches) => inImage(patches) > 0).length;
  const total = view.positives.reduce((sum, patches) => sum + inImage(patches), 0);
  return 1e6 * anchored + 1e3 * candidates + total;
}

/** A class's anchors and positives, and the patches that other classes hold against it: the positives of those. */
function boxesOf(view: PatchView, image: number, label: number): PatchBox[] {
  const own = (patches: readonly number[] | undefined) =>
    (patches ?? []).filter((patch) => imageOf(view, patch) === image);
  const anchors = own(view.anchors[label]);
  const positives = own(view.positives[label]).filter((patch) => !anchors.includes(patch));
  const others = view.positives.flatMap((patches, k) => (k === label ? [] : own(patches)));
  const negatives = [...new Set(others)].filter((patch) => !anchors.includes(patch) && !positives.includes(patch));
  const box = (role: PatchBox['role']) => (patch: number) => ({ role, label, ...cornerOf(view, patch) });
  return [...anchors.map(box('anchor')), ...positives.map(box('positive')), ...negatives.map(box('negative'))];
}

function imageOf({ grid }: PatchView, patch: number): number {
  return Math.floor(patch / grid.perSide ** 2);
}

function cornerOf({ grid }: PatchView, patch: number): { top: number; left: number } {
  const inImage = patch % grid.perSide ** 2;
  return { top: Math.floor(inImage / grid.perSide) * grid.stride, left: (inImage % grid.perSide) * grid.stride };
}

import { median } from '../core/median.ts';
import { type Orientation, orientationOf } from '../imaging/orientation.ts';
import type { Volume } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';

/** A spacing counts as the coarsest when it is larger than the next by this factor; less is rounding and taste. */
const COARSER = 1.25;

/** Labelled scans looked at. */
const LOOKED_AT = 12;

/** What of a scan tells how it was acquired. */
export type Grid = Pick<Volume, 'shape' | 'geometry'>;

/**
 * The orientation to which all scans of a data set are brought before they are cut into slices along their depth: that in
 * which most of the scans are stored, with the axis of the coarsest spacing as depth where there is one, since acquisition
 * in thick slices leaves little to see in any other plane.
 *
 * @returns undefined when no scan says how it lies in the world
 */
export function slicingOrientation(scans: readonly Grid[]): Orientation | undefined {
  const placed = scans.flatMap(({ shape, geometry: { affine, spacing } }) =>
    affine === undefined ? [] : [{ depth: shape[1], spacing, orientation: orientationOf(affine) }],
  );
  const usual = mostCommon(placed.map(({ orientation }) => orientation));
  if (usual === undefined) return undefined;
  // Single slices have no other plane, whatever thickness their files claim.
  const volumes = placed.filter(({ depth }) => depth > 1);
  const spacings = [...usual].map((letter) =>
    median(volumes.map(({ orientation, spacing }) => spacing[2 - axisAlong(orientation, letter)] as number)),
  );
  const coarsest = spacings.indexOf(Math.max(...spacings));
  const others = spacings.filter((_, axis) => axis !== coarsest);
  if (!((spacings[coarsest] as number) > COARSER * Math.max(...others))) return usual;
  const plane = [...usual].filter((_, axis) => axis !== coarsest).join('');
  return `${plane}${usual[coarsest]}`;
}

/** `slicingOrientation` of a data set, judged by some of its labelled cases. */
export async function slicingOfCases(labelled: readonly Case[]): Promise<Orientation | undefined> {
  const step = Math.max(1, Math.ceil(labelled.length / LOOKED_AT));
  const grids: Grid[] = [];
  for (let at = 0; at < labelled.length; at += step) {
    const { shape, geometry } = await (labelled[at] as Case).image();
    // The first scan speaks for a data set of pictures.
    if (grids.length === 0 && geometry.affine === undefined) return undefined;
    grids.push({ shape, geometry });
  }
  return slicingOrientation(grids);
}

/** The position of the axis that runs along the same line as a letter says, in either direction. */
function axisAlong(orientation: Orientation, letter: string): number {
  const line = ['RL', 'AP', 'SI'].find((pair) => pair.includes(letter)) as string;
  return [...orientation].findIndex((own) => line.includes(own));
}

function mostCommon(items: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

import { isLabel } from '../../studio/api/index.ts';
import { interpolate } from '../drawing/interpolate.ts';
import type { Plane } from '../drawing/plane.ts';
import type { Annotation } from './annotation.ts';

/** Fills the slices without label between the labelled ones on both sides of the slice that is looked at. @returns how many; undefined while one of the two is loading */
export function fillBetween(open: Annotation): number | undefined {
  const gap = gapAround(open);
  if (gap === undefined) return 0;
  const [, height, width] = open.measures.shape;
  const masks = gap.map((slice) => open.labels.get(slice));
  if (masks.includes(undefined)) return undefined;
  const planes = masks.map((data) => ({ data: data as Uint8Array, height, width }));
  const [, down, across] = open.measures.spacing;
  const [below, above] = gap;
  const slices = interpolate(planes[0] as Plane, planes[1] as Plane, above - below - 1, [down, across]);
  const changes = slices.map((labels, i) => ({ slice: below + 1 + i, labels }));
  open.change('interpolate', 'interpolated', changes);
  return slices.length;
}

/** The nearest labelled slices below and above, if there is something between them. */
function gapAround({ slice, states: { value: states } }: Annotation): readonly [number, number] | undefined {
  const isThere = (z: number) => isLabel(states[z] ?? 'unlabelled');
  if (isThere(slice)) return undefined;
  let [below, above] = [slice - 1, slice + 1];
  while (below >= 0 && !isThere(below)) below--;
  while (above < states.length && !isThere(above)) above++;
  return below >= 0 && above < states.length ? [below, above] : undefined;
}

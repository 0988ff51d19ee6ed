import {
  concat,
  constant,
  extent,
  gatherRows,
  integers,
  mul,
  reshape,
  slice,
  sumOverRanks,
  type Tensor,
} from '../../graph/index.ts';
import type { StepShape } from '../step-shape.ts';

/*
 * The contrast looks at the whole batch, of which each rank has a part. Patches are numbered as if one rank had all images:
 * labelled ones of every rank in their order, then unlabelled ones. What ranks tell each other they put, among zeros, where
 * it belongs, and add up.
 */

type BatchShape = Pick<StepShape, 'labelled' | 'unlabelled' | 'place'>;

/**
 * One rank's rows of a table of the whole batch, put together.
 *
 * @param x values of this rank's patches, [K, images * perImage]
 * @returns values of all patches of the whole batch, [K, ranks * images * perImage]
 */
export function ofWholeBatch(x: Tensor, { labelled, unlabelled, place }: BatchShape, perImage: number): Tensor {
  if (place === undefined) return x;
  const { index, count } = place;
  const pool = (first: number, images: number) => {
    if (images === 0) return [];
    const own = slice(x, { axis: 1, start: first * perImage, end: (first + images) * perImage });
    return [padded(own, 1, index * images * perImage, (count - 1 - index) * images * perImage)];
  };
  return sumOverRanks(concat([...pool(0, labelled), ...pool(labelled, unlabelled)], 1));
}

/** Patches of a rank's own among patches of the whole batch. */
export interface OwnPatches {
  /** Number of the patch among the rank's own, 0 for those of others; int64, of the shape of the picks. */
  readonly numbers: Tensor;
  /** 1 for the rank's own, else 0. */
  readonly isOwn: Tensor;
}

/** @param picks int64, patches by their number in the whole batch */
export function ownPatches(picks: Tensor, { labelled, unlabelled, place }: BatchShape, perImage: number): OwnPatches {
  const { index = 0, count = 1 } = place ?? {};
  const images = [...ownImages(labelled, { index, count }, 0), ...ownImages(unlabelled, { index, count }, labelled)];
  const patches = images.flatMap((image) =>
    Array.from({ length: perImage }, (_, i) => (image === undefined ? undefined : image * perImage + i)),
  );
  const numbers = integers(
    patches.map((number) => number ?? 0),
    [patches.length],
  );
  const isOwn = constant(
    patches.map((number) => (number === undefined ? 0 : 1)),
    [patches.length],
  );
  return { numbers: gatherRows(numbers, picks), isOwn: gatherRows(isOwn, picks) };
}

/** For every image of a pool over all ranks its number among this rank's images, if it is one. */
function ownImages(images: number, { index, count }: { index: number; count: number }, first: number) {
  return Array.from({ length: images * count }, (_, i) =>
    Math.floor(i / images) === index ? first + (i % images) : undefined,
  );
}

export interface SharedWork {
  readonly place: StepShape['place'];
  /** Whether rows are worked on one by one. If they depend on each other, parts of the ranks must be of one size. */
  readonly rowByRow: boolean;
}

/**
 * Work on rows that is shared by the ranks: every rank does its part of it and gets all results. What cannot be shared, every
 * rank does whole.
 *
 * @param rows what each rank knows of them, [n, ...]; 0 where it knows nothing
 * @param work from [m, ...] to [m, ...]
 * @returns [n, ...]
 */
export function sharedWork(rows: Tensor, { place, rowByRow }: SharedWork, work: (rows: Tensor) => Tensor): Tensor {
  if (place === undefined) return work(rows);
  const { index, count } = place;
  const total = extent(rows.shape, 0);
  const known = sumOverRanks(rows);
  if (!rowByRow && total % count !== 0) return work(known);
  const share = Math.ceil(total / count);
  const start = index * share;
  const own = slice(padded(known, 0, 0, share * count - total), { axis: 0, start, end: start + share });
  const all = sumOverRanks(padded(work(own), 0, start, (count - 1 - index) * share));
  return share * count === total ? all : slice(all, { axis: 0, start: 0, end: total });
}

/** Rows that are masked out become 0. @param mask one number per row */
export function maskRows(rows: Tensor, mask: Tensor): Tensor {
  return mul(rows, reshape(mask, [extent(rows.shape, 0), ...rows.shape.slice(1).map(() => 1)]));
}

function padded(x: Tensor, axis: number, before: number, after: number): Tensor {
  const zeros = (length: number) => {
    const shape = x.shape.with(axis, length);
    return length === 0 ? [] : [constant(new Float32Array(shape.reduce((size, side) => size * side, 1)), shape)];
  };
  return concat([...zeros(before), x, ...zeros(after)], axis);
}

import { concat, greater, slice, type Tensor, where } from '../graph/index.ts';

/** Images of a batch that exchange a box: image `first + i` with image `second + i`, for i below `count`. */
export interface Pairs {
  readonly first: number;
  /** At least `first + count`. */
  readonly second: number;
  readonly count: number;
}

/** Images `start` to `start + length` in pairs: the first half with the second one; of an odd number the last one stays alone. */
export function halves(start: number, length: number): Pairs {
  const count = Math.floor(length / 2);
  return { first: start, second: start + count, count };
}

/** The first `count` images of x, [N, ...], from the first again where it has fewer. */
export function repeated(x: Tensor, count: number): Tensor {
  const length = x.shape[0] as number;
  const parts = Array.from({ length: Math.ceil(count / length) }, (_, i) => {
    return slice(x, { axis: 0, start: 0, end: Math.min(length, count - i * length) });
  });
  return concat(parts, 0);
}

/**
 * Exchanges what lies within boxes. Its own inverse: images are mixed by it before a network and the network's answers
 * brought home by it after, so that every pixel's answer stands again where its label is, seen in another surrounding.
 *
 * @param x [N, C, H, W]
 * @param boxes [count, 1, H, W], 1 within the box of a pair, else 0
 */
export function exchanged(x: Tensor, boxes: Tensor, { first, second, count }: Pairs): Tensor {
  const inBox = greater(boxes, 0.5);
  const part = (start: number, end: number) => slice(x, { axis: 0, start, end });
  const [a, b] = [part(first, first + count), part(second, second + count)];
  const gaps = [
    [0, first],
    [first + count, second],
    [second + count, x.shape[0] as number],
  ] as const;
  const [before, between, after] = gaps.map(([start, end]) => (start < end ? [part(start, end)] : []));
  const parts = [before, where(inBox, b, a), between, where(inBox, a, b), after].flat();
  return concat(
    parts.filter((piece) => piece !== undefined),
    0,
  );
}

import { PatchclError } from '../core/errors.ts';

/** [depth, height, width] */
export type Extent = readonly [depth: number, height: number, width: number];

/**
 * Exact Euclidean distance from every voxel centre to the nearest non-zero voxel's centre; 0 on the mask itself and Infinity
 * everywhere when the mask is empty. (SciPy's `distance_transform_edt(~mask, sampling=spacing)`.)
 *
 * One pass of lower envelopes of parabolas per axis, linear in the number of voxels: P. Felzenszwalb and D. Huttenlocher,
 * "Distance transforms of sampled functions", Theory of Computing 8 (2012).
 *
 * @param mask C-ordered [depth, height, width]; a plane has depth 1.
 * @param spacing distance between voxel centres along [depth, height, width]; the result has its unit.
 * @throws PatchclError `shape` when the mask's length is not the product of `shape`.
 */
export function distanceTransform(mask: Uint8Array, shape: Extent, spacing: Extent): Float64Array {
  const [depth, height, width] = shape;
  if (mask.length !== depth * height * width) {
    throw new PatchclError('shape', `a mask of ${shape.join(' x ')} voxels does not have ${mask.length} values`);
  }
  const squared = new Float64Array(mask.length).fill(Infinity);
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) squared[i] = 0;

  const envelope = makeEnvelope(Math.max(depth, height, width));
  const plane = height * width;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) lower(squared, z * plane + y * width, 1, width, spacing[2], envelope);
  }
  for (let z = 0; z < depth; z++) {
    for (let x = 0; x < width; x++) lower(squared, z * plane + x, width, height, spacing[1], envelope);
  }
  for (let i = 0; i < plane; i++) lower(squared, i, plane, depth, spacing[0], envelope);

  for (let i = 0; i < squared.length; i++) squared[i] = Math.sqrt(squared[i] as number);
  return squared;
}

/** Working memory for one line: the envelope's parabolas (their position and height) and where each one begins to be lowest. */
interface Envelope {
  readonly vertex: Int32Array;
  readonly height: Float64Array;
  readonly from: Float64Array;
}

function makeEnvelope(length: number): Envelope {
  return { vertex: new Int32Array(length), height: new Float64Array(length), from: new Float64Array(length) };
}

/** Replaces one line of squared distances d(q) by min over p of d(p) + (spacing * (q - p))^2. */
function lower(
  data: Float64Array,
  start: number,
  stride: number,
  length: number,
  spacing: number,
  work: Envelope,
): void {
  if (length === 1) return;
  const { vertex, height, from } = work;
  const scale = spacing * spacing;
  let count = 0;
  for (let q = 0; q < length; q++) {
    const value = data[start + q * stride] as number;
    if (value === Infinity) continue;
    let crossing = -Infinity;
    while (count > 0) {
      const p = vertex[count - 1] as number;
      crossing = (q + p) / 2 + (value - (height[count - 1] as number)) / (2 * scale * (q - p));
      if (crossing > (from[count - 1] as number)) break;
      count--;
      crossing = -Infinity;
    }
    vertex[count] = q;
    height[count] = value;
    from[count] = crossing;
    count++;
  }
  if (count === 0) return;
  let current = 0;
  for (let q = 0; q < length; q++) {
    while (current + 1 < count && (from[current + 1] as number) < q) current++;
    const offset = q - (vertex[current] as number);
    data[start + q * stride] = (height[current] as number) + scale * offset * offset;
  }
}

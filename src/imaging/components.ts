import { PatchclError } from '../core/errors.ts';
import type { Extent } from './distance.ts';
import type { LabelVolume } from './volume.ts';

/** Which voxels touch: 6 shares a face (4 in 2D), 26 also an edge or a corner (8 in 2D). */
export type Neighbourhood = 6 | 26;

export interface Components {
  /** [depth, height, width]: 0 on background, else the number of the voxel's component, from 1 in scan order. */
  readonly labels: Int32Array;
  /** Voxels of each component; index 0 counts the background. */
  readonly sizes: Int32Array;
}

/**
 * Connected components of a segmentation: touching voxels of the same non-zero class belong together. A binary mask is the
 * case of one class. Two raster scans with union-find (A. Rosenfeld and J. Pfaltz, 1966).
 *
 * @param data C-ordered [depth, height, width].
 * @throws PatchclError `shape` when the length of `data` is not the product of `shape`.
 */
export function connectedComponents(data: Uint8Array, shape: Extent, neighbourhood: Neighbourhood = 26): Components {
  const [depth, height, width] = shape;
  if (data.length !== depth * height * width) {
    throw new PatchclError('shape', `a mask of ${shape.join(' x ')} voxels does not have ${data.length} values`);
  }
  const steps = earlierNeighbours(neighbourhood);
  // A voxel's parent is a voxel of the same component that comes no later, so roots are the first voxels of components.
  const parent = new Int32Array(data.length);
  for (let i = 0; i < parent.length; i++) parent[i] = i;
  const within = (z: number, y: number, x: number) => z >= 0 && y >= 0 && y < height && x >= 0 && x < width;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const z = Math.floor(i / (width * height));
    for (const [dz, dy, dx] of steps) {
      const j = i + (dz * height + dy) * width + dx;
      if (within(z + dz, y + dy, x + dx) && data[j] === data[i]) union(parent, i, j);
    }
  }
  return numbered(data, parent);
}

/**
 * Which component of each class is its largest, the first in scan order of equally large ones.
 *
 * @param data what the components were found in
 * @returns the class of each component, and by class the number of its largest, 0 where it has none
 */
export function largestComponents(data: Uint8Array, { labels, sizes }: Components) {
  const classOf = new Uint8Array(sizes.length);
  for (let i = 0; i < data.length; i++) classOf[labels[i] as number] = data[i] as number;
  const largest = new Int32Array(256);
  for (let c = 1; c < sizes.length; c++) {
    const klass = classOf[c] as number;
    const best = largest[klass] as number;
    if (best === 0 || (sizes[c] as number) > (sizes[best] as number)) largest[klass] = c;
  }
  return { classOf, largest };
}

/**
 * Keeps the largest connected component of foreground classes and sets the rest to background, the usual clean-up for
 * organs that exist once. Of equally large components the first in scan order stays.
 *
 * @param classes those that are cleaned; default: all
 */
export function keepLargestComponents(labels: LabelVolume, classes?: readonly number[]): LabelVolume {
  if (classes?.length === 0) return labels;
  const components = connectedComponents(labels.data, labels.shape);
  const { classOf, largest } = largestComponents(labels.data, components);
  const isCleaned = Array.from({ length: 256 }, (_, klass) => classes === undefined || classes.includes(klass));
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) {
    const klass = labels.data[i] as number;
    if (klass === 0) continue;
    const component = components.labels[i] as number;
    if (!isCleaned[klass] || largest[classOf[component] as number] === component) data[i] = klass;
  }
  return { ...labels, data };
}

/** Offsets [depth, height, width] of the neighbours that a raster scan has already visited. */
function earlierNeighbours(neighbourhood: Neighbourhood): readonly Extent[] {
  const faces: Extent[] = [
    [-1, 0, 0],
    [0, -1, 0],
    [0, 0, -1],
  ];
  if (neighbourhood === 6) return faces;
  const all: Extent[] = [];
  for (const dz of [-1, 0]) {
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) if (dz * 9 + dy * 3 + dx < 0) all.push([dz, dy, dx]);
    }
  }
  return all;
}

function find(parent: Int32Array, i: number): number {
  let root = i;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root] as number] as number;
    root = parent[root] as number;
  }
  return root;
}

function union(parent: Int32Array, a: number, b: number): void {
  const rootA = find(parent, a);
  const rootB = find(parent, b);
  parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

/** Numbers the components in place: a mask of a thousand slices is large enough once. */
function numbered(data: Uint8Array, parent: Int32Array): Components {
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) parent[i] = 0;
    // Below zero stands a number; what stands earlier has its own already.
    else parent[i] = parent[i] === i ? -++count : (parent[parent[i] as number] as number);
  }
  const sizes = new Int32Array(count + 1);
  for (let i = 0; i < data.length; i++) {
    const label = -(parent[i] as number);
    parent[i] = label;
    sizes[label] = (sizes[label] as number) + 1;
  }
  return { labels: parent, sizes };
}

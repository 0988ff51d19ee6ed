import type { Extent } from './distance.ts';

/**
 * Border voxels of a mask: those with at least one background voxel among their face neighbours (6 in 3D, 4 in 2D). What
 * lies outside the volume counts as background. Same as `mask & ~binary_erosion(mask, generate_binary_structure(ndim, 1))`
 * in SciPy, which is how medpy defines a surface.
 *
 * @param mask C-ordered [depth, height, width], non-zero is foreground.
 * @param dimensions 2 looks at neighbours within each plane only; by default a volume of depth 1 is 2D.
 * @returns [depth, height, width], 1 on the border, 0 elsewhere.
 */
export function borderVoxels(mask: Uint8Array, shape: Extent, dimensions: 2 | 3 = shape[0] === 1 ? 2 : 3): Uint8Array {
  const [depth, height, width] = shape;
  const plane = height * width;
  const border = new Uint8Array(mask.length);
  let i = 0;
  for (let z = 0; z < depth; z++) {
    const edgeZ = dimensions === 3 && (z === 0 || z === depth - 1);
    for (let y = 0; y < height; y++) {
      const edgeY = edgeZ || y === 0 || y === height - 1;
      for (let x = 0; x < width; x++, i++) {
        if (mask[i] === 0) continue;
        if (edgeY || x === 0 || x === width - 1 || isExposed(mask, i, width, dimensions === 3 ? plane : 0))
          border[i] = 1;
      }
    }
  }
  return border;
}

/** For a voxel off the volume's edge; a plane step of 0 makes the neighbours along depth the voxel itself. */
function isExposed(mask: Uint8Array, i: number, row: number, plane: number): boolean {
  return (
    mask[i - 1] === 0 ||
    mask[i + 1] === 0 ||
    mask[i - row] === 0 ||
    mask[i + row] === 0 ||
    mask[i - plane] === 0 ||
    mask[i + plane] === 0
  );
}

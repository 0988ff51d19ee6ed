import { writeNifti } from '../../formats/index.ts';
import type { Geometry } from '../../imaging/volume.ts';

/** [depth, height, width] of the marked scan. */
const SHAPE = [5, 20, 26] as const;

/** Voxel [k, j, i] of the mark: near no middle, so that a flip would move it. */
const MARK = [3, 4, 19] as const;

/** Axes i to the back, j to the feet, k to the right, thick slices along k, all turned a little. */
function geometry(): Geometry {
  const [turn, tilt] = [0.1, 0.07];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const columns = [
    [s, -c, 0],
    [-Math.sin(tilt) * 1.2, 0, -Math.cos(tilt) * 1.2],
    [4 * c, 4 * s, 0],
  ];
  const rows = [0, 1, 2].map((row) => [...columns.map((column) => column[row] as number), 10 * row - 7]);
  return { spacing: [4, 1.2, 1], unit: 'mm', affine: [...rows.flat(), 0, 0, 0, 1] };
}

/** A dark scan with one bright voxel, in no canonical orientation. */
export function markedScan(): Uint8Array {
  // The first rows of the first slice make the window wide: but for them and the mark, all is dark.
  const data = new Float32Array(SHAPE[0] * SHAPE[1] * SHAPE[2]).map((_, i) => (i < 2 * SHAPE[2] ? 90 : i % 7));
  data[(MARK[0] * SHAPE[1] + MARK[1]) * SHAPE[2] + MARK[2]] = 100;
  return writeNifti({ data, shape: [1, ...SHAPE], geometry: geometry() });
}

/** Compares a mask with the scan in nibabel: where its voxels lie, and which of them are not 0. */
export const COMPARE = `
import json, sys
import nibabel as nib, numpy as np
scan, mask = nib.load(sys.argv[1]), nib.load(sys.argv[2])
values = np.asarray(mask.dataobj)
print(json.dumps({
    'axes': ''.join(nib.aff2axcodes(scan.affine)),
    'affine': float(np.abs(scan.affine - mask.affine).max()),
    'shape': scan.shape == mask.shape,
    'drawn': np.argwhere(values > 0).tolist(),
    'bright': [int(i) for i in np.unravel_index(np.asarray(scan.dataobj).argmax(), scan.shape)],
}))`;

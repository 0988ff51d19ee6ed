import type { Volume } from '../volume.ts';

const OPPOSITE: Readonly<Record<string, string>> = { R: 'L', A: 'P', S: 'I' };

/** All 48 orientations: every order of the three axes, every choice of directions. */
export const ORIENTATIONS: readonly string[] = ['RAS', 'RSA', 'ARS', 'ASR', 'SRA', 'SAR'].flatMap((axes) =>
  Array.from({ length: 8 }, (_, flips) =>
    [...axes].map((letter, axis) => ((flips >> axis) & 1 ? OPPOSITE[letter] : letter)).join(''),
  ),
);

/** The values of a volume by their place in the world, rounded: `x,y,z` gives one value per channel. */
export function inWorld({ data, shape, geometry }: Pick<Volume, 'shape' | 'geometry'> & { data: ArrayLike<number> }) {
  const [channels, depth, height, width] = shape;
  const affine = geometry.affine as readonly number[];
  const values = new Map<string, number[]>();
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const place = [0, 4, 8].map((row) =>
          [x, y, z, 1].reduce((sum, index, column) => sum + index * (affine[row + column] as number), 0).toFixed(2),
        );
        const at = (z * height + y) * width + x;
        const voxel = Array.from({ length: channels }, (_, c) => data[c * depth * height * width + at] as number);
        values.set(place.join(',').replaceAll('-0.00', '0.00'), voxel);
      }
    }
  }
  return values;
}

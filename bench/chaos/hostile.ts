import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rng } from '../../src/core/rng.ts';
import { writeNifti } from '../../src/formats/index.ts';

const GEOMETRY = {
  spacing: [1, 1, 1] as const,
  unit: 'mm' as const,
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
};

/** A scan of 2 slices with a bright square, and its mask. */
export function scan(n: number, side = 32) {
  const inside = (i: number) => {
    const [x, y] = [i % side, Math.floor(i / side) % side];
    return x > 7 + (n % 4) && x < 22 && y > 5 && y < 18 + (n % 5);
  };
  const length = 2 * side * side;
  const data = Float32Array.from({ length }, (_, i) => (inside(i) ? 200 : 40) + ((i * 7 + n) % 20));
  const mask = Uint8Array.from({ length }, (_, i) => +inside(i));
  const shape = [2, side, side] as const;
  return {
    image: writeNifti({ data, shape: [1, ...shape], geometry: GEOMETRY }),
    mask: writeNifti({ data: mask, shape, geometry: GEOMETRY }),
  };
}

/** A NIfTI header that claims as many voxels as it likes. */
function lying(width: number): Uint8Array {
  const bytes = new Uint8Array(
    writeNifti({ data: new Float32Array(8), shape: [1, 2, 2, 2], geometry: GEOMETRY }, { gzip: false }),
  );
  new DataView(bytes.buffer).setInt16(42, width, true);
  return bytes;
}

/** Ways in which a scan costs itself: each makes one, in a folder, under a name without ending. */
export const HOSTILE: Readonly<Record<string, (folder: string, name: string, rng: Rng) => void>> = {
  pipe: (folder, name) => execFileSync('mkfifo', [join(folder, `${name}.nii.gz`)]),
  device: (folder, name) => symlinkSync('/dev/zero', join(folder, `${name}.nii`)),
  'link to itself': (folder, name) => symlinkSync(`${name}.nii`, join(folder, `${name}.nii`)),
  empty: (folder, name) => writeFileSync(join(folder, `${name}.nii`), ''),
  noise: (folder, name, rng) =>
    writeFileSync(
      join(folder, `${name}.nii.gz`),
      Uint8Array.from({ length: 3000 }, () => rng.int(256)),
    ),
  'cut off': (folder, name, rng) => {
    const { image } = scan(3);
    writeFileSync(join(folder, `${name}.nii.gz`), image.subarray(0, 100 + rng.int(image.length - 200)));
  },
  'a flipped bit': (folder, name, rng) => {
    const image = scan(4).image.slice();
    const at = image.length - 8 + rng.int(4);
    image[at] = (image[at] as number) ^ 1;
    writeFileSync(join(folder, `${name}.nii.gz`), image);
  },
  'a header that lies': (folder, name) => writeFileSync(join(folder, `${name}.nii`), lying(32_000)),
  'a header with nothing': (folder, name) => writeFileSync(join(folder, `${name}.nii`), lying(0)),
  'a picture that is none': (folder, name) => writeFileSync(join(folder, `${name}.png`), 'GIF89a and no more'),
};

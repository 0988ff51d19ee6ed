import type { LabelVolume } from '../../imaging/volume.ts';

type Triple = [number, number, number];

/** As `Numbers` in golden/anisotropic.py. */
function numbers(seed: number) {
  let state = seed;
  const below = (count: number) => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) % count;
  };
  return { below, between: (low: number, high: number) => low + below(high - low + 1) };
}

/** The masks of a case of golden/anisotropic.json, drawn by the same whole numbers as `mask_pair` there. */
export function maskPair(index: number): { prediction: LabelVolume; reference: LabelVolume } {
  const { below, between } = numbers(index + 1);
  const shape: Triple = [between(2, 12), between(12, 40), between(12, 40)];
  const spacing: Triple = [between(2500, 10000) / 1000, between(300, 2000) / 1000, between(300, 2000) / 1000];
  const [prediction, reference] = [0, 1].map(() => new Uint8Array(shape[0] * shape[1] * shape[2])) as [
    Uint8Array,
    Uint8Array,
  ];
  for (let left = between(1, 3); left > 0; left--) {
    const centre = shape.map(below) as Triple;
    const radii: Triple = [between(1, 4), between(2, 12), between(2, 12)];
    const moved: Triple = [between(-1, 1), between(-3, 3), between(-3, 3)];
    const grown = between(0, 2);
    const sum = (a: Triple, b: Triple) => a.map((value, axis) => value + (b[axis] as number)) as Triple;
    addEllipsoid(reference, shape, centre, radii);
    addEllipsoid(prediction, shape, sum(centre, moved), sum(radii, [grown, grown, grown]));
  }
  for (const mask of [prediction, reference]) {
    for (let left = below(12); left > 0; left--) {
      const voxel = below(mask.length);
      mask[voxel] = 1 - (mask[voxel] as number);
    }
  }
  if (index % 25 === 7) prediction.fill(0);
  if (index % 50 === 7) reference.fill(0);
  const geometry = { spacing, unit: 'mm' as const };
  return { prediction: { data: prediction, shape, geometry }, reference: { data: reference, shape, geometry } };
}

function addEllipsoid(mask: Uint8Array, [depth, height, width]: Triple, centre: Triple, [rz, ry, rx]: Triple): void {
  const limit = (rz * ry * rx) ** 2;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const left =
          ((z - centre[0]) * ry * rx) ** 2 + ((y - centre[1]) * rz * rx) ** 2 + ((x - centre[2]) * rz * ry) ** 2;
        if (left <= limit) mask[(z * height + y) * width + x] = 1;
      }
    }
  }
}

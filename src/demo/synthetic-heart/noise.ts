import type { Rng } from '../../core/rng.ts';

/**
 * Smooth random texture [size, size] in about [-1, 1]: uniform values on a lattice of `cells` x `cells` squares, joined by
 * cubic ease curves (value noise).
 */
export function valueNoise(rng: Rng, size: number, cells: number): Float32Array {
  const nodes = Math.ceil(cells) + 2;
  const lattice = Float32Array.from({ length: nodes * nodes }, () => rng.uniform(-1, 1));
  const cell = new Int32Array(size);
  const weight = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const at = (i / size) * cells;
    const t = at - Math.floor(at);
    cell[i] = Math.floor(at);
    weight[i] = t * t * (3 - 2 * t);
  }
  const texture = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const corner = (cell[i] as number) * nodes + (cell[j] as number);
      const across = weight[j] as number;
      const top = mix(lattice[corner] as number, lattice[corner + 1] as number, across);
      const bottom = mix(lattice[corner + nodes] as number, lattice[corner + nodes + 1] as number, across);
      texture[i * size + j] = mix(top, bottom, weight[i] as number);
    }
  }
  return texture;
}

/** Between `from` (weight 0) and `to` (weight 1). */
export function mix(from: number, to: number, weight: number): number {
  return from + (to - from) * weight;
}

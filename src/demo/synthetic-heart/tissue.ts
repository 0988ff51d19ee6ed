import type { Rng } from '../../core/rng.ts';

/** One scan's intensities, arbitrary units around 1, and what the scanner does to them. */
export interface Tissue {
  readonly blood: number;
  /** The right ventricle's blood relative to the left's. */
  readonly rvBlood: number;
  readonly myocardium: number;
  readonly fat: number;
  readonly muscle: number;
  readonly liver: number;
  readonly lung: number;
  readonly stomach: number;
  readonly bone: number;
  /** Strength of the mottling within tissues. */
  readonly texture: number;
  /** Darkening of fat-water borders, as balanced steady-state sequences show it. */
  readonly inkLine: number;
}

/** Draws one scan's contrasts: from crisp blood on dark muscle to nearly the same grey for both. */
export function drawTissue(rng: Rng): Tissue {
  const blood = rng.uniform(0.6, 1);
  return {
    blood,
    rvBlood: rng.uniform(0.8, 1.05),
    myocardium: blood * rng.uniform(0.18, 0.45),
    fat: blood * rng.uniform(0.55, 1.3),
    muscle: blood * rng.uniform(0.12, 0.4),
    liver: blood * rng.uniform(0.15, 0.65),
    lung: blood * rng.uniform(0.02, 0.12),
    stomach: blood * rng.uniform(0.05, 0.8),
    bone: blood * rng.uniform(0.2, 0.5),
    texture: rng.uniform(0.08, 0.3),
    inkLine: rng.uniform(0.1, 0.7),
  };
}

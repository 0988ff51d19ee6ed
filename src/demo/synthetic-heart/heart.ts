import type { Anatomy } from './anatomy.ts';

/** Cavities smaller than this (mm) are below what an annotator would outline. */
const SMALLEST_CAVITY = 2.5;

/**
 * Approximate signed distances (mm, negative inside) from a point to the heart's surfaces in one slice. They are exact
 * along rays from the centre, which is enough for edges a pixel wide.
 */
export interface HeartDistances {
  endocardium: number;
  epicardium: number;
  /** Cavity of the right ventricle; the part within the LV's wall is not taken off. */
  rightVentricle: number;
  /** Polar coordinates around the LV's centre. */
  radius: number;
  angle: number;
}

/** The heart cut at a depth `z` below the valve plane (mm, negative above it); coordinates in the patient's frame. */
export class HeartSlice {
  /** Radius of the LV's cavity, before its shape is applied. */
  readonly cavityRadius: number;
  readonly #anatomy: Anatomy;
  readonly #centre: readonly [number, number];
  readonly #rvCentre: readonly [number, number];
  readonly #epiScale: number;
  readonly #rvScale: number;
  readonly #distances: HeartDistances = { endocardium: 0, epicardium: 0, rightVentricle: 0, radius: 0, angle: 0 };

  constructor(anatomy: Anatomy, z: number, shift: readonly [number, number]) {
    const { lv, rv } = anatomy;
    const depth = Math.max(z, 0);
    this.#anatomy = anatomy;
    this.cavityRadius = lv.radius * profile(depth / lv.length, lv.taper);
    this.#epiScale = profile(depth / (lv.length + lv.wall), lv.taper);
    this.#rvScale = profile(depth / (lv.length * rv.reach), 2.2);
    this.#centre = [shift[0] + lv.tilt[0] * depth, shift[1] + lv.tilt[1] * depth];
    // The right ventricle shrinks towards the septum, not towards its own centre.
    const distance = rv.distance * (0.45 * this.#epiScale + 0.55 * this.#rvScale);
    this.#rvCentre = [this.#centre[0] + distance * Math.cos(rv.angle), this.#centre[1] + distance * Math.sin(rv.angle)];
  }

  get centre(): readonly [number, number] {
    return this.#centre;
  }

  /** The distances at a point. The object is reused by the next call: this runs for every pixel. */
  at(x: number, y: number): HeartDistances {
    const { lv, rv } = this.#anatomy;
    const dx = x - this.#centre[0];
    const dy = y - this.#centre[1];
    const radius = Math.sqrt(dx * dx + dy * dy);
    const angle = Math.atan2(dy, dx);
    const shape =
      1 +
      lv.ellipticity * Math.cos(2 * (angle - lv.ellipticityAngle)) +
      lv.triangularity * Math.cos(3 * (angle - lv.triangularityAngle));
    const wall = lv.wall * (1 + lv.thickShare * Math.cos(angle - lv.thickAngle));
    const cavity = this.cavityRadius;
    const distances = this.#distances;
    distances.radius = radius;
    distances.angle = angle;
    distances.endocardium = cavity < SMALLEST_CAVITY ? 1e3 : radius - cavity * shape;
    distances.epicardium = this.#epiScale === 0 ? 1e3 : radius - (lv.radius * shape + wall) * this.#epiScale;
    distances.rightVentricle = this.#rvScale < 0.12 ? 1e3 : this.#toRightVentricle(x, y, rv);
    return distances;
  }

  #toRightVentricle(x: number, y: number, rv: Anatomy['rv']): number {
    const dx = x - this.#rvCentre[0];
    const dy = y - this.#rvCentre[1];
    const angle = Math.atan2(dy, dx);
    const cosine = Math.cos(angle - rv.angle) / rv.along;
    const sine = Math.sin(angle - rv.angle) / rv.across;
    const ellipse = 1 / Math.sqrt(cosine * cosine + sine * sine);
    const corner = 1 + rv.corner * Math.cos(3 * (angle - rv.cornerAngle));
    return Math.sqrt(dx * dx + dy * dy) - ellipse * corner * this.#rvScale;
  }
}

/** Width of a rounded cone at a share of its length: 1 at the base, 0 at and beyond the tip. */
function profile(share: number, taper: number): number {
  return share >= 1 ? 0 : Math.sqrt(1 - share ** taper);
}

import type { Rng } from '../../core/rng.ts';
import type { Anatomy, Spot } from './anatomy.ts';
import { type HeartDistances, HeartSlice } from './heart.ts';
import { mix, valueNoise } from './noise.ts';
import type { Tissue } from './tissue.ts';

/** Class indices, as ACDC's. */
export const HEART_CLASSES = { background: 0, rightVentricle: 1, myocardium: 2, leftVentricle: 3 } as const;

/** Random textures of one slice, each [size, size] in [-1, 1], from fine to coarse. */
interface Textures {
  readonly fine: Float32Array;
  readonly medium: Float32Array;
  readonly coarse: Float32Array;
}

/** A slice to be painted. */
export interface SliceView {
  /** Depth below the valve plane in mm, negative above it. */
  readonly z: number;
  readonly size: number;
  /** Millimetres per pixel. */
  readonly spacing: number;
}

/**
 * Paints one slice: noiseless intensities and classes, both [size, size]. Layers go from the outside to the heart, each
 * mixed in by how much of the pixel it covers.
 */
export function paintSlice(
  anatomy: Anatomy,
  tissue: Tissue,
  view: SliceView,
  rng: Rng,
): { image: Float32Array; label: Uint8Array } {
  const { size, spacing } = view;
  const fieldOfView = size * spacing;
  const textures: Textures = {
    fine: valueNoise(rng, size, fieldOfView / 3.2),
    medium: valueNoise(rng, size, fieldOfView / 9),
    coarse: valueNoise(rng, size, fieldOfView / 28),
  };
  // Slices are taken in separate breath-holds, so the heart does not lie in quite the same place.
  const heart = new HeartSlice(anatomy, view.z, [1.2 * rng.normal(), 1.2 * rng.normal()]);
  const painter = new Painter(anatomy, tissue, view, heart, textures);
  const image = new Float32Array(size * size);
  const label = new Uint8Array(size * size);
  const cosine = Math.cos(anatomy.rotation);
  const sine = Math.sin(anatomy.rotation);
  for (let i = 0; i < size; i++) {
    const down = (i - (size - 1) / 2) * spacing - anatomy.shift[1];
    for (let j = 0; j < size; j++) {
      const right = (j - (size - 1) / 2) * spacing - anatomy.shift[0];
      const x = (cosine * right + sine * down) / anatomy.scale;
      const y = (cosine * down - sine * right) / anatomy.scale;
      const pixel = i * size + j;
      image[pixel] = painter.intensity(x, y, pixel);
      label[pixel] = painter.label();
    }
  }
  return { image, label };
}

/** Intensity and class of one point after the other. */
class Painter {
  readonly #anatomy: Anatomy;
  readonly #tissue: Tissue;
  readonly #z: number;
  readonly #edge: number;
  readonly #heart: HeartSlice;
  readonly #textures: Textures;
  #distances: HeartDistances;

  constructor(anatomy: Anatomy, tissue: Tissue, view: SliceView, heart: HeartSlice, textures: Textures) {
    this.#anatomy = anatomy;
    this.#tissue = tissue;
    this.#z = view.z;
    this.#edge = view.spacing / anatomy.scale;
    this.#heart = heart;
    this.#textures = textures;
    this.#distances = heart.at(0, 0);
  }

  intensity(x: number, y: number, pixel: number): number {
    this.#distances = this.#heart.at(x, y);
    if (this.#z < 0) return this.#aboveValves(this.#rightHeart(this.#torso(x, y, pixel), pixel), x, y, pixel);
    const { endocardium, epicardium, rightVentricle } = this.#distances;
    // What covers the pixel wholly spares painting what lies under it.
    if (endocardium < -this.#edge) return this.#cavity(0, x, y, pixel);
    let value = 0;
    if (epicardium > -this.#edge) {
      const torso = rightVentricle > -this.#edge ? this.#torso(x, y, pixel) : 0;
      value = this.#rightHeart(torso, pixel);
    }
    const medium = this.#textures.medium[pixel] as number;
    const muscle = this.#tissue.myocardium * (1 + 0.5 * this.#tissue.texture * medium);
    value = mix(value, muscle, this.#covers(epicardium));
    return this.#cavity(value, x, y, pixel);
  }

  /** Class of the point whose intensity was asked last. Nothing is labelled above the valve plane. */
  label(): number {
    const { endocardium, epicardium, rightVentricle } = this.#distances;
    if (this.#z < 0) return HEART_CLASSES.background;
    if (endocardium < 0) return HEART_CLASSES.leftVentricle;
    if (epicardium < 0) return HEART_CLASSES.myocardium;
    return rightVentricle < 0 ? HEART_CLASSES.rightVentricle : HEART_CLASSES.background;
  }

  /** Share of the pixel that lies inside a surface at this signed distance. */
  #covers(distance: number): number {
    return Math.min(1, Math.max(0, 0.5 - distance / this.#edge));
  }

  /** Signed distance to a round structure. */
  #toSpot(spot: Spot, x: number, y: number): number {
    const dx = x - spot.x - spot.driftX * this.#z;
    const dy = y - spot.y - spot.driftY * this.#z;
    return Math.sqrt(dx * dx + dy * dy) - spot.radius;
  }

  /** Blood of the left ventricle with its papillary muscles and trabeculae, which count as cavity in the labels. */
  #cavity(outside: number, x: number, y: number, pixel: number): number {
    const { endocardium } = this.#distances;
    const covered = this.#covers(endocardium);
    if (covered === 0) return outside;
    const { blood, myocardium, texture } = this.#tissue;
    const fine = this.#textures.fine[pixel] as number;
    let inside = blood * (1 + 0.35 * texture * (this.#textures.medium[pixel] as number) + 0.2 * texture * fine);
    inside = mix(inside, myocardium, 0.9 * this.#papillary(x, y, fine));
    const rim = -endocardium / (2 + 5 * this.#anatomy.trabeculation);
    if (rim < 1) inside = mix(inside, myocardium, 0.8 * (1 - rim) * Math.max(0, fine) * this.#anatomy.trabeculation);
    return mix(outside, inside, covered);
  }

  /** Share of papillary muscle at a point of the cavity: blobs drawn out towards the wall, frayed by the fine texture. */
  #papillary(x: number, y: number, fine: number): number {
    const radius = this.#heart.cavityRadius;
    const [centreX, centreY] = this.#heart.centre;
    let most = 0;
    for (const muscle of this.#anatomy.papillary) {
      const cosine = Math.cos(muscle.angle);
      const sine = Math.sin(muscle.angle);
      const dx = x - centreX - radius * muscle.share * cosine;
      const dy = y - centreY - radius * muscle.share * sine;
      const outwards = dx * cosine + dy * sine;
      const sideways = dy * cosine - dx * sine;
      const along = outwards / (outwards > 0 ? 2 * muscle.stretch : muscle.stretch);
      const size = muscle.radius * Math.min(1, radius / 20) + 2.2 * fine;
      most = Math.max(most, this.#covers(Math.sqrt(along * along + sideways * sideways) - size));
    }
    return most;
  }

  /** Fat around the heart, the thin wall of the right ventricle and its blood. */
  #rightHeart(outside: number, pixel: number): number {
    const { rv, pericardialFat } = this.#anatomy;
    const { fat, myocardium, blood, rvBlood, texture, inkLine } = this.#tissue;
    const { epicardium, rightVentricle } = this.#distances;
    const surface = Math.min(epicardium, rightVentricle - rv.wall);
    const medium = this.#textures.medium[pixel] as number;
    const fine = this.#textures.fine[pixel] as number;
    const rim = pericardialFat * (0.6 + 1.1 * (this.#textures.coarse[pixel] as number));
    let value = mix(outside, fat * (0.62 + 0.38 * medium), this.#covers(surface - rim));
    value *= 1 - inkLine * this.#covers(Math.abs(surface) - 0.8);
    value = mix(value, myocardium, this.#covers(rightVentricle - rv.wall));
    const cavity = blood * rvBlood * (1 + 0.45 * texture * medium + 0.25 * texture * fine);
    const trabeculae = Math.max(0, 1 + rightVentricle / 7) * Math.max(0, fine + 0.1) * this.#anatomy.trabeculation;
    value = mix(value, mix(cavity, myocardium, Math.min(0.8, trabeculae)), this.#covers(rightVentricle));
    return value;
  }

  /** Atrium and outflow tract: as bright and round as ventricles, but without a thick wall and without a label. */
  #aboveValves(outside: number, x: number, y: number, pixel: number): number {
    const { blood, rvBlood, myocardium } = this.#tissue;
    const medium = this.#textures.medium[pixel] as number;
    const atrium = this.#distances.endocardium - 4;
    let value = mix(outside, myocardium, this.#covers(atrium - 1.5));
    value = mix(value, blood * (0.9 + 0.12 * medium), this.#covers(atrium));
    const outflow = this.#toSpot(this.#anatomy.outflow, x, y) + 2 * medium;
    value = mix(value, myocardium, 0.6 * this.#covers(outflow - 1.3));
    return mix(value, blood * rvBlood * (1 + 0.1 * medium), this.#covers(outflow));
  }

  /** Everything around the heart: air, chest wall, lung, and what lies under the diaphragm. */
  #torso(x: number, y: number, pixel: number): number {
    const { body, aorta, cava, spine } = this.#anatomy;
    const { fat, muscle, lung, blood, bone, texture } = this.#tissue;
    const fine = this.#textures.fine[pixel] as number;
    const medium = this.#textures.medium[pixel] as number;
    const coarse = this.#textures.coarse[pixel] as number;
    const dx = (x - body.x) / body.halfWidth;
    const dy = (y - body.y) / body.halfHeight;
    const skin = (Math.sqrt(dx * dx + dy * dy) - 1) * Math.min(body.halfWidth, body.halfHeight) + 4 * coarse;
    if (skin > this.#edge) return 0;
    const angle = Math.atan2(dy, dx);
    let value = mix(0, fat * (1 + 0.25 * texture * medium), this.#covers(skin));
    const chest = skin + body.fat * (1 + 0.4 * Math.sin(angle + body.ribPhase));
    const rib = Math.sin(body.ribs * angle + body.ribPhase + 0.3 * this.#z);
    value = mix(
      value,
      muscle * (1 + 0.5 * Math.max(0, medium)) + 0.35 * fat * Math.max(0, rib - 0.4),
      this.#covers(chest),
    );
    const cavity = chest + body.muscle * (0.8 + 0.25 * rib);
    const vessel = fine > 0.72 ? (fine - 0.72) * 2.2 * blood : 0;
    value = mix(value, lung * (1 + 0.4 * coarse) + vessel, this.#covers(cavity));
    value = this.#abdomen(value, x, y, pixel, cavity);
    const backbone = this.#toSpot(spine, x, y);
    value = mix(value, bone * (1 + 0.5 * medium), this.#covers(backbone));
    for (const vesselSpot of [aorta, cava]) {
      const distance = Math.max(this.#toSpot(vesselSpot, x, y), cavity + 2);
      if (distance > 4) continue;
      value = mix(value, muscle, this.#covers(distance - 1.8));
      value = mix(value, blood * (vesselSpot === aorta ? 1 : 0.75) * (1 + 0.1 * medium), this.#covers(distance));
    }
    return value;
  }

  #abdomen(outside: number, x: number, y: number, pixel: number, cavity: number): number {
    const { diaphragm, bowel } = this.#anatomy;
    const { liver, fat, muscle, blood, stomach, texture } = this.#tissue;
    const bulge = diaphragm.bulge * Math.exp(-(((x - diaphragm.bulgeX) / 45) ** 2));
    const coarse = this.#textures.coarse[pixel] as number;
    const dome = diaphragm.y + diaphragm.slope * x - bulge - diaphragm.rise * this.#z - y + 3 * coarse;
    const below = Math.max(dome, cavity);
    if (below > 4) return outside;
    const medium = this.#textures.medium[pixel] as number;
    const fine = this.#textures.fine[pixel] as number;
    const vessel = medium > 0.55 ? (medium - 0.55) * 1.6 * blood : 0;
    const parenchyma = liver * (1 + 0.4 * texture * fine + 0.3 * texture * coarse) + vessel;
    const beyond = x - diaphragm.liverEdge + 8 * coarse;
    const belly = mix(parenchyma, mix(fat, stomach, 0.5 + 0.5 * medium) * (0.7 + 0.3 * coarse), this.#covers(-beyond));
    let value = mix(outside, muscle, this.#covers(below - 1.5));
    value = mix(value, belly, this.#covers(below));
    const gut = this.#toSpot(bowel, x, y) + 2 * medium;
    value = mix(value, muscle * 1.2, this.#covers(Math.max(gut, below)));
    const lumen = stomach * (1 + 0.6 * coarse) + 0.3 * blood * Math.max(0, medium);
    return mix(value, lumen, this.#covers(Math.max(gut + bowel.wall, below)));
  }
}

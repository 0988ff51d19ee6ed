import type { Rng } from '../../core/rng.ts';

/** A disc or ellipse somewhere in the chest, millimetres relative to the left ventricle's centre, y downwards. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Movement per millimetre towards the apex. */
  readonly driftX: number;
  readonly driftY: number;
}

/** One patient's shapes. Lengths in millimetres, angles in radians, angles measured from the LV centre. */
export interface Anatomy {
  /** How the patient lies in the image: rotation of everything, shift of the heart from the centre, size of the body. */
  readonly rotation: number;
  readonly shift: readonly [number, number];
  readonly scale: number;
  /** Depth of the first slice below the valve plane is half a slice minus this. */
  readonly baseMargin: number;
  readonly lv: {
    readonly radius: number;
    readonly wall: number;
    readonly length: number;
    readonly taper: number;
    readonly ellipticity: number;
    readonly ellipticityAngle: number;
    readonly triangularity: number;
    readonly triangularityAngle: number;
    /** Where the wall is thicker than its mean, and by which share. */
    readonly thickAngle: number;
    readonly thickShare: number;
    readonly tilt: readonly [number, number];
  };
  readonly rv: {
    readonly angle: number;
    readonly distance: number;
    readonly along: number;
    readonly across: number;
    readonly corner: number;
    readonly cornerAngle: number;
    /** Share of the LV's length at which the RV ends. */
    readonly reach: number;
    readonly wall: number;
  };
  /** Papillary muscles: angle, share of the cavity's radius, radius, and how far they stretch to the wall. */
  readonly papillary: readonly {
    readonly angle: number;
    readonly share: number;
    readonly radius: number;
    readonly stretch: number;
  }[];
  readonly trabeculation: number;
  readonly pericardialFat: number;
  readonly body: {
    readonly x: number;
    readonly y: number;
    readonly halfWidth: number;
    readonly halfHeight: number;
    readonly fat: number;
    readonly muscle: number;
    readonly ribs: number;
    readonly ribPhase: number;
  };
  readonly diaphragm: {
    readonly y: number;
    readonly slope: number;
    readonly bulge: number;
    readonly bulgeX: number;
    /** How far it rises per millimetre towards the apex. */
    readonly rise: number;
    /** Where the liver ends and the stomach begins. */
    readonly liverEdge: number;
  };
  readonly aorta: Spot;
  readonly cava: Spot;
  readonly bowel: Spot & { readonly wall: number };
  readonly spine: Spot;
  /** The outflow tract and the atria, seen above the valve plane only. */
  readonly outflow: Spot;
}

/**
 * Draws a patient. Hearts range from thick-walled with a small cavity to dilated with a thin wall, with small to enlarged
 * right ventricles, as the five groups of ACDC do.
 */
export function drawAnatomy(rng: Rng): Anatomy {
  const thickness = rng.float();
  const radius = rng.uniform(17.5, 25) + 10 * (1 - thickness) * rng.float();
  const wall = 6.5 + 8 * thickness ** 1.5 + rng.uniform(-0.5, 1);
  const rvSize = rng.uniform(0.75, 1.3);
  const rvAngle = Math.PI + 0.25 * rng.normal();
  return {
    rotation: rng.uniform(-0.6, 0.6),
    shift: [rng.uniform(-14, 14), rng.uniform(-14, 14)],
    scale: rng.uniform(0.92, 1.18),
    baseMargin: rng.uniform(1, 9),
    lv: {
      radius,
      wall,
      length: rng.uniform(48, 64),
      taper: rng.uniform(1.8, 2.8),
      ellipticity: rng.uniform(0, 0.13),
      ellipticityAngle: rng.uniform(0, Math.PI),
      triangularity: rng.uniform(0, 0.05),
      triangularityAngle: rng.uniform(0, 2 * Math.PI),
      thickAngle: rng.uniform(0, 2 * Math.PI),
      thickShare: rng.uniform(0, 0.3),
      tilt: [rng.uniform(-0.05, 0.3), rng.uniform(-0.15, 0.15)],
    },
    rv: {
      angle: rvAngle,
      distance: (radius + wall) * rng.uniform(0.78, 0.95) * rvSize ** 0.5,
      along: rng.uniform(26, 35) * rvSize,
      across: rng.uniform(32, 42) * rvSize,
      corner: rng.uniform(0.06, 0.22),
      cornerAngle: rvAngle + rng.uniform(-0.8, 0.8),
      reach: rng.uniform(0.7, 0.95),
      wall: rng.uniform(1.5, 3.5),
    },
    papillary: [-1, 1].map((side) => ({
      angle: rvAngle + Math.PI + side * rng.uniform(0.6, 1.5),
      share: rng.uniform(0.55, 1),
      radius: rng.uniform(1.5, 5.5),
      stretch: rng.uniform(1, 2.6),
    })),
    trabeculation: rng.uniform(0, 1),
    pericardialFat: rng.uniform(0.5, 9),
    ...drawTorso(rng),
  };
}

function drawTorso(rng: Rng): Pick<Anatomy, 'body' | 'diaphragm' | 'aorta' | 'cava' | 'bowel' | 'spine' | 'outflow'> {
  const halfWidth = rng.uniform(120, 165);
  const halfHeight = rng.uniform(90, 120);
  const spot = (x: number, y: number, spread: number, low: number, high: number, drift: number): Spot => ({
    x: x + spread * rng.uniform(-1, 1),
    y: y + spread * rng.uniform(-1, 1),
    radius: rng.uniform(low, high),
    driftX: rng.uniform(-drift, drift),
    driftY: rng.uniform(-drift, drift),
  });
  return {
    body: {
      x: rng.uniform(78, 112) - halfWidth,
      y: halfHeight - rng.uniform(66, 95),
      halfWidth,
      halfHeight,
      fat: rng.uniform(3, 26),
      muscle: rng.uniform(6, 14),
      ribs: rng.int(5) + 7,
      ribPhase: rng.uniform(0, 6),
    },
    diaphragm: {
      y: rng.uniform(46, 72),
      slope: rng.uniform(-0.3, 0.35),
      bulge: rng.uniform(0, 22),
      bulgeX: rng.uniform(-60, 30),
      rise: rng.uniform(0, 0.4),
      liverEdge: rng.uniform(-25, 50),
    },
    aorta: spot(24, 62, 14, 8, 13, 0.1),
    cava: spot(-38, 60, 10, 7, 12, 0.2),
    bowel: { ...spot(45, 66, 16, 11, 22, 0.4), wall: rng.uniform(3, 8) },
    spine: spot(-5, 98, 12, 17, 24, 0.1),
    outflow: spot(-18, -16, 8, 12, 17, 0.3),
  };
}

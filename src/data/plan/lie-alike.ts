import { Rng } from '../../core/rng.ts';
import { IGNORED, type LabelVolume } from '../../imaging/volume.ts';

/** Chance that directions which agree as well as these are drawn at random, below which scans are said to lie alike. */
const CHANCE = 0.05;
/** Least length of the mean of the directions: of many patients a slight tendency is no chance either, yet many lie otherwise. */
const LEAST_AGREEMENT = 0.5;
/** Fewer patients than these say nothing. */
const LEAST_PATIENTS = 3;
/** Up to so many patients the chance is found by drawing: Rayleigh's formula is right for many, and far too large for few. */
const FEW_PATIENTS = 10;
const DRAWS = 20_000;

/** What of a patient's masks is of one class: pixels, and the sums of their places. */
interface Moments {
  pixels: number;
  x: number;
  y: number;
}

/**
 * Finds out from labelled masks whether scans lie alike in the plane of their slices: whether from patient to patient a class is to the
 * same side of the whole foreground. The directions are tested with Rayleigh's test, by the length of the sum of the patients' unit
 * vectors, and have to agree by half at least; of several classes one is enough, at a level shared among them. One class says nothing, nor do two patients.
 * Source: Mardia & Jupp, "Directional statistics", 2000.
 */
export class LieTally {
  readonly #patients = new Map<string, Map<number, Moments>>();

  /** @param mask class indices, in the orientation in which it is cut into slices */
  add(patient: string, { data, shape: [, height, width] }: LabelVolume): void {
    const classes = this.#patients.get(patient) ?? new Map<number, Moments>();
    this.#patients.set(patient, classes);
    for (let i = 0; i < data.length; i++) {
      const klass = data[i] as number;
      if (klass === 0 || klass === IGNORED) continue;
      const moments = classes.get(klass) ?? { pixels: 0, x: 0, y: 0 };
      classes.set(klass, moments);
      moments.pixels++;
      moments.x += i % width;
      moments.y += Math.floor(i / width) % height;
    }
  }

  result(): boolean {
    const patients = [...this.#patients.values()];
    const classes = new Set(patients.flatMap((own) => [...own.keys()]));
    return [...classes].some((klass) => {
      const directions = patients.flatMap((own) => directionOf(own, klass) ?? []);
      const [x, y] = [0, 1].map((axis) => directions.reduce((sum, to) => sum + (to[axis as 0 | 1] as number), 0));
      const n = directions.length;
      const length = Math.hypot(x as number, y as number);
      const isEnough = n >= LEAST_PATIENTS && length >= LEAST_AGREEMENT * n;
      return isEnough && chanceOf(length, n) < CHANCE / classes.size;
    });
  }
}

/** Chance that n unit vectors drawn at random have a sum at least as long: for many exp(-n R^2), R being the length of their mean. */
function chanceOf(length: number, n: number): number {
  if (n > FEW_PATIENTS) return Math.exp(-(length ** 2) / n);
  const rng = new Rng('lie alike', n);
  let longer = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let [x, y] = [0, 0];
    for (let i = 0; i < n; i++) {
      const angle = rng.uniform(0, 2 * Math.PI);
      x += Math.cos(angle);
      y += Math.sin(angle);
    }
    if (Math.hypot(x, y) >= length) longer++;
  }
  return longer / DRAWS;
}

/** The unit vector from the centre of all foreground to that of a class; nothing where they are the same. */
function directionOf(
  own: ReadonlyMap<number, Moments>,
  klass: number,
): readonly [readonly [number, number]] | undefined {
  const one = own.get(klass);
  if (one === undefined) return undefined;
  const all = [...own.values()].reduce((sum, { pixels, x, y }) => {
    return { pixels: sum.pixels + pixels, x: sum.x + x, y: sum.y + y };
  });
  const [x, y] = [one.x / one.pixels - all.x / all.pixels, one.y / one.pixels - all.y / all.pixels];
  const length = Math.hypot(x, y);
  return length < 1e-9 ? undefined : [[x / length, y / length]];
}

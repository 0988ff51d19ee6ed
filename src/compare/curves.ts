import { median } from '../core/median.ts';
import type { CurvePoint } from '../runs/logs/learning-curve.ts';

/** A moment of training and a validation Dice. */
export interface CurveMoment {
  readonly step: number;
  readonly minutes: number;
  readonly cpuMinutes: number | null;
  readonly dice: number;
}

/** What the progress of runs is compared by: their budget is the same in it. */
export type Clock = 'minutes' | 'cpuMinutes' | 'step';

/** The Dice one would have by stopping at each validation: that of the better network, at its best so far. */
export function bestSoFar(curve: readonly CurvePoint[]): CurveMoment[] {
  let dice = Number.NEGATIVE_INFINITY;
  return curve.map(({ step, minutes, cpuMinutes, student, teacher }) => {
    dice = Math.max(dice, student, teacher);
    return { step, minutes, cpuMinutes, dice };
  });
}

/** The mean of the curves of several seeds, validation by validation, as far as all of them go. */
export function meanCurve(curves: readonly (readonly CurveMoment[])[]): CurveMoment[] {
  const length = Math.min(...curves.map((curve) => curve.length));
  if (!Number.isFinite(length)) return [];
  return Array.from({ length }, (_, i) => {
    const points = curves.map((curve) => curve[i] as CurveMoment);
    const mean = (pick: (point: CurveMoment) => number) =>
      points.reduce((total, point) => total + pick(point), 0) / points.length;
    const counted = points.every(({ cpuMinutes }) => cpuMinutes !== null);
    return {
      step: mean(({ step }) => step),
      minutes: mean(({ minutes }) => minutes),
      cpuMinutes: counted ? mean(({ cpuMinutes }) => cpuMinutes as number) : null,
      dice: mean(({ dice }) => dice),
    };
  });
}

/** When curves first reach a Dice: medians over those that do; null where none does. */
export function timeTo(curves: readonly (readonly CurveMoment[])[], dice: number) {
  const arrivals = curves
    .map((curve) => curve.find((point) => point.dice >= dice))
    .filter((point) => point !== undefined);
  const middle = (values: readonly number[]) => (values.length === 0 ? null : median(values));
  const counted = arrivals.every(({ cpuMinutes }) => cpuMinutes !== null);
  return {
    dice,
    seeds: arrivals.length,
    steps: middle(arrivals.map(({ step }) => step)),
    minutes: middle(arrivals.map(({ minutes }) => minutes)),
    cpuMinutes: counted ? middle(arrivals.map(({ cpuMinutes }) => cpuMinutes as number)) : null,
  };
}

/**
 * The first validation, on a clock, from which on a curve lies above another one at every later validation of either. Between
 * validations the best so far is that of the last one.
 *
 * @returns null when it does not lie above it at the end
 */
export function aheadAfter(curve: readonly CurveMoment[], other: readonly CurveMoment[], clock: Clock): number | null {
  const timeOf = (point: CurveMoment) => point[clock] ?? Number.NaN;
  const at = (points: readonly CurveMoment[], time: number) =>
    points.findLast((point) => timeOf(point) <= time)?.dice ?? 0;
  const moments = [...curve, ...other].map(timeOf).sort((a, b) => a - b);
  const last = moments.findLastIndex((time) => at(curve, time) <= at(other, time));
  return moments[last + 1] ?? null;
}

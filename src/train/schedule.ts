import type { Config } from '../settings/config.ts';

type ScheduleSettings = Pick<Config, 'optimiser' | 'consistency' | 'contrast' | 'ema'>;

/** From this step on, progress rises evenly to 1 at the last step. */
export interface PlanEntry {
  readonly step: number;
  readonly progress: number;
  readonly totalSteps: number;
}

/** How many steps a training has. Re-planning to a time budget appends entries; past steps keep their progress. */
export type StepPlan = readonly [PlanEntry, ...PlanEntry[]];

export function fixedPlan(totalSteps: number): StepPlan {
  return [{ step: 0, progress: 0, totalSteps }];
}

export function totalSteps(plan: StepPlan): number {
  return (plan.at(-1) as PlanEntry).totalSteps;
}

/** Fraction of the training done before `step`, in [0, 1]. */
export function progressAt(plan: StepPlan, step: number): number {
  const entry = plan.findLast((candidate) => candidate.step <= step) ?? plan[0];
  if (entry.totalSteps <= entry.step) return 1;
  const part = (step - entry.step) / (entry.totalSteps - entry.step);
  return Math.min(1, entry.progress + part * (1 - entry.progress));
}

/** Numbers that change from step to step. */
export interface StepSchedule {
  readonly learningRate: number;
  /** Weight of the old teacher in the EMA. */
  readonly emaDecay: number;
  /** Weight of the consistency loss. */
  readonly beta: number;
  /** Weight of the contrastive loss. */
  readonly gamma: number;
  /** Covariance scale of the contrastive loss. */
  readonly lambda: number;
  /** Fraction of the training done, in [0, 1]. */
  readonly progress: number;
}

/** @param step from 0 */
export function scheduleAt(config: ScheduleSettings, step: number, progress: number): StepSchedule {
  const { optimiser, consistency, contrast, ema } = config;
  const rise = optimiser.rampSteps === 0 ? 1 : Math.min(1, (step + 1) / optimiser.rampSteps);
  return {
    learningRate: optimiser.learningRate * rise * (1 - progress) ** optimiser.power,
    emaDecay: Math.min(1 - 1 / (step + 1), ema),
    beta: consistency.weight * ramp(progress, consistency.start, consistency.ramp),
    gamma: contrast.weight,
    progress,
    lambda: contrast.lambda * ramp(progress, contrast.warmUp, 1 - contrast.warmUp),
  };
}

/** 0 before `start`, rising to 1 over `length`. */
function ramp(progress: number, start: number, length: number): number {
  if (length <= 0) return progress >= start ? 1 : 0;
  return Math.min(1, Math.max(0, (progress - start) / length));
}

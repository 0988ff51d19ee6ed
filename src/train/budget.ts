import type { Phase } from '../methods/index.ts';
import { fixedPlan, progressAt, type StepPlan, totalSteps } from './schedule.ts';

/** Images that a step of a phase passes through a network, forward passes counted 1 and backward passes 2. */
export function relativeCost(phase: Phase, batch: { readonly labelled: number; readonly unlabelled: number }): number {
  const studentImages = batch.labelled + (phase.usesUnlabelled ? batch.unlabelled : 0);
  return 3 * studentImages + (phase.usesUnlabelled ? batch.unlabelled : 0);
}

/** Steps whose time is not representative: memory is being allocated. */
const WARM_UP_STEPS = 2;

/**
 * Measures what steps and validations cost; says how many steps fit into a wall-clock budget and how long the rest of a plan
 * takes. Phases that have not run yet are estimated from their number of images.
 */
export class TimeBudget {
  readonly #seconds: number;
  readonly #phases: readonly Phase[];
  readonly #relative: readonly number[];
  readonly #measured = new Map<Phase, { steps: number; seconds: number }>();
  #validationSeconds = 0;

  /** @param seconds for the whole training, infinite when its steps are given; `batch` as in the configuration */
  constructor(
    seconds: number,
    phases: readonly Phase[],
    batch: { readonly labelled: number; readonly unlabelled: number },
  ) {
    this.#seconds = seconds;
    this.#phases = phases;
    this.#relative = phases.map((phase) => relativeCost(phase, batch));
  }

  recordStep(phase: Phase, seconds: number): void {
    const known = this.#measured.get(phase) ?? { steps: -WARM_UP_STEPS, seconds: 0 };
    known.steps++;
    if (known.steps > 0) known.seconds += seconds;
    this.#measured.set(phase, known);
  }

  recordValidation(seconds: number): void {
    this.#validationSeconds = seconds;
  }

  /** Whether a plan can be made: some phase has been timed. */
  get ready(): boolean {
    return [...this.#measured.values()].some(({ steps }) => steps > 0);
  }

  /**
   * A plan that agrees with `plan` up to `step` and spends what is left of the budget on the rest.
   *
   * @param elapsed seconds since the training began, reading included
   * @param validationsLeft validations still to come
   */
  replan(plan: StepPlan | undefined, step: number, elapsed: number, validationsLeft: number): StepPlan {
    const progress = plan === undefined ? 0 : progressAt(plan, step);
    const left = Math.max(0, this.#seconds - elapsed - validationsLeft * this.#validationSeconds);
    const steps = Math.max(1, Math.floor(left / this.#meanStepSeconds(progress)));
    const entry = { step, progress, totalSteps: step + steps };
    return plan === undefined ? fixedPlan(step + steps) : [...plan, entry];
  }

  /** Seconds that the rest of a plan takes; NaN while nothing has been timed. */
  secondsLeft(plan: StepPlan, step: number, validationsLeft: number): number {
    if (!this.ready) return Number.NaN;
    const steps = totalSteps(plan) - step;
    return steps * this.#meanStepSeconds(progressAt(plan, step)) + validationsLeft * this.#validationSeconds;
  }

  /** Seconds per step, on average over what comes after `progress`. */
  #meanStepSeconds(progress: number): number {
    return this.#phases.reduce((total, phase, i) => {
      const end = this.#phases[i + 1]?.start ?? 1;
      const share = Math.max(0, end - Math.max(progress, phase.start)) / Math.max(1e-9, 1 - progress);
      return total + share * this.#stepSeconds(phase, i);
    }, 0);
  }

  #stepSeconds(phase: Phase, index: number): number {
    const own = this.#measured.get(phase);
    if (own !== undefined && own.steps > 0) return own.seconds / own.steps;
    const timed = this.#phases.findLastIndex((other) => (this.#measured.get(other)?.steps ?? 0) > 0);
    const { steps, seconds } = this.#measured.get(this.#phases[timed] as Phase) as { steps: number; seconds: number };
    return (seconds / steps) * ((this.#relative[index] as number) / (this.#relative[timed] as number));
  }
}

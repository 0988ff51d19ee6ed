import { PatchclError } from '../core/errors.ts';
import { agree, type Ranks } from '../core/ranks.ts';
import type { FloatTensor } from '../formats/index.ts';
import type { Method, StepShape } from '../methods/index.ts';
import { adamW, type Optimiser, sgd } from '../nn/optimisers.ts';
import type { Runtime, StepSession } from '../runtime/runtime.ts';
import { startSteps } from '../runtime/stateful.ts';
import type { Config } from '../settings/config.ts';
import { TimeBudget } from './budget.ts';
import type { Checkpoint, Progress } from './checkpoint.ts';
import { FeedMaker, type TrainingSlices } from './feeds.ts';
import { type StepProgram, stepProgram } from './program.ts';
import { fixedPlan, progressAt, type StepPlan, type StepSchedule, scheduleAt, totalSteps } from './schedule.ts';
import { betterNetwork, isBetter, type NetworkDice } from './selection.ts';
import { checkState, initialState, type NetworkName, startFromWeights, type TrainingState } from './state.ts';

/** What a step measured. */
export interface StepReport {
  /** Steps done, this one included. */
  readonly step: number;
  readonly totalSteps: number;
  readonly phase: string;
  readonly seconds: number;
  /** Estimated time to the end; NaN while nothing is known. */
  readonly secondsLeft: number;
  readonly images: number;
  /** Loss, its parts, and observed values. */
  readonly scalars: Readonly<Record<string, number>>;
  readonly schedule: StepSchedule;
}

export interface ValidationReport {
  readonly step: number;
  readonly dice: NetworkDice;
  /** The better of the two networks, whose weights are kept when it is the best so far. */
  readonly network: NetworkName;
  readonly isBest: boolean;
  readonly seconds: number;
}

/** What a trainer needs from outside. */
export interface TrainerHost {
  /** Seconds of training before a resume plus those since, reading included. */
  elapsed(): number;
  /** The same on the clock that the budget is counted by. */
  spent(): number;
  validate(state: TrainingState): Promise<NetworkDice>;
  onStep(report: StepReport): Promise<void>;
  /** After a validation and before the checkpoint that follows it. */
  onValidation(report: ValidationReport, state: TrainingState): Promise<void>;
  /** Called where a checkpoint may be written; `must` at validations and when training stops. */
  onCheckpoint(checkpoint: () => Promise<Checkpoint>, must: boolean): Promise<void>;
  /** True when training is to stop after this step; the same on every rank. */
  stopRequested(): Promise<boolean>;
  /** Who trains together, if it is not one process alone. */
  readonly ranks?: Ranks;
}

/** How one optimiser setting becomes an optimiser. */
export function optimiserOf({ optimiser }: Config): Optimiser {
  const { kind, momentum, weightDecay } = optimiser;
  return kind === 'sgd' ? sgd({ momentum, weightDecay }) : adamW({ beta1: momentum, beta2: 0.999, weightDecay });
}

/** Steps at the start of a time-budgeted training after which it is planned. */
const CALIBRATION_STEPS = 6;

export interface TrainerOptions {
  readonly method: Method;
  readonly config: Config;
  readonly shape: StepShape;
  readonly slices: TrainingSlices;
  readonly runtime: Runtime;
  readonly host: TrainerHost;
  /** The U-Net to start from, by the names of its parameters, and whose it is. Default: random weights. */
  readonly start?: { readonly weights: Readonly<Record<string, FloatTensor>>; readonly run: string } | undefined;
  /** Where to go on. */
  readonly from?: Checkpoint | undefined;
}

/**
 * The training loop: phases, schedule, validation, checkpoints. Holds no files, prints nothing. Every one of several ranks runs
 * it, step by step with the others; what depends on a clock is decided by the first.
 */
export class Trainer {
  readonly #config: Config;
  readonly #runtime: Runtime;
  readonly #host: TrainerHost;
  readonly #feeds: FeedMaker;
  readonly #programs: readonly StepProgram[];
  readonly #budget: TimeBudget;
  /** Whether the number of steps follows from a time budget. */
  readonly #isTimed: boolean;
  #state: TrainingState;
  #step = 0;
  #plan: StepPlan | undefined;
  #validations = 0;
  #best: Progress['best'];
  #running: { program: StepProgram; session: StepSession } | undefined;

  constructor({ method, config, shape, slices, runtime, host, start, from }: TrainerOptions) {
    const optimiser = optimiserOf(config);
    const phases = method.phases(config);
    this.#config = config;
    this.#runtime = runtime;
    this.#host = host;
    this.#feeds = new FeedMaker(config, slices, host.ranks);
    this.#programs = phases.map((phase) =>
      stepProgram(phase, { shape, settings: config, optimiser, target: runtime.target }),
    );
    const { minutes = Number.POSITIVE_INFINITY, steps } = config.budget;
    if (steps === undefined && !Number.isFinite(minutes)) {
      const hint = 'Set budget.steps or budget.minutes.';
      throw new PatchclError('bad-config', 'nothing says how long to train', { subject: 'budget', hint });
    }
    this.#isTimed = steps === undefined;
    this.#budget = new TimeBudget(minutes * 60, phases, config.batch);
    this.#plan = steps === undefined ? undefined : fixedPlan(steps);
    this.#state = initialState({
      ...{ method, settings: config, shape, optimiser },
      seed: config.seed,
      own: this.#ownParameters(),
    });
    if (start !== undefined) startFromWeights(this.#state, start.weights, start.run);
    if (from === undefined) return;
    checkState(from.state, this.#state);
    this.#state = from.state;
    this.#step = from.progress.step;
    this.#plan = from.progress.plan ?? this.#plan;
    this.#validations = from.progress.validations;
    this.#best = from.progress.best;
  }

  #ownParameters() {
    return new Map(this.#programs.flatMap(({ own }) => [...own]));
  }

  /** Names of the scalars that steps report, over all phases. */
  get scalarNames(): string[] {
    return [...new Set(this.#programs.flatMap(({ scalars }) => scalars))];
  }

  /** Trains to the end of the plan, or until asked to stop. */
  async run(): Promise<'finished' | 'stopped'> {
    try {
      const outcome = await this.#train();
      await this.#pause();
      return outcome;
    } finally {
      await this.#release();
    }
  }

  async #train(): Promise<'finished' | 'stopped'> {
    while (!this.#finished()) {
      await this.#trainStep();
      const validated = await this.#validateIfDue();
      const stop = (await this.#host.stopRequested()) && !this.#finished();
      await this.#host.onCheckpoint(() => this.checkpoint(), validated || stop);
      if (stop) return 'stopped';
    }
    return 'finished';
  }

  #finished(): boolean {
    return this.#plan !== undefined && this.#step >= totalSteps(this.#plan);
  }

  async #trainStep(): Promise<void> {
    const progress = this.#plan === undefined ? 0 : progressAt(this.#plan, this.#step);
    const { program, session } = await this.#sessionAt(progress);
    const schedule = scheduleAt(this.#config, this.#step, progress);
    const [start, spentBefore] = [this.#host.elapsed(), this.#host.spent()];
    const outputs = await session.step(this.#feeds.make(program.feeds, this.#step, schedule));
    const seconds = this.#host.elapsed() - start;
    const scalars = Object.fromEntries(program.scalars.map((name) => [name, Number(outputs[name]?.data[0])]));
    if (!Number.isFinite(scalars.loss)) {
      throw new PatchclError('bad-config', `the loss is ${scalars.loss} at step ${this.#step + 1}`, {
        subject: 'training',
        hint: 'Lower optimiser.learningRate; the last checkpoint is kept.',
      });
    }
    this.#step++;
    this.#budget.recordStep(program.phase, this.#host.spent() - spentBefore);
    if (this.#plan === undefined && this.#step >= CALIBRATION_STEPS) await this.#replan();
    await this.#host.onStep({
      step: this.#step,
      totalSteps: this.#plan === undefined ? Number.NaN : totalSteps(this.#plan),
      phase: program.phase.name,
      seconds,
      secondsLeft: this.#secondsLeft(),
      images: this.#config.batch.labelled + (program.phase.usesUnlabelled ? this.#config.batch.unlabelled : 0),
      scalars,
      schedule,
    });
  }

  #secondsLeft(): number {
    const validations = this.#config.validations - this.#validations;
    if (this.#plan === undefined) return Number.NaN;
    // The budget may be counted by another clock than the one people look at.
    const rate = this.#host.elapsed() / this.#host.spent();
    return rate * this.#budget.secondsLeft(this.#plan, this.#step, validations);
  }

  /** Fits the steps to come to the time that is left, where time is the budget. */
  async #replan(): Promise<void> {
    // Right after a resume nothing has been timed yet: the plan that it came with holds.
    if (!this.#isTimed || !this.#budget.ready) return;
    const validations = this.#config.validations - this.#validations;
    const plan = this.#budget.replan(this.#plan, this.#step, this.#host.spent(), validations);
    this.#plan = this.#host.ranks === undefined ? plan : await agree(this.#host.ranks, plan);
  }

  async #validateIfDue(): Promise<boolean> {
    const { validations } = this.#config;
    if (this.#plan === undefined || progressAt(this.#plan, this.#step) < (this.#validations + 1) / validations)
      return false;
    const [start, spentBefore] = [this.#host.elapsed(), this.#host.spent()];
    const state = await this.#currentState();
    const dice = await this.#host.validate(state);
    this.#validations++;
    const network = betterNetwork(dice);
    const isBest = isBetter(dice[network], this.#best?.dice);
    if (isBest) this.#best = { dice: dice[network], step: this.#step, network };
    const seconds = this.#host.elapsed() - start;
    this.#budget.recordValidation(this.#host.spent() - spentBefore);
    if (!this.#finished()) await this.#replan();
    await this.#host.onValidation({ step: this.#step, dice, network, isBest, seconds }, state);
    return true;
  }

  /** The training as it is between two steps. */
  async checkpoint(): Promise<Checkpoint> {
    const [plan, best] = [this.#plan, this.#best];
    const progress: Progress = {
      step: this.#step,
      validations: this.#validations,
      ...(plan === undefined ? {} : { plan: [...plan] }),
      ...(best === undefined ? {} : { best }),
    };
    return { progress, state: await this.#currentState() };
  }

  /** The running session's state laid over what its phase does not touch. */
  async #currentState(): Promise<TrainingState> {
    const state = { ...this.#state };
    for (const [name, data] of Object.entries((await this.#running?.session.state()) ?? {})) {
      state[name] = { shape: (state[name] as TrainingState[string]).shape, data };
    }
    return state;
  }

  async #sessionAt(progress: number): Promise<{ program: StepProgram; session: StepSession }> {
    const program =
      this.#programs.findLast(({ phase }) => phase.start <= progress) ?? (this.#programs[0] as StepProgram);
    if (this.#running?.program === program) return this.#running;
    await this.#pause();
    const initial = Object.fromEntries(Object.entries(this.#state).map(([name, { data }]) => [name, data]));
    const session = await startSteps(this.#runtime, { ...program, initial }, this.#host.ranks);
    this.#running = { program, session };
    return this.#running;
  }

  /** Ends the running session and keeps its state. */
  async #pause(): Promise<void> {
    this.#state = await this.#currentState();
    await this.#release();
  }

  async #release(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.session.dispose();
  }
}

import type { Config } from '../settings/config.ts';
import type { StepReport, ValidationReport } from '../train/trainer.ts';
import type { RunFacts } from './facts.ts';

/** Where training tells how it goes: a terminal, a page, a test. */
export interface TrainingReporter {
  /** A line about what is being done. */
  note(text: string): void;
  start(facts: RunFacts, config: Config, step: number): void;
  /** @param elapsed seconds of training so far */
  step(report: StepReport, elapsed: number): void;
  validation(report: ValidationReport, elapsed: number): void;
}

/** Of a process that leaves the telling to another one. */
export const SILENT_REPORTER: TrainingReporter = {
  note() {},
  start() {},
  step() {},
  validation() {},
};

import type { RunFacts } from '../../runs/facts.ts';
import type { TrainingReporter } from '../../runs/reporter.ts';
import type { Config } from '../../settings/config.ts';
import { cleanedClasses } from '../../settings/plan.ts';
import type { StepReport, ValidationReport } from '../../train/trainer.ts';
import { planLines } from '../plan-lines.ts';
import { duration, note } from '../terminal.ts';

/** Seconds between two lines where standard error is a file. */
const QUIET_SECONDS = 30;
const BAR_WIDTH = 20;

/** Progress as one line that is rewritten; where there is no terminal, a plain line now and then. */
export class TerminalReporter implements TrainingReporter {
  readonly #live = process.stderr.isTTY === true;
  #shownAt = Number.NEGATIVE_INFINITY;

  note(text: string): void {
    this.#clear();
    note(text);
  }

  start(facts: RunFacts, config: Config, step: number): void {
    const { labelled, unlabelled, validation } = facts.counts;
    const part = (count: RunFacts['counts'][string] | undefined) =>
      `${count?.patients ?? 0} (${count?.images ?? 0} images)`;
    this.note(
      `patients: ${part(labelled)} labelled, ${part(unlabelled)} unlabelled, ${part(validation)} for validation`,
    );
    const { preparation, plan, classes } = facts;
    const cleaned = cleanedClasses(config, classes, plan?.singleParts?.inScans).map(
      (klass) => classes[klass] as string,
    );
    const shown = { preparation, widths: config.network.widths, reasons: plan?.reasons ?? {}, cleaned };
    for (const line of planLines(shown)) this.note(line);
    const resumed = step === 0 ? '' : `, resumed at step ${step}`;
    this.note(`${config.method}, preset ${config.preset}, seed ${config.seed}, ${facts.device}${resumed}`);
  }

  step(report: StepReport, elapsed: number): void {
    const wait = this.#live ? 0.2 : QUIET_SECONDS;
    if (elapsed - this.#shownAt < wait) return;
    this.#shownAt = elapsed;
    const { step, totalSteps, secondsLeft, scalars } = report;
    const share = Number.isNaN(totalSteps) ? 0 : step / totalSteps;
    const left = Number.isNaN(secondsLeft) ? 'planning' : `${duration(secondsLeft)} left`;
    const losses = Object.entries(scalars).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    const text = [
      `${report.phase} ${step}/${Number.isNaN(totalSteps) ? '?' : totalSteps}`,
      losses.join(' '),
      `${(report.images / report.seconds).toFixed(1)} images/s`,
      left,
    ].join('  ');
    if (this.#live) process.stderr.write(`\r\u001b[K${bar(share)} ${text}`.slice(0, process.stderr.columns + 5));
    else note(text);
  }

  validation({ step, dice, isBest, seconds }: ValidationReport, elapsed: number): void {
    if (dice.student === null || dice.teacher === null) return;
    const text = `student ${dice.student.toFixed(4)}, teacher ${dice.teacher.toFixed(4)}${isBest ? ' (best)' : ''}`;
    this.note(`${duration(elapsed)}  step ${step}: validation Dice ${text}, ${seconds.toFixed(1)} s`);
  }

  #clear(): void {
    if (this.#live) process.stderr.write('\r\u001b[K');
  }
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `${'━'.repeat(full)}${'─'.repeat(BAR_WIDTH - full)}`;
}

import type { RunFacts } from '../../runs/facts.ts';
import { LOG_EVERY } from '../../runs/recorder.ts';
import type { TrainingReporter } from '../../runs/reporter.ts';
import type { Config } from '../../settings/config.ts';
import { cleanedClasses } from '../../settings/plan.ts';
import type { StepReport, ValidationReport } from '../../train/trainer.ts';
import { planLines } from '../plan-lines.ts';
import { duration, note, terminalWidth, write } from '../terminal.ts';

/** Seconds between two lines where standard error is a file. */
const QUIET_SECONDS = 30;
const BAR_WIDTH = 20;

/** Progress as one line that is rewritten; where there is no terminal, a plain line now and then. */
export class TerminalReporter implements TrainingReporter {
  readonly #live: boolean;
  readonly #everyRow: boolean;
  #shownAt = Number.NEGATIVE_INFINITY;

  /** @param options.everyRow a line for every row of the log, on a terminal too */
  constructor({ everyRow = false }: { readonly everyRow?: boolean } = {}) {
    this.#everyRow = everyRow;
    this.#live = !everyRow && process.stderr.isTTY === true;
  }

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
    const shown = {
      preparation,
      widths: config.network.widths,
      reasons: plan?.reasons ?? {},
      cleaned,
      turned: plan?.turned,
    };
    for (const line of planLines(shown)) this.note(line);
    const resumed = step === 0 ? '' : `, resumed at step ${step}`;
    this.note(`${config.method}, preset ${config.preset}, seed ${config.seed}, ${facts.device}${resumed}`);
  }

  step(report: StepReport, elapsed: number): void {
    const wait = this.#live ? 0.2 : QUIET_SECONDS;
    const isDue = this.#everyRow ? report.step % LOG_EVERY === 0 : elapsed - this.#shownAt >= wait;
    if (!isDue) return;
    this.#shownAt = elapsed;
    const { step, totalSteps, secondsLeft, scalars } = report;
    const share = Number.isNaN(totalSteps) ? 0 : step / totalSteps;
    const left = Number.isNaN(secondsLeft) ? 'planning' : `${duration(secondsLeft)} left`;
    const losses = Object.entries(scalars).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    const place = `${report.phase} ${step}/${Number.isNaN(totalSteps) ? '?' : totalSteps}`;
    const details = [losses.join(' '), `${(report.images / report.seconds).toFixed(1)} images/s`];
    if (this.#live)
      write('error', `\r\u001b[K${progressLine({ bar: bar(share), place, left, details }, terminalWidth())}`);
    else note([place, ...details, left].join('  '));
  }

  validation({ step, dice, isBest, seconds }: ValidationReport, elapsed: number): void {
    if (dice.student === null || dice.teacher === null) return;
    const text = `student ${dice.student.toFixed(4)}, teacher ${dice.teacher.toFixed(4)}${isBest ? ' (best)' : ''}`;
    this.note(`${duration(elapsed)}  step ${step}: validation Dice ${text}, ${seconds.toFixed(1)} s`);
  }

  #clear(): void {
    if (this.#live) write('error', '\r\u001b[K');
  }
}

/** What a line of progress can show. */
interface Progress {
  readonly bar: string;
  /** The phase, and the step. */
  readonly place: string;
  /** How long it still takes. */
  readonly left: string;
  readonly details: readonly string[];
}

/** A line that fits into so many columns: details are cut off first, then the bar goes, then the place; the time left stays. */
function progressLine({ bar, place, left, details }: Progress, columns: number): string {
  const most = columns - 1;
  const known = [[bar, place, left], [place, left], [left]].find((parts) => parts.join('  ').length <= most) ?? [left];
  return [...known, ...(known[0] === bar ? details : [])].join('  ').slice(0, most);
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `${'━'.repeat(full)}${'─'.repeat(BAR_WIDTH - full)}`;
}

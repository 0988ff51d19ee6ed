import { Option } from 'commander';
import { messageOf } from '../../core/errors.ts';
import { eventReporter, type TrainingEvent } from '../../runs/events.ts';
import type { TrainingReporter } from '../../runs/reporter.ts';
import { print } from '../terminal.ts';
import { TerminalReporter } from './terminal-reporter.ts';

export interface ProgressOptions {
  readonly progress?: 'text' | 'json';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** How a training ended, as the last line of `--progress json`. */
export type EndEvent =
  | {
      readonly type: 'end';
      readonly outcome: 'finished' | 'stopped';
      readonly run: string;
      readonly best: { readonly step: number; readonly network: string; readonly dice: number | null } | null;
      readonly files: Readonly<Record<string, string>>;
    }
  | { readonly type: 'error'; readonly message: string };

export function progressOptions(): Option[] {
  return [
    new Option('--progress <how>', 'text for people on standard error, or one JSON event a line on standard output')
      .choices(['text', 'json'])
      .default('text'),
    new Option('--quiet', 'tell problems and the end only').conflicts('verbose'),
    new Option('--verbose', 'a line every ten steps, with all losses'),
  ];
}

/** Who tells how a training goes. */
export function reporterFor({ progress, quiet, verbose }: ProgressOptions): TrainingReporter {
  if (progress === 'json') return eventReporter(printEvent);
  const terminal = new TerminalReporter({ everyRow: verbose === true });
  if (!quiet) return terminal;
  // What is odd about the data has to be told all the same.
  return { note: (text) => terminal.note(text), start() {}, step() {}, validation() {} };
}

/** One event, one line. */
export function printEvent(event: TrainingEvent | EndEvent): void {
  print(JSON.stringify(event));
}

/** Has an error told as the last event, and goes on with it. */
export async function tellingErrors<T>({ progress }: ProgressOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (progress === 'json') printEvent({ type: 'error', message: messageOf(error) });
    throw error;
  }
}

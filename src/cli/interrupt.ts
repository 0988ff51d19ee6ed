import { note } from './terminal.ts';

/** The exit status of a program that a person stopped: 128 + SIGINT. */
export const STOPPED = 130;

/** Ctrl-C while training: the first one asks to stop at the next line of the log, the second one quits at once. */
export interface Interrupt {
  requested(): boolean;
  /** Gives Ctrl-C its usual meaning back. */
  release(): void;
}

export function catchInterrupt(): Interrupt {
  let count = 0;
  const onSignal = () => {
    count++;
    if (count > 1) process.exit(STOPPED);
    note('\nstopping within ten steps, with a checkpoint; Ctrl-C again quits at once');
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    requested: () => count > 0,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

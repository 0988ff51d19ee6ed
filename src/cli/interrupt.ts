import { note } from './terminal.ts';

/** The exit status of a program that a person stopped: 128 + SIGINT. */
export const STOPPED = 130;

/** What a program sends to one that it started, to stop it as Ctrl-C does. */
export const STOP_MESSAGE = 'stop';

/** Ctrl-C while training: the first one asks to stop at the next line of the log, the second one quits at once. */
export interface Interrupt {
  requested(): boolean;
  /** Gives Ctrl-C its usual meaning back. */
  release(): void;
}

/** @param onFirst what else to do at the first one */
export function catchInterrupt(onFirst: () => void = () => undefined): Interrupt {
  let count = 0;
  const onSignal = () => {
    count++;
    if (count > 1) process.exit(STOPPED);
    note('\nstopping within ten steps, with a checkpoint; Ctrl-C again quits at once');
    onFirst();
  };
  // A program that started this one asks in its own words, because a terminal's Ctrl-C may have reached both.
  const onMessage = (message: unknown) => {
    if (message === STOP_MESSAGE && count === 0) onSignal();
  };
  // Nobody is left to wait for the result.
  const onDisconnect = () => process.exit(STOPPED);
  process.on('message', onMessage);
  process.on('disconnect', onDisconnect);
  process.channel?.unref();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    requested: () => count > 0,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('message', onMessage);
      process.off('disconnect', onDisconnect);
    },
  };
}

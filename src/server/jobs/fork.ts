import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../bin/patchcl.js', import.meta.url));

/** Lets the page's requests go first where cores are few. */
const NICE = 10;

/** Characters of a child's complaints that are kept. */
const MOST_KEPT = 4000;

/** A process of this program that takes orders by messages. */
export interface Child {
  readonly process: ChildProcess;
  /** The end of what it has written to standard error. */
  complaint(): string;
}

/** @param command a hidden command of the command line */
export function forkSelf(command: string): Child {
  const child = fork(PROGRAM, [command], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'json' });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-MOST_KEPT);
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICE);
  } catch {
    // Not allowed everywhere, and only a courtesy.
  }
  return { process: child, complaint: () => complaint };
}

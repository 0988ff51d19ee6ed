import { fork, type Serializable } from 'node:child_process';
import { setPriority } from 'node:os';
import { isAlive } from '../../node/is-alive.ts';
import { availableMemory, bytesText, memoryOf } from '../../node/memory.ts';
import { PROGRAM } from '../../node/program.ts';
import type { StartChild } from '../../studio/host.ts';

/** Lets the page's requests go first where cores are few. */
const NICE = 10;

/** Characters of a child's complaints that are kept. */
const MOST_KEPT = 4000;

/** Milliseconds a training takes at most to write its checkpoint. */
const LONGEST_END = 60_000;

/** Waits until a process has ended; not for ever, since its number may be another's by now. */
export async function processEnded(pid: number | undefined): Promise<void> {
  for (let waited = 0; pid !== undefined && isAlive(pid) && waited < LONGEST_END; waited += 100) {
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** Milliseconds between two looks at a worker's memory. */
const LOOK_EVERY = 250;

/** When the machine has so little left, the system may end whoever is at work, the studio too. */
const LEAST_LEFT = 96e6;

/**
 * Starts processes of this program that take orders by messages. A worker that reads or segments a scan is ended when it has more
 * in memory than it may, or when the machine has none left: that costs its job, and nobody else's.
 *
 * @param memory bytes that a worker may have; default: as long as the machine has some left
 */
export function startSelf(memory = Number.POSITIVE_INFINITY): StartChild {
  return (kind) => {
    const child = forkSelf(kind);
    if (kind !== 'worker' || child.pid === undefined) return child;
    const { pid } = child;
    let why: string | undefined;
    const timer = setInterval(() => {
      const had = memoryOf(pid);
      if (had === undefined) return;
      if (had > memory) why = `it had ${bytesText(had)} in memory, and may have ${bytesText(memory)}`;
      else if (availableMemory() < LEAST_LEFT)
        why = `it had ${bytesText(had)} in memory, and the machine has none left`;
      else return;
      clearInterval(timer);
      child.kill();
    }, LOOK_EVERY).unref();
    return {
      ...child,
      onExit: (take) =>
        child.onExit((how) => {
          clearInterval(timer);
          take(why ?? how);
        }),
    };
  };
}

/** Starts a process of this program that takes orders by messages. */
const forkSelf: StartChild = (kind) => {
  const child = fork(PROGRAM, [`studio-${kind}`], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  let complaint = '';
  const complain = (text: string) => {
    complaint = (complaint + text).slice(-MOST_KEPT);
  };
  child.stderr?.on('data', (chunk) => complain(String(chunk)));
  child.on('error', (error) => complain(error.message));
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICE);
  } catch {
    // Not allowed everywhere, and only a courtesy.
  }
  return {
    pid: child.pid,
    send: (message) => child.send(message as Serializable),
    onMessage: (take) => child.on('message', take),
    onExit: (take) => {
      let told = false;
      const tell = (how: string) => {
        if (!told) take(how);
        told = true;
      };
      child.once('exit', (code, signal) => tell(signal ?? `status ${code}`));
      // One that could not be started never exits.
      child.once('error', (error) => child.pid === undefined && tell(error.message));
    },
    kill: () => child.kill('SIGKILL'),
    complaint: () => complaint,
  };
};

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PROGRAM } from '../node/program.ts';
import { STOP_MESSAGE } from './interrupt.ts';

/** patchcl commands in processes of their own, which end with this one. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /**
   * Runs a command to its end. What it prints for people goes where this process's does, or into a file.
   *
   * @returns its exit status; null when it was killed
   */
  async run(args: readonly string[], logFile?: string): Promise<number | null> {
    const log = logFile === undefined ? undefined : await openLog(logFile);
    // The channel tells the child when this process dies, and this process to stop the child.
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', 'ignore', log?.fd ?? 'inherit', 'ipc'],
    });
    this.#running.add(child);
    try {
      return await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (status) => resolve(status));
      });
    } finally {
      this.#running.delete(child);
      await log?.close();
    }
  }

  /** Asks all of them to stop with a checkpoint. */
  stop(): void {
    for (const child of this.#running) child.send(STOP_MESSAGE, () => undefined);
  }
}

async function openLog(path: string) {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'a');
}

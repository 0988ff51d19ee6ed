import { spawn } from 'node:child_process';
import { PROGRAM } from '../../src/testing/built-program/program.ts';

export interface Ended {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a real command to its end, or kills it without warning after some milliseconds. */
export function patchcl(args: readonly string[], killAfter?: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)));
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ status, text });
    });
  });
}

import { errorCode } from './error-code.ts';

/** Whether a process of this machine runs; its number may be another program's by now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // Somebody else's.
    return errorCode(cause) === 'EPERM';
  }
}

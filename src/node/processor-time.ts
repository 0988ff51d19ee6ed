import { readFileSync } from 'node:fs';

/** Milliseconds of a tick: Linux shows times in hundredths of a second whatever the kernel counts in. */
const TICK = 10;

/** Milliseconds that the processors have worked for a process; undefined where the system does not say. */
export function processorTime(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in brackets that may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return TICK * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

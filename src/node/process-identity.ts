import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process apart from every other one, earlier and later ones of the same number included. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Which start of the machine; absent where the system does not say. */
  readonly boot?: string;
  /** When the process was started, in ticks since the machine was; no clock that can be set. */
  readonly start?: string;
  /** Which numbering of processes `pid` is of: containers have their own. */
  readonly namespace?: string;
}

const textOf = (read: () => string) => {
  try {
    return read();
  } catch {
    // Not Linux, or no such process.
    return undefined;
  }
};

const bootOf = () => textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
const namespaceOf = () => textOf(() => readlinkSync('/proc/self/ns/pid'));

/** The 22nd field of `/proc/PID/stat`; the second one is a name in brackets that may hold anything. */
export function startOf(pid: number | 'self'): string | undefined {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A process that has ended and that nobody has asked about yet holds nothing.
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const [boot, start, namespace] = [bootOf(), startOf('self'), namespaceOf()];
  return {
    pid: process.pid,
    host: hostname(),
    ...(boot !== undefined && { boot }),
    ...(start !== undefined && { start }),
    ...(namespace !== undefined && { namespace }),
  };
}

/** Whether a process runs on; undefined where it cannot be asked: on another machine, or in another container. */
export function runs(other: ProcessIdentity, own = ownIdentity()): boolean | undefined {
  if (other.boot !== undefined && own.boot !== undefined) {
    // One kernel has one number; names of hosts repeat, and change.
    if (other.boot !== own.boot) return other.host === own.host ? false : undefined;
    if (other.namespace !== own.namespace) return undefined;
  } else if (other.host !== own.host) return undefined;
  if (other.start === undefined || own.start === undefined) return isNumberInUse(other.pid);
  return startOf(other.pid) === other.start;
}

function isNumberInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

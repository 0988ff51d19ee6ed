import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** Where a control group says what its processes may use and do use, version 2 and version 1. */
const LIMITS = [
  ['memory.max', 'memory.current', 'memory.stat', 'inactive_file'],
  ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'memory.stat', 'total_inactive_file'],
] as const;

/** A file of the system's own; undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/**
 * Bytes that this process and its children can still have: what the machine has free, caches that it gives up included, or
 * what is left to the control group of this process or one above it (a container, a job of a cluster), whichever is less.
 */
export function availableMemory(read: ReadText = readText): number {
  return Math.min(freeOfMachine(read), ...groupsOf(read).map((folder) => leftOf(folder, read)));
}

/** Bytes that a process has in memory; undefined where the system does not say. */
export function memoryOf(pid: number, read: ReadText = readText): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}

function freeOfMachine(read: ReadText): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1];
  return kilobytes === undefined ? freemem() : 1024 * Number(kilobytes);
}

/** Folders of the control groups that this process is in, up to the root. */
function groupsOf(read: ReadText): string[] {
  const folders: string[] = [];
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [id, controllers, path] = line.split(':');
    if (path === undefined) continue;
    const isSecond = id === '0' && controllers === '';
    if (!isSecond && controllers?.split(',').includes('memory') !== true) continue;
    const root = isSecond ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    // In a container the group's own path may not be there, and the root is the group.
    for (let at = path.replace(/\/+$/, ''); ; at = at.slice(0, at.lastIndexOf('/'))) {
      folders.push(root + at);
      if (at === '') break;
    }
  }
  return folders;
}

function leftOf(folder: string, read: ReadText): number {
  for (const [limitFile, usageFile, statFile, cacheName] of LIMITS) {
    const limit = Number(read(`${folder}/${limitFile}`) ?? Number.NaN);
    // `max`, or a number beyond the machine's memory, is no limit.
    if (!Number.isFinite(limit) || limit > totalmem()) continue;
    const usage = Number(read(`${folder}/${usageFile}`) ?? 0);
    const cache = new RegExp(`^${cacheName} (\\d+)$`, 'm').exec(read(`${folder}/${statFile}`) ?? '')?.[1];
    return Math.max(0, limit - usage + Number(cache ?? 0));
  }
  return Number.POSITIVE_INFINITY;
}

/** `5.2 GB`, `340 MB`. */
export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

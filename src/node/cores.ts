import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Reads a file of the system; undefined where it is not there. */
export type ReadText = (path: string) => string | undefined;

/**
 * Processors that this process may use: those of the machine that it may run on, and no more than its control group grants it, as
 * in a container or a job of a batch cluster. At least 1.
 */
export function usableCores(read: ReadText = readIfThere, processors = availableParallelism()): number {
  const granted = grantedCores(read);
  return granted === undefined ? processors : Math.max(1, Math.min(processors, Math.floor(granted)));
}

/** What the control group grants, as a number of processors; undefined without a limit. */
function grantedCores(read: ReadText): number | undefined {
  const limits = groupsOf(read('/proc/self/cgroup') ?? '').flatMap((group) => [
    limitV2(read, group),
    limitV1(read, group),
  ]);
  const known = limits.filter((limit) => limit !== undefined);
  return known.reduce<number | undefined>((least, limit) => Math.min(least ?? limit, limit), undefined);
}

/** Paths of the groups, and of those above them, which may be tighter: `0::/a/b` and `4:cpu,cpuacct:/a/b` are /a/b, /a and /. */
function groupsOf(text: string): string[] {
  const paths = text.split('\n').flatMap((line) => {
    const [, controllers = '', path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return path !== undefined && (controllers === '' || controllers.split(',').includes('cpu')) ? [path] : [];
  });
  const above = (path: string): string[] =>
    path === '/' || path === '' ? [''] : [path, ...above(path.replace(/\/[^/]*$/, ''))];
  return [...new Set(paths.flatMap(above))];
}

/** Version 2: `cpu.max` is "quota period", or "max period". */
function limitV2(read: ReadText, group: string): number | undefined {
  const [quota, period] = (read(`/sys/fs/cgroup${group}/cpu.max`) ?? '').trim().split(/\s+/).map(Number);
  return ratio(quota, period);
}

/** Version 1: a quota of -1 is none. */
function limitV1(read: ReadText, group: string): number | undefined {
  for (const root of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']) {
    const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => {
      const text = read(`${root}${group}/${name}`);
      return text === undefined ? undefined : Number(text);
    });
    const limit = ratio(quota, period);
    if (limit !== undefined) return limit;
  }
  return undefined;
}

function ratio(quota: number | undefined, period: number | undefined): number | undefined {
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not on Linux, or without that version of control groups.
    return undefined;
  }
}

import { describe, expect, it } from 'vitest';
import { usableCores } from './cores.ts';

const reading = (files: Readonly<Record<string, string>>) => (path: string) => files[path];

describe('processors that a process may use', () => {
  it.each([
    ['all of the machine without control groups', {}, 8],
    [
      'all where a group has no limit',
      { '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/cpu.max': 'max 100000\n' },
      8,
    ],
    ['what version 2 grants', { '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/cpu.max': '300000 100000\n' }, 3],
    [
      'what a group above grants, where that is less',
      {
        '/proc/self/cgroup': '0::/a/b\n',
        '/sys/fs/cgroup/a/b/cpu.max': '600000 100000\n',
        '/sys/fs/cgroup/a/cpu.max': '200000 100000\n',
      },
      2,
    ],
    [
      'what version 1 grants',
      {
        '/proc/self/cgroup': '4:cpu,cpuacct:/job\n3:memory:/job\n',
        '/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': '400000\n',
        '/sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000\n',
      },
      4,
    ],
    [
      'all where version 1 has no limit',
      {
        '/proc/self/cgroup': '4:cpu:/job\n',
        '/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000\n',
      },
      8,
    ],
    ['one at least', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    [
      'no more than the machine has',
      { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '6400000 100000\n' },
      8,
    ],
  ])('are %s', (_, files, expected) => {
    expect(usableCores(reading(files), 8)).toBe(expected);
  });
});

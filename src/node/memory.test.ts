import { expect, it } from 'vitest';
import { availableMemory, bytesText, memoryOf } from './memory.ts';

const MB = 2 ** 20;
const system = (files: Readonly<Record<string, string>>) => (path: string) => files[path];
const meminfo = { '/proc/meminfo': `MemTotal: 9999999 kB\nMemAvailable:    ${4 * 1024} kB\n` };

it.each([
  ['the machine alone', {}, 4 * MB],
  [
    'a second version without limit',
    { '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/memory.max': 'max\n' },
    4 * MB,
  ],
  [
    'a second version, what is above it counting too, caches given up',
    {
      '/proc/self/cgroup': '0::/job/step\n',
      '/sys/fs/cgroup/job/step/memory.max': 'max\n',
      '/sys/fs/cgroup/job/memory.max': String(3 * MB),
      '/sys/fs/cgroup/job/memory.current': String(2 * MB),
      '/sys/fs/cgroup/job/memory.stat': `anon 5\ninactive_file ${MB / 2}\n`,
    },
    1.5 * MB,
  ],
  [
    'a first version, seen from within a container',
    {
      '/proc/self/cgroup': '5:cpu:/x\n4:memory:/docker/abc\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': String(2 * MB),
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': String(MB),
    },
    MB,
  ],
  [
    'a first version that says no limit by a large number',
    {
      '/proc/self/cgroup': '4:memory:/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    },
    4 * MB,
  ],
])('%s', (_, files, expected) => {
  expect(availableMemory(system({ ...meminfo, ...files }))).toBe(expected);
});

it('knows what a process has in memory', () => {
  expect(memoryOf(process.pid) ?? 1e8).toBeGreaterThan(1e7);
  expect(memoryOf(2 ** 22 + 1)).toBeUndefined();
  expect([bytesText(5.23e9), bytesText(3.4e8)]).toEqual(['5.2 GB', '340 MB']);
});

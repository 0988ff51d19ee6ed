import type { TrainHost } from '../runs/train-host.ts';
import { versions } from './versions.ts';

/** What training needs of this machine: versions and clocks. */
export function machine(): Pick<TrainHost, 'versions' | 'now' | 'cpuSeconds' | 'wallClock'> {
  return {
    versions: versions(),
    now: () => performance.now() / 1000,
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    wallClock: () => Date.now() / 1000,
  };
}

import type { RequestedConfig } from '../train/config.ts';
import { configYaml } from '../train/load-config.ts';
import type { FinishedRun } from './finished-run.ts';
import type { ComparedRun } from './summarise.ts';

/** Sorts runs into rows: those that differ by seed, data or labels alone are one row, named by the method if that is enough. */
export function rowsOfRuns(runs: readonly FinishedRun[]): ComparedRun[] {
  const kinds = runs.map(({ config }) => kindOf(config));
  const kindsOfMethod = (method: string) => new Set(kinds.filter((_, i) => runs[i]?.config.method === method)).size;
  return runs.map((run, i) => {
    const first = runs[kinds.indexOf(kinds[i] as string)] as FinishedRun;
    const { method } = run.config;
    return { row: kindsOfMethod(method) === 1 ? method : first.run, run };
  });
}

/** What makes two runs of one seed differ. */
function kindOf(config: RequestedConfig): string {
  return configYaml({ ...config, seed: 0, labelled: undefined, threads: undefined });
}

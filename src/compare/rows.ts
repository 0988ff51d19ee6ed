import { PatchclError } from '../core/errors.ts';
import type { RequestedConfig } from '../settings/config.ts';
import { configYaml } from '../settings/load-config.ts';
import type { FinishedRun } from './finished-run.ts';
import type { ComparedRun } from './summarise.ts';

/** A finished run and the folder it was read from. */
export interface FolderRun {
  readonly folder: string;
  readonly run: FinishedRun;
}

/**
 * Sorts runs into rows: those that differ by seed, data or labels alone are one row, named by the method if that is enough, else
 * by as much of the first folder's path as tells it from the others.
 *
 * @throws PatchclError `bad-usage` when two runs differ in nothing: they would count as two seeds
 */
export function rowsOfRuns(runs: readonly FolderRun[]): ComparedRun[] {
  const kinds = new Map<string, FolderRun[]>();
  for (const each of runs) {
    const kind = kindOf(each.run.config);
    const own = kinds.get(kind) ?? [];
    checkNew(each, own);
    kinds.set(kind, [...own, each]);
  }
  const firsts = [...kinds.values()].map(([first]) => first as FolderRun);
  const names = shortNames(firsts.map(({ folder }) => folder));
  return [...kinds.values()].flatMap((members, i) => {
    const { method } = (members[0] as FolderRun).run.config;
    const isOnly = firsts.filter(({ run }) => run.config.method === method).length === 1;
    return members.map(({ run }) => ({ row: isOnly ? method : (names[i] as string), run }));
  });
}

/** What makes two runs of one seed differ. */
function kindOf(config: RequestedConfig): string {
  return configYaml({ ...config, seed: 0, labelled: undefined, threads: undefined, device: 'auto' });
}

function checkNew({ folder, run }: FolderRun, before: readonly FolderRun[]): void {
  const isSame = ({ run: other }: FolderRun) =>
    other.config.seed === run.config.seed &&
    other.config.labelled === run.config.labelled &&
    other.facts.data === run.facts.data;
  const twin = before.find(isSame);
  if (twin === undefined) return;
  throw new PatchclError('bad-usage', `this run has the settings, data, labels and seed of ${twin.folder}`, {
    subject: folder,
    hint: 'Give one of them: a standard deviation over seeds needs different ones.',
  });
}

/** The shortest ends of paths that differ from each other. */
function shortNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  const longest = Math.max(...parts.map((own) => own.length));
  for (let length = 1; length < longest; length++) {
    const names = parts.map((own) => own.slice(-length).join('/'));
    if (new Set(names).size === names.length) return names;
  }
  return parts.map((own) => own.join('/'));
}

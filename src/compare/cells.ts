import { PatchclError } from '../core/errors.ts';
import { baseName, joinPath } from '../core/files.ts';
import { METHODS, type Method } from '../methods/index.ts';
import type { RequestedConfig } from '../settings/config.ts';
import { mergeSettings, resolveConfig } from '../settings/load-config.ts';
import { nearestName, type Overrides } from '../settings/settings-file.ts';
import type { Matrix } from './matrix.ts';

/** One run of a comparison. */
export interface Cell {
  /** Name of its run folder. */
  readonly id: string;
  /** The row of the table it belongs to: a method or a variant. */
  readonly row: string;
  /** Folder of the data set. */
  readonly data: string;
  readonly config: RequestedConfig;
}

export interface CellsOptions {
  /** What relative data folders are relative to. Default: the current folder. */
  readonly dataRoot?: string | undefined;
  /** Methods that may be named. Default: patchcl's. */
  readonly methods?: readonly Method[];
}

/**
 * The runs that a matrix asks for, each once, in the order of the matrix: all rows of a seed before the next seed, so that
 * a comparison that is stopped early compares something.
 *
 * @param path of the matrix, for messages
 * @throws PatchclError `bad-config` for methods and settings that do not exist
 */
export function cellsOf(matrix: Matrix, path: string, options: CellsOptions = {}): Cell[] {
  const { dataRoot = '', methods: known = METHODS } = options;
  const blocks = [{}, ...matrix.also].map((block) => ({ ...matrix, ...block }));
  const cells = new Map<string, Cell>();
  checkNames(
    blocks.flatMap(({ data }) => data),
    path,
  );
  for (const { data: sets, labelled: counts, seeds, methods } of blocks) {
    for (const data of sets) {
      for (const labelled of counts) {
        for (const seed of seeds) {
          for (const row of methods) {
            const id = `${baseName(data)}-${String(labelled).replace('%', 'pc')}-${row}-${seed}`;
            const folder = data.startsWith('/') ? data : joinPath(dataRoot, data);
            cells.set(id, {
              id,
              row,
              data: folder,
              config: configOf({ matrix, path, methods: known }, row, labelled, seed),
            });
          }
        }
      }
    }
  }
  checkBaseline(matrix, path);
  return [...cells.values()];
}

/** Runs are named by the last part of their data's path. */
function checkNames(sets: readonly string[], path: string): void {
  const byName = new Map<string, string>();
  for (const data of sets) {
    const other = byName.get(baseName(data)) ?? data;
    byName.set(baseName(data), other);
    if (other === data) continue;
    throw new PatchclError('bad-config', `${other} and ${data} are both called ${baseName(data)}`, {
      subject: `${path} data`,
      hint: 'Rename one of the folders, or link to it by another name.',
    });
  }
}

/** A matrix, where it comes from, and the methods that it may name. */
interface Source {
  readonly matrix: Matrix;
  readonly path: string;
  readonly methods: readonly Method[];
}

function configOf(source: Source, row: string, labelled: number | string, seed: number): RequestedConfig {
  const { matrix, path, methods } = source;
  const { budget, settings } = matrix;
  if (budget.steps === undefined && budget.minutes === undefined) {
    const hint = 'Set budget.steps or budget.minutes.';
    throw new PatchclError('bad-config', 'nothing says how long to train', { subject: `${path} budget`, hint });
  }
  const own = { seed, budget, ...(labelled === 'all' ? {} : { labelled }) };
  const layers: Overrides[] = [settings, rowSettings(source, row), own];
  try {
    return resolveConfig({ overrides: layers.reduce(mergeSettings), methods });
  } catch (cause) {
    if (!(cause instanceof PatchclError)) throw cause;
    const place = cause.subject === undefined ? '' : ` ${cause.subject}`;
    const hint = cause.hint === undefined ? {} : { hint: cause.hint };
    throw new PatchclError(cause.code, cause.problem, { subject: `${path} (${row})${place}`, ...hint, cause });
  }
}

/** A row's settings: those of the variant, or the method of that name. */
function rowSettings({ matrix: { variants }, path, methods }: Source, row: string): Overrides {
  if (Object.hasOwn(variants, row)) return variants[row] as Overrides;
  const known = [...Object.keys(variants), ...methods.map(({ name }) => name)];
  if (known.includes(row)) return { method: row };
  const nearest = nearestName(row, known);
  throw new PatchclError('bad-config', `there is no method or variant "${row}"`, {
    subject: `${path} methods`,
    hint: nearest === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}

function checkBaseline({ baseline, methods, also }: Matrix, path: string): void {
  const rows = [methods, ...also.map((block) => block.methods ?? [])].flat();
  if (baseline === undefined || rows.includes(baseline)) return;
  throw new PatchclError('bad-config', `no run is of the baseline "${baseline}"`, {
    subject: `${path} baseline`,
    hint: `Name one of: ${rows.join(', ')}.`,
  });
}

import type { z } from 'zod';
import { InOrder } from '../../core/in-order.ts';
import type { LabelKind } from '../../data/studio-labels/journal.ts';
import { IGNORED } from '../../imaging/volume.ts';
import { isPersonal } from '../api/index.ts';
import type { historySchema } from '../api/project.ts';
import type { ProjectCase } from '../project-case.ts';
import { Refusal } from '../refusal.ts';
import type { ScanCache } from '../scan-cache.ts';
import type { StudioFiles } from '../studio-files.ts';
import type { StudioProject } from '../studio-project.ts';
import type { SliceChange } from './case-labels.ts';
import { mergeMasks } from './merge.ts';

type HistoryEntry = z.input<typeof historySchema>['actions'][number];

/** Some slices of a case, counted from 0. */
export interface SliceRange {
  readonly first: number;
  readonly count: number;
}

/** What is to be done to the labels of some slices of a case, at once. */
export interface LabelEdit {
  /** What it is, as `brush` or `import`, for the history. */
  readonly name: string;
  /** Who does it, where that is known. */
  readonly by?: string | undefined;
  readonly slices: readonly number[];
  readonly kind: LabelKind;
  /** Whose proposal it was. */
  readonly run?: string | undefined;
  /** Kind and run of each slice, where they are not the same for all. */
  readonly origins?: readonly Pick<LabelEdit, 'kind' | 'run'>[];
  /** Class values [slices, height, width]; absent for `rejected` and `none`. */
  readonly masks?: Uint8Array;
  /** The revision of the case that it is based on; absent: whatever is there. */
  readonly base?: number | undefined;
  /** The same of each slice, where they are not based on one revision. */
  readonly bases?: readonly number[] | undefined;
  /** What becomes of slices that have changed since: refused as a whole, or what was drawn here goes into what is there. */
  readonly stale?: 'refuse' | 'merge' | undefined;
  /** Leaves slices as they are that have a label of a person's. */
  readonly keep?: boolean | undefined;
}

/** What an edit has come to. */
export interface EditOutcome {
  /** Slices that have changed. */
  readonly written: readonly number[];
  /** Slices that were left as they are, since they have a label of a person's. */
  readonly kept: readonly number[];
  /** Slices that had changed since what the edit is based on: it went into what was there. */
  readonly merged: readonly number[];
}

/**
 * The labels of all cases. Every version of every slice is kept, with how it came about; what is done to a case takes effect in
 * the order in which it was asked for, whole or not at all.
 */
export class LabelStore {
  readonly #project: Pick<StudioProject, 'settings'>;
  readonly #files: Pick<StudioFiles, 'readPart'>;
  readonly #cache: Pick<ScanCache, 'given' | 'measures'>;
  readonly #order = new InOrder();

  constructor(
    project: Pick<StudioProject, 'settings'>,
    files: Pick<StudioFiles, 'readPart'>,
    cache: Pick<ScanCache, 'given' | 'measures'>,
  ) {
    this.#project = project;
    this.#files = files;
    this.#cache = cache;
  }

  /**
   * Labels of some slices, class values [count, height, width]; 0 where there is none, and for classes that were removed.
   *
   * @param revision as it was after an action; default: as it is
   */
  async read(entry: ProjectCase, range: SliceRange, revision?: number): Promise<Uint8Array> {
    const masks = await this.#stored(entry, range, revision);
    const removed = new Set(this.#project.settings.removed);
    return removed.size === 0 ? masks : masks.map((value) => (removed.has(value) ? 0 : value));
  }

  /** Bytes that a mask of some slices has. @throws Refusal 400 for slices that are not there */
  async size(entry: ProjectCase, range: SliceRange): Promise<number> {
    return (await this.#plane(entry, range)) * range.count;
  }

  /** On disk when the promise resolves. @throws Refusal 400 for a mask of another size or of other classes, 409 `stale` */
  async edit(entry: ProjectCase, edit: LabelEdit): Promise<EditOutcome> {
    const [depth, height, width] = (await this.#cache.measures(entry)).shape;
    const strange = edit.slices.find((slice) => slice >= depth);
    if (strange !== undefined) throw noSuchSlices(entry, strange, strange, depth);
    this.#checkMasks(entry, edit, height * width);
    return this.#order.run(entry.item.id, async () => {
      const isGiven = entry.item.label !== undefined;
      const isKept = (slice: number) => edit.keep === true && isPersonal(entry.labels.state(slice, isGiven));
      const kept = edit.slices.filter(isKept);
      this.#checkBase(entry, edit, kept);
      const isStale = (slice: number, i: number) => isOutdated(entry, edit, i) && !kept.includes(slice);
      const merged = edit.masks === undefined ? [] : edit.slices.filter(isStale);
      const changes: SliceChange[] = [];
      for (const [i, slice] of edit.slices.entries()) {
        if (kept.includes(slice)) continue;
        const change = await this.#changeOf(entry, edit, i, [height, width]);
        if (change !== undefined) changes.push(change);
      }
      if (changes.length > 0) await entry.labels.change({ name: edit.name, by: edit.by, changes });
      return { written: changes.map(({ slice }) => slice), kept, merged };
    });
  }

  /** Takes the last action back. @param action that it must be. @throws Refusal 409 when there is none, or another */
  undo(entry: ProjectCase, action?: number): Promise<void> {
    return this.#again(entry, action, 'undo');
  }

  /** Does the action again that was undone last. @throws as `undo` */
  redo(entry: ProjectCase, action?: number): Promise<void> {
    return this.#again(entry, action, 'redo');
  }

  /** What was ever done to the labels of a case, oldest first. */
  history({ labels, item }: ProjectCase): HistoryEntry[] {
    return labels.versions.actions.map(({ id, name, at, by, undoes, redoes, edits }) => ({
      id,
      name,
      at,
      ...(by !== undefined && { by }),
      ...(undoes !== undefined && { undoes }),
      ...(redoes !== undefined && { redoes }),
      slices: edits.map(({ slice, from, run }) => ({
        slice,
        from,
        state: labels.state(slice, item.label !== undefined, id),
        ...(run !== undefined && { run }),
      })),
    }));
  }

  #again(entry: ProjectCase, expected: number | undefined, way: 'undo' | 'redo'): Promise<void> {
    return this.#order.run(entry.item.id, async () => {
      const { versions } = entry.labels;
      const action = way === 'undo' ? versions.undoable : versions.redoable;
      if (action === undefined) throw new Refusal(409, `there is nothing to ${way}`, { subject: entry.item.id });
      if (expected !== undefined && expected !== action.id) {
        const problem = `the last thing to ${way} is another by now: ${action.name}`;
        throw new Refusal(409, problem, { subject: entry.item.id, code: 'stale' });
      }
      // An action that does again is undone to what was there before it, not to what it did again.
      const changes = action.edits.map(({ slice, from }) => ({ slice, as: way === 'undo' ? from : action.id }));
      await entry.labels.change({
        name: `${way} ${action.name}`,
        changes,
        ...(way === 'undo' ? { undoes: action.id } : { redoes: action.id }),
      });
    });
  }

  /** The change of one slice; undefined where nothing would change. */
  async #changeOf(
    entry: ProjectCase,
    edit: LabelEdit,
    i: number,
    size: readonly [number, number],
  ): Promise<SliceChange | undefined> {
    const { masks, slices, origins } = edit;
    const slice = slices[i] as number;
    const { kind, run } = origins?.[i] ?? edit;
    const now = entry.labels.versions.at(slice);
    if (masks === undefined) return now.kind === kind && now.run === run ? undefined : { slice, kind, run, size };
    const pixels = size[0] * size[1];
    const range = { first: slice, count: 1 };
    const stored = await this.#stored(entry, range);
    let mask = this.#withRemoved(masks.subarray(i * pixels, (i + 1) * pixels), stored);
    if (isOutdated(entry, edit, i)) mask = mergeMasks(await this.#stored(entry, range, baseOf(edit, i)), mask, stored);
    const isSame = now.kind === kind && now.run === run && equal(mask, stored);
    return isSame ? undefined : { slice, kind, run, mask, size };
  }

  /** Pixels of classes that were removed stay where they are seen as background, so that the class can be put back. */
  #withRemoved(mask: Uint8Array, stored: Uint8Array): Uint8Array {
    const removed = new Set(this.#project.settings.removed);
    if (removed.size === 0) return mask;
    return mask.map((value, i) => (value === 0 && removed.has(stored[i] as number) ? (stored[i] as number) : value));
  }

  #checkMasks({ item }: ProjectCase, { slices, masks }: LabelEdit, plane: number): void {
    if (masks === undefined) return;
    const subject = item.id;
    if (masks.length !== plane * slices.length) {
      throw new Refusal(400, `${plane * slices.length} voxels were expected, ${masks.length} came`, { subject });
    }
    const { classes } = this.#project.settings;
    const strange = masks.find((value) => value >= classes.length && value !== IGNORED);
    if (strange === undefined) return;
    throw new Refusal(400, `class ${strange} is none: there are ${classes.length}`, { subject });
  }

  /** @throws Refusal 409 `stale` when a slice has changed since what the edit is based on */
  #checkBase(entry: ProjectCase, edit: LabelEdit, kept: readonly number[]): void {
    const { item } = entry;
    if (edit.bases !== undefined && edit.bases.length !== edit.slices.length) {
      const problem = `${edit.slices.length} slices are to change, ${edit.bases.length} revisions came`;
      throw new Refusal(400, problem, { subject: item.id });
    }
    if (edit.stale === 'merge') return;
    const changed = edit.slices.find((slice, i) => isOutdated(entry, edit, i) && !kept.includes(slice));
    if (changed === undefined) return;
    const hint = 'Look at it again.';
    throw new Refusal(409, `slice ${changed + 1} has changed meanwhile`, { subject: item.id, hint, code: 'stale' });
  }

  /** Labels with the values of removed classes. */
  async #stored(entry: ProjectCase, range: SliceRange, revision?: number): Promise<Uint8Array> {
    const plane = await this.#plane(entry, range);
    const masks = new Uint8Array(range.count * plane);
    if (entry.item.label !== undefined) await this.#readGiven(entry, range, plane, masks);
    for (let i = 0; i < range.count; i++) {
      const slice = range.first + i;
      const mask = await entry.labels.mask(slice, revision);
      if (mask !== undefined) masks.set(mask, i * plane);
    }
    return masks;
  }

  /** Pixels of a slice. @throws Refusal 400 for slices that are not there */
  async #plane(entry: ProjectCase, { first, count }: SliceRange): Promise<number> {
    const [depth, height, width] = (await this.#cache.measures(entry)).shape;
    if (first + count <= depth) return height * width;
    throw noSuchSlices(entry, first, first + count - 1, depth);
  }

  async #readGiven(
    { item }: ProjectCase,
    { first, count }: SliceRange,
    plane: number,
    into: Uint8Array,
  ): Promise<void> {
    into.set(await this.#files.readPart(this.#cache.given(item.id), first * plane, count * plane));
  }
}

/** The revision that the change of a slice is based on. */
function baseOf({ base, bases }: LabelEdit, i: number): number | undefined {
  return bases?.[i] ?? base;
}

/** Whether a slice has changed since what its change is based on. */
function isOutdated({ labels }: ProjectCase, edit: LabelEdit, i: number): boolean {
  const base = baseOf(edit, i);
  return base !== undefined && labels.versions.at(edit.slices[i] as number).version > base;
}

function noSuchSlices({ item }: ProjectCase, first: number, last: number, depth: number): Refusal {
  return new Refusal(400, `slices ${first} to ${last} were asked for, there are 0 to ${depth - 1}`, {
    subject: item.id,
  });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

import type { JournalRecord, LabelAction, LabelKind, MaskPlace } from './journal.ts';

/** A label as a file of its own, as projects of before have them. */
export interface LabelFile {
  readonly file: string;
}

/** One version of the label of a slice. */
export interface SliceVersion {
  /** The action that made it; 0 for what was there before the journal. */
  readonly version: number;
  readonly kind: LabelKind;
  readonly run?: string;
  readonly size?: readonly [height: number, width: number];
  /** Where its mask lies; absent where there is none. */
  readonly mask?: MaskPlace | LabelFile;
  /** Pixels by class value; absent where nobody has counted them. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** A slice without a label of the studio. */
export const NO_LABEL: SliceVersion = { version: 0, kind: 'none' };

/** Every version of every slice of a case, and what can be undone and done again. A value of the journal alone. */
export class LabelVersions {
  /** Versions by slice, oldest first. */
  readonly #slices = new Map<number, SliceVersion[]>();
  readonly #actions: LabelAction[] = [];
  readonly #done: LabelAction[] = [];
  readonly #undone: LabelAction[] = [];

  /** @param base labels from before the journal */
  constructor(base: Iterable<readonly [slice: number, version: SliceVersion]> = []) {
    for (const [slice, version] of base) this.#slices.set(slice, [version]);
  }

  /** The last action; 0 for none. */
  get revision(): number {
    return this.#actions.at(-1)?.id ?? 0;
  }

  get actions(): readonly LabelAction[] {
    return this.#actions;
  }

  /** What undoing would take back. */
  get undoable(): LabelAction | undefined {
    return this.#done.at(-1);
  }

  /** What would be done again. */
  get redoable(): LabelAction | undefined {
    return this.#undone.at(-1);
  }

  /** Slices that the studio knows a label of, taken-away ones among them. */
  get slices(): readonly number[] {
    return [...this.#slices.keys()].sort((a, b) => a - b);
  }

  /** The label of a slice, as it was after an action; default: as it is. */
  at(slice: number, revision = Number.POSITIVE_INFINITY): SliceVersion {
    return this.#slices.get(slice)?.findLast(({ version }) => version <= revision) ?? NO_LABEL;
  }

  add({ action, places }: JournalRecord): void {
    for (const [i, { slice, kind, run, size, counts, as }] of action.edits.entries()) {
      const known = this.#slices.get(slice) ?? [];
      this.#slices.set(slice, known);
      const mask = places[i];
      const own: Omit<SliceVersion, 'version'> = {
        kind,
        ...(run !== undefined && { run }),
        ...(size && { size }),
        ...(mask && { mask }),
        ...(counts && { counts }),
      };
      known.push({ ...(as === undefined ? own : this.at(slice, as)), version: action.id });
    }
    this.#actions.push(action);
    this.#follow(action);
  }

  #follow(action: LabelAction): void {
    if (action.undoes !== undefined) {
      const undone = this.#done.pop();
      if (undone !== undefined) this.#undone.push(undone);
    } else if (action.redoes !== undefined) {
      const again = this.#undone.pop();
      if (again !== undefined) this.#done.push(again);
    } else {
      this.#done.push(action);
      this.#undone.length = 0;
    }
  }
}

import type { SliceState } from '../../studio/api/index.ts';

/** A slice before or after an edit. */
export interface Snapshot {
  /** [height, width] */
  readonly labels: Uint8Array;
  readonly state: SliceState;
}

/** What one action did to one slice. */
export interface SliceEdit {
  readonly slice: number;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** One action of a person, which may touch several slices; undone and done again as a whole. */
export interface Action {
  /** What it was, as `brush`. */
  readonly name: string;
  readonly edits: readonly SliceEdit[];
}

/** What has been done to one case, and what of it was undone. A plain value: every change gives a new one. */
export interface History {
  readonly done: readonly Action[];
  /** Undone last stands last. */
  readonly undone: readonly Action[];
}

export const NO_HISTORY: History = { done: [], undone: [] };

/** Bytes of labels kept for undoing; older actions are forgotten first. */
const MOST_BYTES = 64 * 2 ** 20;

/** Adds an action; what was undone cannot be done again from here. */
export function record({ done }: History, action: Action): History {
  if (action.edits.length === 0) return { done, undone: [] };
  const kept = [...done, action];
  let bytes = kept.reduce((sum, one) => sum + bytesOf(one), 0);
  while (bytes > MOST_BYTES && kept.length > 1) bytes -= bytesOf(kept.shift() as Action);
  return { done: kept, undone: [] };
}

/** The history with its last action undone, and that action. */
export function undo({ done, undone }: History): { readonly history: History; readonly action: Action } | undefined {
  const action = done.at(-1);
  return action && { action, history: { done: done.slice(0, -1), undone: [...undone, action] } };
}

/** The history with its last undone action done again, and that action. */
export function redo({ done, undone }: History): { readonly history: History; readonly action: Action } | undefined {
  const action = undone.at(-1);
  return action && { action, history: { done: [...done, action], undone: undone.slice(0, -1) } };
}

function bytesOf({ edits }: Action): number {
  return edits.reduce((sum, { before, after }) => sum + before.labels.length + after.labels.length, 0);
}

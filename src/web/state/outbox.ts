import type { Provenance } from '../../studio/api/index.ts';

/** An edit of labels that the studio has not confirmed yet. */
export interface PendingEdit {
  /** Grows with each edit of this browser: edits are sent in this order. */
  readonly id: string;
  /** Folder of the project. */
  readonly project: string;
  readonly case: string;
  /** What it was, as `brush`, for the history. */
  readonly name: string;
  readonly slices: readonly number[];
  readonly state: Provenance | 'rejected' | 'unlabelled';
  readonly run?: string;
  /** [slices, height, width]; nothing for `rejected` and `unlabelled`. */
  readonly masks: Uint8Array;
  /** The revision of the case that each slice was drawn on. */
  readonly bases: readonly number[];
  /** Slices among them that become `corrected`, whatever the state of the others. */
  readonly corrected?: readonly number[];
}

/** Keeps edits until the studio has them, over reloads of the page. */
export interface Outbox {
  put(edit: PendingEdit): Promise<void>;
  remove(id: string): Promise<void>;
  /** Edits of a project, oldest first. */
  list(project: string): Promise<readonly PendingEdit[]>;
}

const NAME = 'patchcl-studio';
const STORE = 'unsaved';

/** In the browser's own storage; where it gives none, as in some private windows, in memory. */
export async function browserOutbox(): Promise<Outbox> {
  try {
    return storedOutbox(await opened());
  } catch {
    return memoryOutbox();
  }
}

export function memoryOutbox(): Outbox {
  const edits = new Map<string, PendingEdit>();
  return {
    put: async (edit) => void edits.set(edit.id, edit),
    remove: async (id) => void edits.delete(id),
    list: async (project) => ordered([...edits.values()], project),
  };
}

function storedOutbox(database: IDBDatabase): Outbox {
  const store = (mode: IDBTransactionMode) => database.transaction(STORE, mode).objectStore(STORE);
  return {
    put: async (edit) => void (await done(store('readwrite').put(edit))),
    remove: async (id) => void (await done(store('readwrite').delete(id))),
    list: async (project) =>
      ordered(((await done(store('readonly').getAll())) as PendingEdit[]).map(withBases), project),
  };
}

/** Edits that an earlier page has kept name one revision for all their slices. */
function withBases(edit: PendingEdit & { readonly base?: number }): PendingEdit {
  return { ...edit, bases: edit.bases ?? edit.slices.map(() => edit.base ?? 0) };
}

function ordered(edits: readonly PendingEdit[], project: string): PendingEdit[] {
  return edits.filter((edit) => edit.project === project).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let count = 0;

/** An id that sorts behind all ids of this browser before it. */
export function nextEditId(): string {
  return `${String(Date.now()).padStart(15, '0')}-${String(++count).padStart(6, '0')}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
}

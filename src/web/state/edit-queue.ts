import { signal } from '@preact/signals';
import { PatchclError } from '../../core/errors.ts';
import type { EditedCase, StudioCase, StudioClient } from '../../studio/api/index.ts';
import { mergeMasks } from '../../studio/labels/merge.ts';
import { messageOf } from './notices.ts';
import type { Outbox, PendingEdit } from './outbox.ts';

/** Whoever shows the labels of a case while its edits are sent. */
export interface EditListener {
  /** An edit is on disk. */
  onSaved(edit: PendingEdit, saved: EditedCase): void;
  /** Others have changed a slice too: what was sent, and what is there now. */
  onMerged(slice: number, sent: Uint8Array, now: Uint8Array): void;
}

export interface EditQueueOptions {
  readonly studio: StudioClient;
  readonly case: string;
  readonly outbox: Outbox;
  readonly onSaved: (changed: StudioCase) => void;
  /** Told of an edit that the studio will never take, as for a scan that is gone. */
  readonly onRefused: (edit: PendingEdit, why: string) => void;
}

/** Milliseconds before sending is tried again. */
const RETRY = 2000;

/**
 * Sends the edits of one case in their order. Each is kept in the browser until it is on disk, so that neither a dead studio
 * nor a closed tab loses it; what others have drawn meanwhile stays.
 */
export class EditQueue {
  /** `saved`, or what is under way, or why it does not work. */
  readonly status = signal<'saved' | 'saving' | { readonly problem: string }>('saved');
  listener: EditListener | undefined;
  readonly #options: EditQueueOptions;
  #waiting: PendingEdit[] = [];
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  /** The revision that holds what was sent of a slice last. */
  readonly #sent = new Map<number, number>();

  constructor(options: EditQueueOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether an edit of the slice is not on disk yet. */
  isPending(slice: number): boolean {
    return this.#waiting.some(({ slices }) => slices.includes(slice));
  }

  /** Edits that were kept when the page was left. */
  restore(edits: readonly PendingEdit[]): void {
    this.#waiting.push(...edits);
    if (edits.length > 0) void this.flush();
  }

  add(edit: PendingEdit): void {
    this.#waiting.push(edit);
    void this.#options.outbox.put(edit).catch(() => undefined);
    void this.flush();
  }

  /** Tries at once what failed before. */
  retry(): void {
    this.#wake?.();
  }

  /** Resolves when everything is saved, or cannot be for now. */
  async settled(): Promise<void> {
    while (!this.isIdle && typeof this.status.value !== 'object') {
      await Promise.race([this.flush(), new Promise((wake) => setTimeout(wake, 100))]);
    }
  }

  /** Resolves when everything is saved. */
  flush(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    for (let edit = this.#waiting[0]; edit !== undefined; edit = this.#waiting[0]) {
      if (this.status.value === 'saved') this.status.value = 'saving';
      try {
        await this.#send(edit);
        await this.#forget(edit);
      } catch (error) {
        if (isFinal(error)) {
          await this.#forget(edit);
          this.#options.onRefused(edit, messageOf(error));
        } else {
          this.status.value = { problem: messageOf(error) };
          await this.#pause();
          continue;
        }
      }
      this.status.value = this.#waiting.length > 0 ? 'saving' : 'saved';
    }
  }

  async #send(edit: PendingEdit): Promise<void> {
    const { name, slices, state, run, masks, corrected } = edit;
    const bases = slices.map((slice, i) => Math.max(edit.bases[i] ?? 0, this.#sent.get(slice) ?? 0));
    const saved = await this.#options.studio.ask('editLabels', {
      case: this.#options.case,
      name,
      slices: slices.join(','),
      state,
      run,
      bases: bases.join(','),
      ...(corrected !== undefined && corrected.length > 0 && { corrected: corrected.join(',') }),
      stale: 'merge',
      body: masks,
    });
    for (const slice of slices) this.#sent.set(slice, saved.revision);
    if (saved.merged.length > 0) await this.#follow(edit, saved);
    this.listener?.onSaved(edit, saved);
    this.#options.onSaved(saved);
  }

  /** Edits that wait were drawn without what others have drawn: it is put under them. */
  async #follow(edit: PendingEdit, { merged, revision }: EditedCase): Promise<void> {
    const plane = edit.masks.length / edit.slices.length;
    for (const slice of merged) {
      const range = { case: this.#options.case, first: slice, count: 1, revision };
      const now = await this.#options.studio.ask('mask', range);
      const i = edit.slices.indexOf(slice);
      const sent = edit.masks.subarray(i * plane, (i + 1) * plane);
      this.#waiting = this.#waiting.map((other) => (other === edit ? other : rebased(other, slice, sent, now)));
      this.listener?.onMerged(slice, sent, now);
    }
  }

  async #forget(edit: PendingEdit): Promise<void> {
    this.#waiting = this.#waiting.filter(({ id }) => id !== edit.id);
    await this.#options.outbox.remove(edit.id).catch(() => undefined);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function rebased(edit: PendingEdit, slice: number, sent: Uint8Array, now: Uint8Array): PendingEdit {
  const i = edit.slices.indexOf(slice);
  if (i < 0 || edit.masks.length === 0) return edit;
  const masks = edit.masks.slice();
  masks.set(mergeMasks(sent, masks.subarray(i * sent.length, (i + 1) * sent.length), now), i * sent.length);
  return { ...edit, masks };
}

/** Refusals that asking again would not change: not a lost connection, a full disk, or a token of another day. */
function isFinal(error: unknown): boolean {
  return error instanceof PatchclError && ['bad-usage', 'bad-data', 'stale'].includes(error.code);
}

import { signal } from '@preact/signals';
import type { Provenance, SliceState, StudioCase, StudioClient } from '../../studio/api/index.ts';
import { messageOf } from '../state/notices.ts';

/** What a slice is to become. */
export interface SliceSave {
  readonly slice: number;
  /** [height, width] */
  readonly labels: Uint8Array;
  readonly state: SliceState;
  /** Whose proposal it comes from. */
  readonly run?: string;
}

/** Milliseconds before saving is tried again. */
const RETRY = 3000;

/**
 * Saves slices in the order in which they change, each change at once; while one is being written, newer changes of the
 * same slice take the place of older ones. Nothing is given up: what fails is tried again.
 */
export class SaveQueue {
  /** `saved`, or what is under way, or why it does not work. */
  readonly status = signal<'saved' | 'saving' | { readonly problem: string }>('saved');
  readonly #studio: StudioClient;
  readonly #id: string;
  readonly #onSaved: (changed: StudioCase) => void;
  readonly #waiting = new Map<number, SliceSave>();
  #running: Promise<void> | undefined;

  constructor(studio: StudioClient, id: string, onSaved: (changed: StudioCase) => void) {
    this.#studio = studio;
    this.#id = id;
    this.#onSaved = onSaved;
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#running === undefined;
  }

  add(saves: readonly SliceSave[]): void {
    for (const save of saves) {
      this.#waiting.delete(save.slice);
      this.#waiting.set(save.slice, save);
    }
    if (saves.length > 0) void this.flush();
  }

  /** Resolves when everything is saved. */
  flush(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      if (this.status.value === 'saved') this.status.value = 'saving';
      const group = firstGroup([...this.#waiting.values()]);
      for (const { slice } of group) this.#waiting.delete(slice);
      try {
        this.#onSaved(await this.#send(group));
        this.status.value = this.#waiting.size > 0 ? 'saving' : 'saved';
      } catch (error) {
        this.status.value = { problem: messageOf(error) };
        for (const save of group) if (!this.#waiting.has(save.slice)) this.#waiting.set(save.slice, save);
        await new Promise((wake) => setTimeout(wake, RETRY));
      }
    }
  }

  #send(group: readonly SliceSave[]): Promise<StudioCase> {
    const [{ slice: first, state, run, labels }] = group as [SliceSave];
    const where = { case: this.#id, first, count: group.length };
    if (state === 'unlabelled' || state === 'given') return this.#studio.ask('removeMask', where);
    if (state === 'rejected') return this.#studio.ask('reject', { ...where, run });
    const body = new Uint8Array(group.length * labels.length);
    for (const [i, save] of group.entries()) body.set(save.labels, i * labels.length);
    return this.#studio.ask('saveMask', { ...where, provenance: state satisfies Provenance, run, body });
  }
}

/** The first slice that waits, and those behind it that can go in one request with it. */
function firstGroup(waiting: readonly SliceSave[]): SliceSave[] {
  const [first, ...others] = [...waiting].sort((a, b) => a.slice - b.slice) as [SliceSave, ...SliceSave[]];
  const group = [first];
  for (const save of others) {
    const isNext = save.slice === first.slice + group.length;
    if (!isNext || save.state !== first.state || save.run !== first.run) break;
    group.push(save);
  }
  return group;
}

import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { StudioCase, StudioClient } from '../../studio/api/index.ts';
import { EditQueue } from './edit-queue.ts';
import { notify } from './notices.ts';
import { browserOutbox, memoryOutbox, type Outbox, type PendingEdit } from './outbox.ts';

/** The edits of a project that are not on disk yet, case by case. They go on being sent while a person looks at something else. */
export class EditQueues {
  /** Folder of the project, which edits that were kept are found by. */
  project = '';
  readonly #studio: StudioClient;
  readonly #onSaved: (changed: StudioCase) => void;
  readonly #queues = signal<ReadonlyMap<string, EditQueue>>(new Map());
  /** Why edits cannot be saved; undefined when all is well. */
  readonly problem: ReadonlySignal<string | undefined> = computed(() => {
    for (const { status } of this.#queues.value.values()) {
      if (typeof status.value === 'object') return status.value.problem;
    }
    return undefined;
  });
  #outbox: Outbox = memoryOutbox();

  constructor(studio: StudioClient, onSaved: (changed: StudioCase) => void) {
    this.#studio = studio;
    this.#onSaved = onSaved;
  }

  /** Sends what was kept when the page was left. */
  async restore(project: string): Promise<void> {
    this.project = project;
    this.#outbox = await browserOutbox();
    const kept = await this.#outbox.list(project);
    for (const id of new Set(kept.map((edit) => edit.case))) {
      this.of(id).restore(kept.filter((edit) => edit.case === id));
    }
    if (kept.length > 0) notify(`${kept.length === 1 ? 'A stroke' : `${kept.length} strokes`} from before went in.`);
  }

  of(id: string): EditQueue {
    const known = this.#queues.value.get(id);
    if (known !== undefined) return known;
    const queue = new EditQueue({
      studio: this.#studio,
      case: id,
      outbox: {
        put: (edit) => this.#outbox.put(edit),
        remove: (edit) => this.#outbox.remove(edit),
        list: (project) => this.#outbox.list(project),
      },
      onSaved: this.#onSaved,
      onRefused: (edit: PendingEdit, why) => {
        const slices = edit.slices.map((slice) => slice + 1).join(', ');
        notify(`${edit.name} on slice ${slices} of ${edit.case} was refused: ${why}`, 'problem');
      },
    });
    this.#queues.value = new Map([...this.#queues.value, [id, queue]]);
    return queue;
  }

  get isIdle(): boolean {
    return [...this.#queues.value.values()].every(({ isIdle }) => isIdle);
  }

  /** Tries at once what failed before, as when the studio is back. */
  retry(): void {
    for (const queue of this.#queues.value.values()) queue.retry();
  }
}

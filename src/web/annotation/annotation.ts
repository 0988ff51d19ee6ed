import { batch, signal } from '@preact/signals';
import { isLabel, type Measures, type SliceState, type StudioCase } from '../../studio/api/index.ts';
import {
  type Action,
  type History,
  NO_HISTORY,
  record,
  redo,
  type SliceEdit,
  type Snapshot,
  undo,
} from '../drawing/history.ts';
import { interpolate } from '../drawing/interpolate.ts';
import type { Plane } from '../drawing/plane.ts';
import type { Session } from '../state/session.ts';
import type { Voxel } from '../viewer/planes.ts';
import { SliceStore, split } from '../viewer/slice-store.ts';
import { ProposalView } from './proposal-view.ts';
import { SaveQueue } from './save-queue.ts';

/** One case that is open: its scan, its labels as they are being drawn, what can be undone, the model's proposal. */
export class Annotation {
  readonly id: string;
  readonly measures: Measures;
  /** The voxel that all views go through. */
  readonly cursor = signal<Voxel>([0, 0, 0]);
  /** Grows with everything that has to be drawn anew. */
  readonly version = signal(0);
  readonly states = signal<readonly SliceState[]>([]);
  readonly history = signal<History>(NO_HISTORY);
  readonly saving: SaveQueue;
  readonly proposal: ProposalView;
  /** Intensities per slice: [channels, height, width]. */
  readonly intensities: SliceStore<Float32Array>;
  readonly labels: SliceStore<Uint8Array>;
  readonly #session: Session;
  /** Whose proposal the label of a slice comes from, as far as this page has seen it. */
  readonly #runs = new Map<number, string>();
  #open: { readonly name: string; readonly before: Snapshot; readonly slice: number } | undefined;

  constructor(
    session: Session,
    { id, measures, slices }: StudioCase & { readonly measures: Measures },
    slice?: number,
  ) {
    this.id = id;
    this.measures = measures;
    this.#session = session;
    const [depth, height, width] = measures.shape;
    this.cursor.value = [slice ?? Math.floor(depth / 2), Math.floor(height / 2), Math.floor(width / 2)];
    this.states.value = slices;
    const redraw = () => this.redraw();
    const { studio } = session;
    this.intensities = new SliceStore(
      depth,
      4 * measures.channels * height * width,
      (first, count) => this.#loadIntensities(first, count),
      redraw,
    );
    this.labels = new SliceStore(
      depth,
      height * width,
      async (first, count) => split(await studio.ask('mask', { case: id, first, count }), count),
      redraw,
    );
    this.saving = new SaveQueue(studio, id, (changed) => session.updateCase(changed));
    this.proposal = new ProposalView(session, id, measures, redraw);
  }

  get slice(): number {
    return this.cursor.value[0];
  }

  get state(): SliceState {
    return this.states.value[this.slice] ?? 'unlabelled';
  }

  /** Loads scan and labels, from the slice that is looked at outwards. */
  async load(): Promise<void> {
    await this.labels.loadAround(this.slice);
    await this.intensities.loadAround(this.slice);
  }

  close(): void {
    this.intensities.close();
    this.labels.close();
    this.proposal.close();
  }

  redraw(): void {
    this.version.value++;
  }

  moveTo(voxel: Voxel): void {
    const { shape } = this.measures;
    const within = voxel.map((at, axis) => Math.min((shape[axis] as number) - 1, Math.max(0, Math.round(at))));
    this.cursor.value = within as unknown as Voxel;
    void this.intensities.loadAround(this.slice).catch(() => undefined);
  }

  moveSlice(by: number): void {
    const [slice, row, column] = this.cursor.value;
    this.moveTo([slice + by, row, column]);
  }

  /** The labels of the slice that is looked at, to be drawn on between `begin` and `commit`; undefined while they load. */
  get plane(): Plane | undefined {
    const data = this.labels.get(this.slice);
    const [, height, width] = this.measures.shape;
    return data && { data, height, width };
  }

  /** Begins an action on the slice that is looked at. */
  begin(name: string): Plane | undefined {
    const { plane } = this;
    if (plane !== undefined) {
      this.#open = { name, slice: this.slice, before: { labels: plane.data.slice(), state: this.state } };
    }
    return plane;
  }

  /** Ends the action: what it has changed is saved, and can be undone. */
  commit(): void {
    if (this.#open === undefined) return;
    const { name, slice, before } = this.#open;
    this.#open = undefined;
    const labels = this.labels.get(slice)?.slice() as Uint8Array;
    if (labels.every((value, i) => value === before.labels[i])) return;
    const isProposed = before.state === 'accepted' || before.state === 'corrected';
    this.#apply({ name, edits: [{ slice, before, after: { labels, state: isProposed ? 'corrected' : 'drawn' } }] });
  }

  /** Gives slices new labels or states in one action. */
  change(name: string, changes: readonly { readonly slice: number; readonly after: Snapshot }[], run?: string): void {
    const edits = changes.flatMap(({ slice, after }): SliceEdit[] => {
      const labels = this.labels.get(slice);
      if (labels === undefined) return [];
      if (run !== undefined) this.#runs.set(slice, run);
      return [{ slice, after, before: { labels: labels.slice(), state: this.states.value[slice] ?? 'unlabelled' } }];
    });
    this.#apply({ name, edits });
  }

  /** Whether the slice looked at lies between labelled slices, with slices without label beside it. */
  get canInterpolate(): boolean {
    return this.#gap() !== undefined;
  }

  /** Fills the slices without label between the labelled ones on both sides of the slice that is looked at. */
  interpolate(): number {
    const gap = this.#gap();
    if (gap === undefined) return 0;
    const [, height, width] = this.measures.shape;
    const planes = gap.map((slice) => ({ data: this.labels.get(slice) as Uint8Array, height, width }));
    const [, down, across] = this.measures.spacing;
    const [below, above] = gap;
    const slices = interpolate(planes[0] as Plane, planes[1] as Plane, above - below - 1, [down, across]);
    this.change(
      'interpolate',
      slices.map((labels, i) => ({ slice: below + 1 + i, after: { labels, state: 'drawn' } })),
    );
    return slices.length;
  }

  undo(): void {
    const step = undo(this.history.value);
    if (step !== undefined) this.#restore(step.history, step.action, 'before');
  }

  redo(): void {
    const step = redo(this.history.value);
    if (step !== undefined) this.#restore(step.history, step.action, 'after');
  }

  /** Takes over what the studio knows of the case, where nothing is waiting to be saved. */
  async follow({ slices }: StudioCase): Promise<void> {
    if (!this.saving.isIdle || this.#open !== undefined) return;
    const changed = slices.flatMap((state, z) => (state === this.states.value[z] ? [] : [z]));
    this.states.value = slices;
    if (changed.length === 0) return;
    for (const slice of changed) this.labels.drop(slice, 1);
    await this.labels.loadAround(this.slice);
  }

  #apply(action: Action): void {
    batch(() => {
      this.history.value = record(this.history.value, action);
      this.#put(action, 'after');
    });
  }

  #restore(history: History, action: Action, side: 'before' | 'after'): void {
    batch(() => {
      this.history.value = history;
      this.#put(action, side);
      const [first] = action.edits;
      if (first !== undefined && !action.edits.some(({ slice }) => slice === this.slice)) {
        this.moveTo([first.slice, this.cursor.value[1], this.cursor.value[2]]);
      }
    });
  }

  #put({ edits }: Action, side: 'before' | 'after'): void {
    const states = [...this.states.value];
    for (const edit of edits) {
      const { labels, state } = edit[side];
      this.labels.set(edit.slice, labels.slice());
      states[edit.slice] = state;
    }
    this.states.value = states;
    this.redraw();
    this.saving.add(
      edits.map((edit) => {
        const run = this.#runs.get(edit.slice);
        return { slice: edit.slice, ...edit[side], ...(run !== undefined && { run }) };
      }),
    );
  }

  /** The nearest labelled slices below and above, if there is something between them. */
  #gap(): readonly [number, number] | undefined {
    const states = this.states.value;
    const isThere = (z: number) => isLabel(states[z] ?? 'unlabelled') && this.labels.get(z) !== undefined;
    const { slice } = this;
    if (isThere(slice)) return undefined;
    let [below, above] = [slice - 1, slice + 1];
    while (below >= 0 && !isThere(below)) below--;
    while (above < states.length && !isThere(above)) above++;
    return below >= 0 && above < states.length ? [below, above] : undefined;
  }

  async #loadIntensities(first: number, count: number): Promise<Float32Array[]> {
    const bytes = await this.#session.studio.ask('intensities', { case: this.id, first, count });
    const [, height, width] = this.measures.shape;
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const pixels = height * width;
    return Array.from({ length: count }, (_, z) => {
      const slice = new Float32Array(this.measures.channels * pixels);
      for (let channel = 0; channel < this.measures.channels; channel++) {
        const start = (channel * count + z) * pixels;
        slice.set(values.subarray(start, start + pixels), channel * pixels);
      }
      return slice;
    });
  }
}

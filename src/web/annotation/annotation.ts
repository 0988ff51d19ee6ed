import { batch, signal } from '@preact/signals';
import type { PlaneLayout, Voxel } from '../../imaging/planes.ts';
import type { Measures, SliceState, StudioCase } from '../../studio/api/index.ts';
import { mergeMasks } from '../../studio/labels/merge.ts';
import type { Plane } from '../drawing/plane.ts';
import type { EditListener, EditQueue } from '../state/edit-queue.ts';
import { messageOf } from '../state/notices.ts';
import { nextEditId, type PendingEdit } from '../state/outbox.ts';
import type { Session } from '../state/session.ts';
import { SliceStore } from '../viewer/slice-store.ts';
import { loadIntensities, loadLabels } from './case-slices.ts';
import { ProposalView } from './proposal-view.ts';
import { type Stroke, strokeAcross, strokeOnSlice } from './stroke.ts';
import { tellLeft, tellLoading } from './tell.ts';
import { areLabelsShown } from './tools.ts';

/** What a slice is to become. */
export interface SliceChange {
  readonly slice: number;
  /** [height, width]; absent for `rejected` and `unlabelled`. */
  readonly labels?: Uint8Array;
}

/** One case that is open: its scan, its labels as they are being drawn, the model's proposal. What was done lies in the studio. */
export class Annotation implements EditListener {
  readonly id: string;
  readonly measures: Measures;
  /** The voxel that all views go through. */
  readonly cursor = signal<Voxel>([0, 0, 0]);
  /** Grows with everything that has to be drawn anew. */
  readonly version = signal(0);
  readonly states = signal<readonly SliceState[]>([]);
  /** Why slices could not be loaded; they are asked for again with the next move. */
  readonly problem = signal<string | undefined>(undefined);
  readonly saving: EditQueue;
  readonly proposal: ProposalView;
  /** Intensities per slice: [channels, height, width]. */
  readonly intensities: SliceStore<Float32Array>;
  readonly labels: SliceStore<Uint8Array>;
  readonly #session: Session;
  /** The revision of the case that each slice is shown of, strokes that are not saved yet left out. */
  readonly #shown = new Map<number, number>();
  #revision: number;
  #canLoad = false;
  #stroke: Stroke | undefined;

  constructor(
    session: Session,
    { id, measures, slices, revision }: StudioCase & { readonly measures: Measures },
    slice?: number,
  ) {
    this.id = id;
    this.measures = measures;
    this.#session = session;
    this.#revision = revision;
    const { studio } = session;
    const [depth, height, width] = measures.shape;
    this.cursor.value = [slice ?? Math.floor(depth / 2), Math.floor(height / 2), Math.floor(width / 2)];
    this.states.value = slices;
    const redraw = () => this.redraw();
    this.intensities = new SliceStore(
      depth,
      4 * measures.channels * height * width,
      (first, count) => loadIntensities(studio, id, measures, first, count),
      redraw,
    );
    this.labels = new SliceStore(depth, height * width, (first, count) => this.#loadLabels(first, count), redraw);
    this.saving = session.edits.of(id);
    this.saving.listener = this;
    this.proposal = new ProposalView(session, id, measures, redraw);
  }

  /** How classes are painted. */
  get palette(): Session['palette'] {
    return this.#session.palette;
  }

  get slice(): number {
    return this.cursor.value[0];
  }

  get state(): SliceState {
    return this.states.value[this.slice] ?? 'unlabelled';
  }

  /** Loads scan and labels, from the slice that is looked at outwards. Strokes that are not saved yet go in before. */
  async load(): Promise<void> {
    await this.saving.settled();
    this.#revision = Math.max(this.#revision, this.#session.case(this.id)?.revision ?? 0);
    this.#canLoad = true;
    await this.#loadHere();
  }

  /** Whether a slice is there to be drawn on: what it shows and its labels. */
  isReady(slice: number): boolean {
    return this.intensities.get(slice) !== undefined && this.labels.get(slice) !== undefined;
  }

  async #loadHere(): Promise<void> {
    try {
      await Promise.all([this.intensities.loadAround(this.slice), this.labels.loadAround(this.slice)]);
      this.problem.value = undefined;
    } catch (error) {
      this.problem.value = messageOf(error);
    }
  }

  close(): void {
    if (this.saving.listener === this) this.saving.listener = undefined;
    this.intensities.close();
    this.labels.close();
    this.proposal.close();
  }

  redraw(): void {
    this.version.value++;
  }

  /** Goes to a voxel; a plane that is being drawn on is left when the stroke has ended. */
  moveTo(voxel: Voxel): void {
    const { shape } = this.measures;
    const within = voxel.map((at, axis) => Math.min((shape[axis] as number) - 1, Math.max(0, Math.round(at))));
    if (this.#stroke !== undefined) within[this.#stroke.across] = this.#stroke.at;
    this.cursor.value = within as unknown as Voxel;
    if (this.#canLoad) void this.#loadHere();
  }

  moveSlice(by: number): void {
    const [slice, row, column] = this.cursor.value;
    this.moveTo([slice + by, row, column]);
  }

  /**
   * Begins an action on the slice that is looked at, or on a cut through all of them. Undefined, and a person is told, while the
   * slice is loading.
   *
   * @param layout of the cut; a slice is drawn on as it is stored, a cut across slices as it is shown
   */
  begin(name: string, layout?: PlaneLayout): Plane | undefined {
    const across = layout?.across ?? 0;
    const { slice, measures: grid } = this;
    const options = { name, at: this.cursor.peek()[across], locked: this.#session.palette.peek().locked };
    const labelsOf = (z: number) => (this.isReady(z) ? this.labels.get(z) : undefined);
    if (layout !== undefined && across !== 0) {
      this.#stroke = strokeAcross({ grid, states: this.states.peek(), labelsOf }, layout, options);
    } else {
      const labels = labelsOf(slice);
      if (labels === undefined) {
        tellLoading(slice);
        return undefined;
      }
      this.#stroke = strokeOnSlice(labels, grid, options);
    }
    // What is drawn is seen.
    areLabelsShown.value = true;
    return this.#stroke.plane;
  }

  /** Shows what was drawn so far. */
  show(): void {
    this.#stroke?.show();
    this.redraw();
  }

  /** Ends the action: what it has changed is saved, and can be undone at once. */
  commit(): void {
    const stroke = this.#stroke;
    if (stroke === undefined) return;
    this.show();
    this.#stroke = undefined;
    const changed = stroke.changed();
    tellLeft(stroke.left, changed.length);
    const changes = changed.map((slice) => ({ slice, labels: this.labels.get(slice)?.slice() as Uint8Array }));
    const isProposed = (slice: number) => /^(accepted|corrected)$/.test(this.states.value[slice] ?? '');
    this.change(stroke.name, 'drawn', changes, changed.filter(isProposed));
  }

  /** Gives slices new labels or states in one action. @param corrected those among them that become `corrected` */
  change(
    name: string,
    state: PendingEdit['state'],
    changes: readonly SliceChange[],
    corrected: readonly number[] = [],
  ): void {
    if (changes.length === 0) return;
    const [, height, width] = this.measures.shape;
    const hasMask = state !== 'rejected' && state !== 'unlabelled';
    const masks = new Uint8Array(hasMask ? changes.length * height * width : 0);
    const states = [...this.states.value];
    for (const [i, { slice, labels }] of changes.entries()) {
      if (labels === undefined) this.labels.get(slice)?.fill(0);
      else {
        masks.set(labels, i * height * width);
        this.labels.set(slice, labels.slice());
      }
      states[slice] = corrected.includes(slice) ? 'corrected' : state;
    }
    batch(() => {
      this.states.value = states;
      this.redraw();
    });
    const slices = changes.map(({ slice }) => slice);
    const bases = slices.map((slice) => this.#shown.get(slice) ?? this.#revision);
    const { project } = this.#session.edits;
    this.saving.add({ id: nextEditId(), project, case: this.id, name, slices, state, corrected, masks, bases });
  }

  /** Takes the last action on this case back, or does it again: whoever did it, wherever. @throws PatchclError when there is none */
  async undo(way: 'undo' | 'redo' = 'undo'): Promise<void> {
    await this.saving.flush();
    const action = this.#session.case(this.id)?.[way]?.action;
    const changed = await this.#session.studio.ask(way, { case: this.id, action });
    const before = this.#session.case(this.id)?.versions ?? [];
    const touched = changed.versions.findIndex((version, z) => version !== (before[z] ?? 0));
    this.#session.updateCase(changed);
    if (touched >= 0 && changed.versions[this.slice] === (before[this.slice] ?? 0)) {
      this.moveTo([touched, this.cursor.value[1], this.cursor.value[2]]);
    }
    await this.follow(changed);
  }

  /** Takes over what the studio knows of the case: whatever of it is not as it is shown is loaded anew. */
  async follow({ slices, versions, revision }: StudioCase): Promise<void> {
    if (revision < this.#revision) return;
    this.#revision = revision;
    const isOld = (z: number) =>
      this.labels.get(z) !== undefined &&
      (versions[z] ?? 0) > (this.#shown.get(z) ?? 0) &&
      !this.saving.isPending(z) &&
      this.#stroke?.holds(z) !== true;
    this.states.value = slices.map((state, z) => (this.saving.isPending(z) ? (this.states.value[z] ?? state) : state));
    for (const { first, count } of rangesOf(slices.flatMap((_, z) => (isOld(z) ? [z] : [])))) {
      await this.#renew(first, count, revision);
    }
  }

  /** Shows slices as others have changed them. What is drawn while they come stays on top. */
  async #renew(first: number, count: number, revision: number): Promise<void> {
    const slices = Array.from({ length: count }, (_, i) => first + i);
    const before = slices.map((slice) => this.labels.get(slice)?.slice());
    const now = await loadLabels(this.#session.studio, this.id, revision, first, count);
    for (const [i, slice] of slices.entries()) {
      const [old, drawn, fresh] = [before[i], this.labels.get(slice), now[i]];
      if (old === undefined || drawn === undefined || fresh === undefined) continue;
      drawn.set(mergeMasks(old, drawn, fresh));
      if (!this.saving.isPending(slice) && this.#stroke?.holds(slice) !== true) this.#shown.set(slice, revision);
    }
    this.redraw();
  }

  onSaved({ slices, masks }: PendingEdit, { revision }: { readonly revision: number }): void {
    // What was taken away shows what was there before it, which has to be loaded.
    if (masks.length > 0) for (const slice of slices) this.#shown.set(slice, revision);
  }

  onMerged(slice: number, sent: Uint8Array, now: Uint8Array): void {
    const drawn = this.labels.get(slice);
    if (drawn === undefined) return;
    // Written into what is there: a stroke may be under way on it.
    if (sent.length === 0) drawn.set(now);
    else drawn.set(mergeMasks(sent, drawn, now));
    this.redraw();
  }

  async #loadLabels(first: number, count: number): Promise<Uint8Array[]> {
    const revision = this.#revision;
    const loaded = await loadLabels(this.#session.studio, this.id, revision, first, count);
    for (let z = first; z < first + count; z++) {
      if (this.labels.get(z) === undefined) this.#shown.set(z, revision);
    }
    return loaded;
  }
}

/** Slices that are loaded at once. */
const MOST_AT_ONCE = 16;

/** Slices that follow one another, some at a time. */
function rangesOf(slices: readonly number[]): { readonly first: number; readonly count: number }[] {
  const ranges: { first: number; count: number }[] = [];
  for (const slice of slices) {
    const last = ranges.at(-1);
    if (last !== undefined && last.first + last.count === slice && last.count < MOST_AT_ONCE) last.count++;
    else ranges.push({ first: slice, count: 1 });
  }
  return ranges;
}

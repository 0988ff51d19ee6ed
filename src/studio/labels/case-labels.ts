import {
  decodeMask,
  encodeAction,
  type LabelAction,
  type LabelKind,
  SEGMENT_BYTES,
  type Segment,
  segmentPath,
} from '../../data/studio-labels/journal.ts';
import { countsOf, readLabelVersions } from '../../data/studio-labels/read-labels.ts';
import { labelFolder } from '../../data/studio-labels/settings.ts';
import { decodeSliceLabel } from '../../data/studio-labels/slice-label.ts';
import type { LabelVersions, SliceVersion } from '../../data/studio-labels/versions.ts';
import type { SliceState } from '../api/index.ts';
import type { StudioFiles } from '../studio-files.ts';

/** What the label of a slice is to become: something new, or again what it was. */
export type SliceChange =
  | {
      readonly slice: number;
      readonly kind: LabelKind;
      readonly run?: string | undefined;
      /** Class values; absent for `rejected` and `none`. */
      readonly mask?: Uint8Array;
      readonly size: readonly [height: number, width: number];
    }
  | { readonly slice: number; readonly as: number };

/** What is done to the labels of a case at once. */
export interface CaseChange {
  readonly name: string;
  /** Who does it, where that is known. */
  readonly by?: string | undefined;
  readonly changes: readonly SliceChange[];
  readonly undoes?: number;
  readonly redoes?: number;
}

/** The labels of one case with all their versions: in memory all but the masks, on disk a journal that is only added to. */
export class CaseLabels {
  readonly #files: StudioFiles;
  readonly #folder: string;
  readonly #versions: LabelVersions;
  readonly #segmentBytes: number;
  /** Where the next action goes. */
  #segment: { number: number; size: number };

  private constructor(
    files: StudioFiles,
    folder: string,
    { versions, segments }: { readonly versions: LabelVersions; readonly segments: readonly Segment[] },
    segmentBytes: number,
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#versions = versions;
    this.#segmentBytes = segmentBytes;
    const last = segments.at(-1);
    // Nothing is written behind what a process that died has left.
    const isOpen = last !== undefined && last.end === last.size;
    this.#segment = isOpen ? { number: last.number, size: last.size } : { number: (last?.number ?? 0) + 1, size: 0 };
  }

  /** @param root folder of the project. @param segmentBytes after which another file is begun. @throws PatchclError `bad-file` for a damaged label of an older project */
  static async open(files: StudioFiles, root: string, id: string, segmentBytes = SEGMENT_BYTES): Promise<CaseLabels> {
    const folder = labelFolder(root, id);
    return new CaseLabels(files, folder, await readLabelVersions(files, folder), segmentBytes);
  }

  /** All versions, and what can be undone. */
  get versions(): Pick<LabelVersions, 'actions' | 'at' | 'redoable' | 'revision' | 'slices' | 'undoable'> {
    return this.#versions;
  }

  /** Grows with every action. */
  get revision(): number {
    return this.#versions.revision;
  }

  /** @param isGiven whether the data set has a mask of the case */
  state(slice: number, isGiven: boolean, revision?: number): SliceState {
    const { kind } = this.#versions.at(slice, revision);
    return kind === 'none' ? (isGiven ? 'given' : 'unlabelled') : kind;
  }

  states(depth: number, isGiven: boolean): SliceState[] {
    return Array.from({ length: depth }, (_, z) => this.state(z, isGiven));
  }

  /** Whether a person, or a model that a person agreed with, has labelled some slice. */
  get hasLabels(): boolean {
    return this.#versions.slices.some((slice) => this.#versions.at(slice).mask !== undefined);
  }

  /** The mask of a slice as it was after an action, default: as it is; undefined where there is none. @throws PatchclError `bad-file` when it is damaged */
  async mask(slice: number, revision?: number): Promise<Uint8Array | undefined> {
    const version = this.#versions.at(slice, revision);
    return version.mask && this.#read(version.mask, version);
  }

  /** Does something to the labels; on disk, all of it, when the promise resolves. @throws PatchclError `unwritable`: then nothing has changed */
  async change({ name, by, changes, undoes, redoes }: CaseChange): Promise<LabelAction> {
    const masks = changes.map((change) => ('mask' in change ? change.mask : undefined));
    const planned: LabelAction = {
      id: this.revision + 1,
      name,
      at: new Date().toISOString(),
      ...(by !== undefined && { by }),
      ...(undoes !== undefined && { undoes }),
      ...(redoes !== undefined && { redoes }),
      edits: changes.map((change) => this.#editOf(change)),
    };
    const { bytes, starts, action } = encodeAction(planned, masks);
    const { path, start } = await this.#append(bytes);
    const places = action.edits.map(({ bytes: length }, i) =>
      length === undefined ? undefined : { path, start: start + (starts[i] as number), length },
    );
    this.#versions.add({ action, places });
    return action;
  }

  #editOf(change: SliceChange): LabelAction['edits'][number] {
    const { slice } = change;
    const from = this.#versions.at(slice).version;
    if ('as' in change) {
      const { kind, run } = this.#versions.at(slice, change.as);
      return { slice, from, kind, ...(run !== undefined && { run }), as: change.as };
    }
    const { kind, run, mask, size } = change;
    return {
      slice,
      from,
      kind,
      ...(run !== undefined && { run }),
      ...(mask && { size: [...size] as [number, number], counts: countsOf(mask) }),
    };
  }

  async #append(bytes: Uint8Array): Promise<{ path: string; start: number }> {
    if (this.#segment.size >= this.#segmentBytes) this.#segment = { number: this.#segment.number + 1, size: 0 };
    const path = segmentPath(this.#folder, this.#segment.number);
    try {
      const start = await this.#files.appendDurably(path, bytes);
      this.#segment.size = start + bytes.length;
      return { path, start };
    } catch (error) {
      // Whatever half of it lies there, nothing is written behind it.
      this.#segment = { number: this.#segment.number + 1, size: 0 };
      throw error;
    }
  }

  async #read(place: NonNullable<SliceVersion['mask']>, { size }: SliceVersion): Promise<Uint8Array> {
    if ('file' in place) return decodeSliceLabel(await this.#files.read(place.file), place.file).mask;
    const [height, width] = size as readonly [number, number];
    const packed = await this.#files.readPart(place.path, place.start, place.length);
    return decodeMask(packed, height * width, place.path);
  }
}

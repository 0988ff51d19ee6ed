import type { Files } from '../../core/files.ts';
import { labelPath, readSliceLabels } from '../../data/layouts/studio.ts';
import { decodeSliceLabel, encodeSliceLabel, type SliceLabel } from '../../data/slice-label.ts';
import type { SliceState } from '../api/index.ts';

/** What is kept in memory of a label: all but its mask. */
type Known = Pick<SliceLabel, 'kind' | 'run'>;

/** The labels of one case: on disk, one file per slice, and what they are in memory. */
export class CaseLabels {
  readonly #files: Files;
  readonly #root: string;
  readonly #id: string;
  readonly #known: Map<number, Known>;

  private constructor(files: Files, root: string, id: string, known: Map<number, Known>) {
    this.#files = files;
    this.#root = root;
    this.#id = id;
    this.#known = known;
  }

  /** @param root folder of the project. @throws PatchclError `bad-file` for a damaged label */
  static async open(files: Files, root: string, id: string): Promise<CaseLabels> {
    const known = new Map<number, Known>();
    for (const [slice, { kind, run }] of await readSliceLabels(files, root, id)) {
      known.set(slice, { kind, ...(run !== undefined && { run }) });
    }
    return new CaseLabels(files, root, id, known);
  }

  /** @param given whether the data set has a mask of the case */
  states(depth: number, given: boolean): SliceState[] {
    return Array.from({ length: depth }, (_, z) => this.#known.get(z)?.kind ?? (given ? 'given' : 'unlabelled'));
  }

  has(slice: number): boolean {
    return this.#known.has(slice);
  }

  get size(): number {
    return this.#known.size;
  }

  /** On disk when the promise resolves. */
  async save(slice: number, label: SliceLabel): Promise<void> {
    await this.#files.write(labelPath(this.#root, this.#id, slice), encodeSliceLabel(label));
    this.#known.set(slice, { kind: label.kind, ...(label.run !== undefined && { run: label.run }) });
  }

  async remove(slice: number): Promise<void> {
    await this.#files.remove(labelPath(this.#root, this.#id, slice));
    this.#known.delete(slice);
  }

  /** The mask of a slice; undefined where there is none. */
  async mask(slice: number): Promise<Uint8Array | undefined> {
    const known = this.#known.get(slice);
    if (known === undefined || known.kind === 'rejected') return undefined;
    const path = labelPath(this.#root, this.#id, slice);
    return decodeSliceLabel(await this.#files.read(path), path).mask;
  }
}

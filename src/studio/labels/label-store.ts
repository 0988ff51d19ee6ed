import { InOrder } from '../../core/in-order.ts';
import type { SliceLabel } from '../../data/slice-label.ts';
import type { Provenance } from '../api/index.ts';
import { Refusal } from '../refusal.ts';
import type { ScanCache } from '../scan-cache.ts';
import type { StudioFiles } from '../studio-files.ts';
import type { ProjectCase, StudioProject } from '../studio-project.ts';

/** Some slices of a case, counted from 0. */
export interface SliceRange {
  readonly first: number;
  readonly count: number;
}

/** Reads and writes the labels of cases. What is done to a case takes effect in the order in which it was asked for. */
export class LabelStore {
  readonly #project: StudioProject;
  readonly #files: StudioFiles;
  readonly #cache: ScanCache;
  readonly #order = new InOrder();

  constructor(project: StudioProject, files: StudioFiles, cache: ScanCache) {
    this.#project = project;
    this.#files = files;
    this.#cache = cache;
  }

  /** Labels of some slices, uint8 [count, height, width]; 0 where there is none. */
  async read(entry: ProjectCase, range: SliceRange): Promise<Uint8Array> {
    const plane = await this.#plane(entry, range);
    const masks = new Uint8Array(range.count * plane);
    if (entry.item.label !== undefined) await this.#readGiven(entry, range, plane, masks);
    for (let i = 0; i < range.count; i++) {
      const mask = await entry.labels.mask(range.first + i);
      if (mask !== undefined) masks.set(mask, i * plane);
    }
    return masks;
  }

  /** Bytes that a mask of some slices has. @throws Refusal 400 for slices that are not there */
  async size(entry: ProjectCase, range: SliceRange): Promise<number> {
    return (await this.#plane(entry, range)) * range.count;
  }

  /** On disk when the promise resolves. @throws Refusal 400 for a mask of another size or of other classes */
  async save(
    entry: ProjectCase,
    range: SliceRange,
    masks: Uint8Array,
    { kind, run, slices }: { kind: Provenance; run?: string | undefined; slices?: readonly number[] },
  ): Promise<void> {
    const plane = await this.#plane(entry, range);
    if (masks.length !== plane * range.count) {
      throw new Refusal(400, `${plane * range.count} voxels were expected, ${masks.length} came`, {
        subject: entry.item.id,
      });
    }
    const classes = this.#project.settings.classes.length;
    const strange = masks.find((value) => value >= classes);
    if (strange !== undefined) {
      throw new Refusal(400, `class ${strange} is none: there are ${classes}`, { subject: entry.item.id });
    }
    const [, height, width] = (await this.#cache.measures(entry)).shape;
    const saved = new Date().toISOString();
    const chosen = slices ?? Array.from({ length: range.count }, (_, i) => range.first + i);
    await this.#inOrder(entry, async () => {
      for (const z of chosen) {
        const start = (z - range.first) * plane;
        const mask = masks.subarray(start, start + plane);
        const label: SliceLabel = { size: [height, width], kind, ...(run !== undefined && { run }), saved, mask };
        await entry.labels.save(z, label);
      }
    });
  }

  async remove(entry: ProjectCase, range: SliceRange): Promise<void> {
    await this.#plane(entry, range);
    await this.#inOrder(entry, async () => {
      for (let z = range.first; z < range.first + range.count; z++)
        if (entry.labels.has(z)) await entry.labels.remove(z);
    });
  }

  async reject(entry: ProjectCase, range: SliceRange, run: string | undefined): Promise<void> {
    const plane = await this.#plane(entry, range);
    const [, height, width] = (await this.#cache.measures(entry)).shape;
    const saved = new Date().toISOString();
    await this.#inOrder(entry, async () => {
      for (let z = range.first; z < range.first + range.count; z++) {
        const mask = new Uint8Array(plane);
        await entry.labels.save(z, { size: [height, width], kind: 'rejected', ...(run && { run }), saved, mask });
      }
    });
  }

  /** Pixels of a slice. @throws Refusal 400 for slices that are not there */
  async #plane(entry: ProjectCase, { first, count }: SliceRange): Promise<number> {
    const [depth, height, width] = (await this.#cache.measures(entry)).shape;
    if (first + count <= depth) return height * width;
    const last = first + count - 1;
    throw new Refusal(400, `slices ${first} to ${last} were asked for, there are 0 to ${depth - 1}`, {
      subject: entry.item.id,
    });
  }

  async #readGiven(
    { item }: ProjectCase,
    { first, count }: SliceRange,
    plane: number,
    into: Uint8Array,
  ): Promise<void> {
    into.set(await this.#files.readPart(this.#cache.given(item.id), first * plane, count * plane));
  }

  async #inOrder(entry: ProjectCase, task: () => Promise<void>): Promise<void> {
    try {
      await this.#order.run(entry.item.id, task);
    } finally {
      entry.revision++;
    }
  }
}

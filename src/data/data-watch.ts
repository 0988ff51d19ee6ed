import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Case, Dataset } from './dataset.ts';

/** Checksums of scans and masks as they were read, by the ids of their cases; those of masks end in ` (mask)`. */
export type DataDigests = Readonly<Record<string, string>>;

/** Files that a sentence names. */
const NAMED = 3;

/**
 * Watches whether scans and masks stay what they were: a training reads some of them once more when it ends or is resumed, and what
 * has changed meanwhile is not what it learned from.
 *
 * @example
 * const watch = new DataWatch(digestsOfTheStart);
 * const dataset = watch.watching(await openDataset(files, 'scans'));
 * // ... read cases of `dataset` ...
 * const sentence = watch.changes();
 */
export class DataWatch {
  readonly #digests: Map<string, string>;
  readonly #changed = new Set<string>();

  /** @param known what was read before, as by the process that this one goes on for */
  constructor(known: DataDigests = {}) {
    this.#digests = new Map(Object.entries(known));
  }

  /** The same data set, whose cases are looked at when they are read. */
  watching(dataset: Dataset): Dataset {
    return { ...dataset, cases: dataset.cases.map((item) => this.#watched(item)) };
  }

  digests(): DataDigests {
    return Object.fromEntries(this.#digests);
  }

  /** What has changed, a sentence without the final stop; undefined where nothing has. */
  changes(): string | undefined {
    const paths = [...this.#changed].sort();
    if (paths.length === 0) return undefined;
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    const verb = paths.length === 1 ? 'has' : 'have';
    return `${paths.slice(0, NAMED).join(', ')}${more} ${verb} changed since the training was started`;
  }

  /** Whether a scan was read, or its mask. */
  knows({ id }: Case, part: 'image' | 'label'): boolean {
    return this.#digests.has(part === 'image' ? id : maskId(id));
  }

  /** A file that cannot be read any more. */
  addGone(path: string): void {
    this.#changed.add(path);
  }

  #watched(item: Case): Case {
    const { label } = item;
    const mask = maskId(item.id);
    // By ids, as one file may hold several cases; told by paths, which a person can look at.
    const seen = <T extends Volume | LabelVolume>(id: string, path: string, volume: T): T => {
      const digest = digestOf(volume);
      const before = this.#digests.get(id);
      if (before !== undefined && before !== digest) this.#changed.add(path);
      else this.#digests.set(id, digest);
      return volume;
    };
    return {
      ...item,
      image: async () => seen(item.id, item.imagePath ?? item.id, await item.image()),
      ...(label && {
        label: async (reading) => {
          const volume = await label(reading);
          // Another reading of the same mask has other values.
          return reading === undefined ? seen(mask, item.labelPath ?? mask, volume) : volume;
        },
      }),
    };
  }
}

const maskId = (id: string) => `${id} (mask)`;

/** FNV-1a of 32 bits over the extent and the values: to notice changes, not to withstand an attacker. */
function digestOf({ data, shape }: Volume | LabelVolume): string {
  const parts = data instanceof Float32Array ? new Uint32Array(data.buffer, data.byteOffset, data.length) : data;
  let hash = 0x811c9dc5;
  for (const length of shape) hash = Math.imul(hash ^ length, 0x01000193);
  for (let i = 0; i < parts.length; i++) hash = Math.imul(hash ^ (parts[i] as number), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

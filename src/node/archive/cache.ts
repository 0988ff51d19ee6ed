import { createHash, randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchclError } from '../../core/errors.ts';
import { InOrder } from '../../core/in-order.ts';
import type { ArchiveSeries } from '../../dicomweb/query.ts';
import { errorCode } from '../error-code.ts';
import { writeError } from '../file-errors.ts';
import type { CachePlace } from './cache-place.ts';

/** Of one series; its UIDs are digits and dots, so that no path leads out of the cache. */
type Series = Pick<ArchiveSeries, 'study' | 'series'>;

/** A file that a process which was killed has not finished: after a day nobody writes to it any more. */
const UNFINISHED = /^\.fetch-[0-9a-f]{16}$/;
const DAY = 24 * 3600 * 1000;

/**
 * Objects of archives on the disk: a folder for each archive, study and series, a file for each object. A file gets its name when
 * it is whole, so that several processes may fetch into one cache. Series that were not used for longest make room for others;
 * what a process uses has hard links elsewhere (`DataView`) and stays.
 */
export class ArchiveCache {
  readonly #place: CachePlace;
  readonly #folder: string;
  /** One object after the other, or each would find the room that is there. */
  readonly #order = new InOrder();
  #size: number | undefined;
  /** Series of this process, which are not removed. */
  readonly #used = new Set<string>();

  /** @param base of the archive */
  constructor(place: CachePlace, base: string) {
    this.#place = place;
    this.#folder = join(place.folder, 'objects', createHash('sha256').update(base).digest('hex').slice(0, 16));
  }

  folderOf({ study, series }: Series): string {
    return join(this.#folder, study, series);
  }

  /** The objects of a series that are there; from now on it counts as used. */
  async has(series: Series): Promise<ReadonlySet<string>> {
    const folder = this.folderOf(series);
    this.#used.add(folder);
    const now = new Date();
    await utimes(folder, now, now).catch(() => undefined);
    const names = await readdir(folder).catch(() => []);
    return new Set(names.flatMap((name) => (name.endsWith('.dcm') ? [name.slice(0, -4)] : [])));
  }

  /**
   * Keeps an object.
   *
   * @param check looks at the first bytes, and throws where they are not the object
   * @throws PatchclError `unwritable`, or what `check` and the source throw
   */
  async keep(
    series: Series,
    instance: string,
    bytes: AsyncIterable<Uint8Array>,
    check: (path: string) => Promise<void>,
  ): Promise<void> {
    const folder = this.folderOf(series);
    const temporary = join(folder, `.fetch-${randomBytes(8).toString('hex')}`);
    try {
      await onDisk(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
      const handle = await onDisk(folder, () => open(temporary, 'wx', 0o600));
      let length = 0;
      try {
        for await (const chunk of bytes) {
          await onDisk(folder, () => handle.write(chunk));
          length += chunk.length;
        }
        // After a power cut a name must not stand for half an object.
        await onDisk(folder, () => handle.datasync());
      } finally {
        await handle.close();
      }
      await check(temporary);
      await this.#order.run('room', async () => {
        await this.#makeRoom(length);
        await onDisk(folder, () => rename(temporary, join(folder, `${instance}.dcm`)));
      });
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Makes an object stand at another place too. @returns false when it is not there any more */
  async linkTo(series: Series, instance: string, target: string): Promise<boolean> {
    const source = join(this.folderOf(series), `${instance}.dcm`);
    try {
      // Some file systems have no hard links.
      await link(source, target).catch((cause) => {
        if (['ENOENT', 'EEXIST'].includes(errorCode(cause))) throw cause;
        return copyFile(source, target);
      });
      return true;
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return false;
      throw writeError(target, cause);
    }
  }

  /** @throws PatchclError `unwritable` when what this process uses alone is more than the cache may hold */
  async #makeRoom(length: number): Promise<void> {
    this.#size = (this.#size ?? (await this.#measure()).reduce((sum, { bytes }) => sum + bytes, 0)) + length;
    if (this.#size <= this.#place.most) return;
    const all = (await this.#measure()).sort((a, b) => a.used - b.used);
    let size = all.reduce((sum, { bytes }) => sum + bytes, length);
    for (const { folder, bytes } of all) {
      if (size <= this.#place.most) break;
      if (this.#used.has(folder)) continue;
      await rm(folder, { recursive: true, force: true });
      size -= bytes;
    }
    // What is refused is not kept.
    this.#size = size <= this.#place.most ? size : size - length;
    if (size <= this.#place.most) return;
    const gigabytes = this.#place.most / 1e9;
    throw new PatchclError('unwritable', `the studies need more than the ${gigabytes} GB that the cache may hold`, {
      subject: this.#place.folder,
      hint: 'Choose fewer with a filter or a limit, or set PATCHCL_CACHE_GB to more.',
    });
  }

  /** Every series of every archive, with its size and when it was last used. */
  async #measure(): Promise<{ folder: string; bytes: number; used: number }[]> {
    const found: { folder: string; bytes: number; used: number }[] = [];
    const objects = join(this.#place.folder, 'objects');
    for (const archive of await readdir(objects).catch(() => [])) {
      for (const study of await readdir(join(objects, archive)).catch(() => [])) {
        for (const series of await readdir(join(objects, archive, study)).catch(() => [])) {
          const folder = join(objects, archive, study, series);
          const used = (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0;
          found.push({ folder, bytes: await bytesIn(folder), used });
        }
      }
    }
    return found;
  }
}

/** Bytes of the files in a folder; what a killed process has left is removed. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (UNFINISHED.test(name) && Date.now() - found.mtimeMs > DAY) await rm(path, { force: true });
    else if (name.endsWith('.dcm')) bytes += found.size;
  }
  return bytes;
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

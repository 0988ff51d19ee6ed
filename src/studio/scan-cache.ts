import { decode } from 'fast-png';
import { z } from 'zod';
import { joinPath } from '../core/files.ts';
import { Rng } from '../core/rng.ts';
import type { Measures } from './api/index.ts';
import { measuresSchema } from './api/project.ts';
import type { ScanFacts } from './jobs/protocol.ts';
import type { Worker } from './jobs/worker.ts';
import { jsonOf } from './json-of.ts';
import type { ProjectCase } from './project-case.ts';
import type { StudioFiles } from './studio-files.ts';
import type { StudioProject } from './studio-project.ts';

/** Decoded scans that are kept on disk, and their bytes together at most. */
const KEPT = { count: 64, bytes: 8 * 2 ** 30 };

const factsSchema = z.object({
  measures: measuresSchema,
  look: z.array(z.number()),
  notes: z.array(z.string()),
  values: z.array(z.int()),
});

/** Grows when more is measured of a scan than before: what was kept until then is measured anew. */
const FACTS_VERSION = 2;

/** Where the voxels of a scan lie: a file of little-endian values behind a header. */
export interface Voxels {
  readonly file: string;
  readonly header: number;
  /** Bytes a voxel: 2 for int16, 4 for float32. */
  readonly bytes: 2 | 4;
}

/** What was read of scans, on disk, so that slices come at once and nothing is decoded twice. It can be thrown away. */
export class ScanCache {
  readonly #project: StudioProject;
  readonly #files: StudioFiles;
  readonly #worker: Worker;
  readonly #folder: string;
  readonly #volumes = new Map<string, Promise<Voxels & { readonly size: number }>>();
  readonly #previews = new Map<string, Promise<string>>();
  readonly #reading = new Map<string, Promise<ScanFacts>>();

  constructor(project: StudioProject, files: StudioFiles, worker: Worker) {
    this.#project = project;
    this.#files = files;
    this.#worker = worker;
    this.#folder = joinPath(project.folder, 'cache');
  }

  /** Old decoded scans are of no use: which scan is where is forgotten with the process. */
  async open(): Promise<void> {
    await this.#files.remove(joinPath(this.#folder, 'volumes'));
  }

  async measures(entry: ProjectCase): Promise<Measures> {
    return entry.measures ?? (await this.facts(entry)).measures;
  }

  /** @param later nobody waits for it */
  facts(entry: ProjectCase, later = false): Promise<ScanFacts> {
    const { id } = entry.item;
    const under = this.#reading.get(id) ?? this.#read(entry, later).finally(() => this.#reading.delete(id));
    this.#reading.set(id, under);
    return under;
  }

  async #read({ item }: ProjectCase, later: boolean): Promise<ScanFacts> {
    const folder = this.#caseFolder(item.id);
    const path = joinPath(folder, 'measures.json');
    const signature = await this.#signatureOf(item.imagePath, item.labelPath, this.#project.settings.orientation);
    const known = await this.#known(path, signature);
    if (known !== undefined) return known;
    const facts = await this.#worker.run('read', { case: item.id, folder }, { later, subject: item.id });
    await this.#files.write(path, JSON.stringify({ signature, ...facts }));
    return facts;
  }

  async #known(path: string, signature: string): Promise<ScanFacts | undefined> {
    if ((await this.#files.kind(path)) !== 'file') return undefined;
    const { signature: own, ...content } = (await jsonOf(this.#files, path)) ?? {};
    const parsed = factsSchema.safeParse(content);
    return own === signature && parsed.success ? parsed.data : undefined;
  }

  /** The picture of a case in lists; made anew where it is damaged or gone. @returns whether it had to be */
  async thumbnail(entry: ProjectCase): Promise<{ readonly png: Uint8Array; readonly isRemade: boolean }> {
    const folder = this.#caseFolder(entry.item.id);
    const path = joinPath(folder, 'thumbnail.png');
    const png = await this.#files.read(path).catch(() => undefined);
    if (png !== undefined && isWholePng(png)) return { png, isRemade: false };
    await this.#files.remove(joinPath(folder, 'measures.json'));
    await this.facts(entry);
    return { png: await this.#files.read(path), isRemade: true };
  }

  /** The mask that lay in the data set, uint8 voxels in the studio's orientation. */
  given(id: string): string {
    return joinPath(this.#caseFolder(id), 'given.raw');
  }

  /** The scan as an uncompressed NIfTI file, in the studio's orientation. */
  volume(id: string): Promise<Voxels> {
    return this.#keep(`turned/${nameOf(id)}`, id, false);
  }

  /** The same along the axes in which the scan is stored. */
  storedVolume(id: string): Promise<Voxels> {
    return this.#keep(`stored/${nameOf(id)}`, id, true);
  }

  /** @param name of the file, without extension */
  async #keep(name: string, id: string, stored: boolean): Promise<Voxels> {
    const known = this.#volumes.get(name);
    const found = known ?? this.#decode(name, id, stored);
    // Last used, last in line to be thrown away.
    this.#volumes.delete(name);
    this.#volumes.set(name, found);
    try {
      return await found;
    } catch (error) {
      this.#volumes.delete(name);
      throw error;
    }
  }

  async #decode(name: string, id: string, stored: boolean): Promise<Voxels & { readonly size: number }> {
    const file = joinPath(this.#folder, 'volumes', `${name}.nii`);
    const layout = await this.#worker.run('volume', { case: id, target: file, stored }, { subject: id });
    const size = (await this.#files.stat(file))?.size ?? 0;
    await this.#throwAway(size);
    return { file, ...layout, size };
  }

  /** Makes room for a scan of so many bytes. */
  async #throwAway(size: number): Promise<void> {
    const kept = [];
    for (const [id, voxels] of this.#volumes) {
      const ready = await Promise.race([voxels, undefined]);
      if (ready !== undefined) kept.push({ id, ...ready });
    }
    let total = kept.reduce((sum, voxels) => sum + voxels.size, size);
    let left = kept.length + 1;
    for (const { id, file, size: own } of kept) {
      if (left <= KEPT.count && total <= KEPT.bytes) return;
      this.#volumes.delete(id);
      await this.#files.remove(file);
      total -= own;
      left--;
    }
  }

  preview(id: string): Promise<string> {
    const file = joinPath(this.#caseFolder(id), 'preview.nii');
    const made = async () => {
      await this.#worker.run('preview', { case: id, target: file }, { subject: id });
      return file;
    };
    const known = this.#previews.get(id) ?? made();
    this.#previews.set(id, known);
    known.catch(() => this.#previews.delete(id));
    return known;
  }

  /** Changes when a file does. */
  async #signatureOf(...paths: (string | undefined)[]): Promise<string> {
    const parts = paths.map(async (path) => {
      const found = path === undefined ? undefined : await this.#files.stat(path).catch(() => undefined);
      return [path, found?.size, found?.changed];
    });
    return JSON.stringify([FACTS_VERSION, ...(await Promise.all(parts))]);
  }

  #caseFolder(id: string): string {
    return joinPath(this.#folder, 'cases', nameOf(id));
  }
}

function isWholePng(png: Uint8Array): boolean {
  try {
    decode(png, { checkCrc: true });
    return true;
  } catch {
    return false;
  }
}

/** A file name for an id, which may be too long or too odd for one. */
function nameOf(id: string): string {
  return /^[\w-]{1,80}$/.test(id)
    ? id
    : `id ${new Rng('first half', id).float()} ${new Rng('second half', id).float()}`;
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { baseName, stem } from '../core/files.ts';
import { safeId } from '../data/studio-labels/safe-id.ts';
import type { StudioBackend } from '../studio/backend.ts';
import type { SeriesName } from '../studio/jobs/protocol.ts';
import type { ProjectCase } from '../studio/project-case.ts';
import { Refusal } from '../studio/refusal.ts';

/** Files that other programs open as they are; others are given as NIfTI. Those in two parts are not among them. */
const OPENED = /\.(nii\.gz|nii|nrrd|mha|png|jpe?g|tiff?|bmp)$/i;

/** The ending of the file by which a scan is given. */
export const endingOfImage = (path: string) => OPENED.exec(path)?.[0] ?? '.nii';

/** A scan as a file that other programs can open, along the axes in which it is stored. */
export interface ImageFile {
  readonly path: string;
  readonly name: string;
}

/** The scans of a project by the names that other programs have for them. */
export class Images {
  readonly #studio: StudioBackend;
  /** What the cases are called in DICOM, as it was with so many cases. */
  #series: { readonly cases: number; readonly names: Promise<Readonly<Record<string, SeriesName>>> } | undefined;
  readonly #checksums = new Map<string, Promise<string>>();

  constructor(studio: StudioBackend) {
    this.#studio = studio;
  }

  /**
   * @param image id of a case, the name it was uploaded under, or a SeriesInstanceUID
   * @throws Refusal 404, 409 for a series of several volumes; PatchclError when it cannot be read
   */
  async find(image: string): Promise<ProjectCase> {
    const { cases } = this.#studio.project;
    const names = [image, safeId(image), safeId(stem(`${image}.nii.gz`))];
    const named = names.map((name) => cases.find(({ item }) => item.id === name)).find((entry) => entry !== undefined);
    return this.#studio.ready((named ?? (await this.#bySeries(image))).item.id);
  }

  /** What a case is called in DICOM; undefined where it is no DICOM series. */
  async seriesOf({ item }: ProjectCase): Promise<SeriesName | undefined> {
    return (await this.#seriesNames())[item.id];
  }

  async #bySeries(image: string): Promise<ProjectCase> {
    const names = /^[\d.]{5,64}$/.test(image) ? await this.#seriesNames() : {};
    const [found, ...others] = this.#studio.project.cases.filter(({ item }) => names[item.id]?.series === image);
    if (found === undefined) throw new Refusal(404, 'there is no such image', { subject: image });
    if (others.length === 0) return found;
    const ids = [found, ...others].map(({ item }) => item.id).join(', ');
    throw new Refusal(409, `the series holds several volumes: ${ids}`, {
      subject: image,
      hint: 'Ask for one of them.',
    });
  }

  #seriesNames(): Promise<Readonly<Record<string, SeriesName>>> {
    const { project, reader } = this.#studio;
    const count = project.cases.length;
    if (this.#series?.cases !== count) {
      const names = reader.run('series', null);
      this.#series = { cases: count, names };
      names.catch(() => {
        this.#series = undefined;
      });
    }
    return (this.#series as { names: Promise<Readonly<Record<string, SeriesName>>> }).names;
  }

  /** @throws PatchclError when it cannot be read */
  async fileOf({ item }: ProjectCase): Promise<ImageFile> {
    const path = item.imagePath ?? '';
    // One slice of a volume is not what its file holds.
    const isWhole = OPENED.test(path) && item.neighbour === undefined;
    if (isWhole && (await this.#studio.host.files.kind(path)) === 'file') return { path, name: baseName(path) };
    const { file } = await this.#studio.cache.storedVolume(item.id);
    return { path: file, name: `${item.id}.nii` };
  }

  /** As `SHA256:...`; 3D Slicer keeps what it has downloaded by its name, and would take the scan of another project else. */
  async checksumOf({ path }: ImageFile): Promise<string> {
    const found = await this.#studio.host.files.stat(path);
    const key = JSON.stringify([path, found?.size, found?.changed]);
    const known = this.#checksums.get(key) ?? sha256(path);
    this.#checksums.set(key, known);
    known.catch(() => this.#checksums.delete(key));
    return `SHA256:${await known}`;
  }
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { joinPath, readText } from '../core/files.ts';
import type { StudioBackend } from '../studio/backend.ts';
import type { LabelEdit } from '../studio/labels/label-store.ts';

type Origin = Pick<LabelEdit, 'kind' | 'run'>;

const servedSchema = z.object({ version: z.literal(1), run: z.string(), slices: z.array(z.string()) });

/**
 * What models have proposed to other programs, the last of each scan, kept in the project: who segments today may submit tomorrow. A slice
 * that comes back as it was proposed is an accepted proposal, which must never judge a model; one that comes back otherwise is a
 * corrected one.
 */
export class ServedProposals {
  readonly #files: StudioBackend['host']['files'];
  readonly #folder: string;

  constructor({ project, host }: Pick<StudioBackend, 'project' | 'host'>) {
    this.#files = host.files;
    this.#folder = joinPath(project.folder, 'served');
  }

  /** @param mask class values [depth, height, width] */
  async remember(id: string, run: string, mask: Uint8Array, depth: number): Promise<void> {
    await this.#files.write(this.#path(id), JSON.stringify({ version: 1, run, slices: digests(mask, depth) }));
  }

  /** How each slice of a label has come about. */
  async originsOf(id: string, mask: Uint8Array, depth: number): Promise<Origin[]> {
    const served = await this.#served(id);
    return digests(mask, depth).map((digest, z): Origin => {
      if (served === undefined) return { kind: 'imported' };
      return { kind: digest === served.slices[z] ? 'accepted' : 'corrected', run: served.run };
    });
  }

  /** Undefined where nothing was proposed, or the record is damaged. */
  async #served(id: string): Promise<z.infer<typeof servedSchema> | undefined> {
    if ((await this.#files.kind(this.#path(id))) !== 'file') return undefined;
    try {
      return servedSchema.parse(JSON.parse(await readText(this.#files, this.#path(id))));
    } catch {
      return undefined;
    }
  }

  #path(id: string): string {
    return joinPath(this.#folder, `${id}.json`);
  }
}

function digests(mask: Uint8Array, depth: number): string[] {
  const plane = mask.length / depth;
  return Array.from({ length: depth }, (_, z) =>
    createHash('sha256')
      .update(mask.subarray(z * plane, (z + 1) * plane))
      .digest('base64'),
  );
}

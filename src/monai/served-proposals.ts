import { createHash } from 'node:crypto';
import type { LabelEdit } from '../studio/labels/label-store.ts';

type Origin = Pick<LabelEdit, 'kind' | 'run'>;

/** Scans of which it is remembered what was proposed. */
const MOST_REMEMBERED = 200;

/**
 * What models have proposed to other programs. A slice that comes back as it was proposed is an accepted proposal, which must never
 * judge a model; one that comes back otherwise is a corrected one.
 */
export class ServedProposals {
  readonly #served = new Map<string, { readonly run: string; readonly slices: readonly string[] }>();

  /** @param mask class values [depth, height, width] */
  remember(id: string, run: string, mask: Uint8Array, depth: number): void {
    this.#served.delete(id);
    this.#served.set(id, { run, slices: digests(mask, depth) });
    const [oldest] = this.#served.keys();
    if (this.#served.size > MOST_REMEMBERED && oldest !== undefined) this.#served.delete(oldest);
  }

  /** How each slice of a label has come about. */
  originsOf(id: string, mask: Uint8Array, depth: number): Origin[] {
    const served = this.#served.get(id);
    return digests(mask, depth).map((digest, z): Origin => {
      if (served === undefined) return { kind: 'imported' };
      return { kind: digest === served.slices[z] ? 'accepted' : 'corrected', run: served.run };
    });
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

import type { StudioBackend } from '../backend.ts';
import type { SliceRange } from '../labels/label-store.ts';
import { type Content, type HandlersFor, voxels } from './handler-types.ts';

type Voxels = 'mask' | 'probabilities' | 'entropy';
type Asked = { case: string; run?: string | undefined; step?: number | undefined } & SliceRange;

/** What models propose, and what to label next. */
export function proposalHandlers(
  studio: StudioBackend,
): HandlersFor<'proposal' | 'proposalMask' | 'proposalProbabilities' | 'proposalEntropy' | 'ranking'> {
  const { labels, proposals, host } = studio;

  /** Part of a proposal's voxels. */
  const proposed = async (what: Voxels, { case: id, run, step, first, count }: Asked): Promise<Content> => {
    const entry = await studio.ready(id);
    const pixels = (await labels.size(entry, { first, count })) / count;
    const proposal = await proposals.get(id, run, step);
    const file = proposals.file(id, proposal, what);
    const planes = what === 'probabilities' ? proposal.classes.length : 1;
    const length = count * planes * pixels;
    const start = first * planes * pixels;
    if (planes === 1) return voxels({ file, start, length });
    return voxels(classesFirst(await host.files.readPart(file, start, length), count, planes, pixels));
  };

  return {
    proposal: async ({ case: id, run, step }) => {
      await studio.ready(id);
      return proposals.get(id, run, step);
    },
    proposalMask: (request) => proposed('mask', request),
    proposalProbabilities: (request) => proposed('probabilities', request),
    proposalEntropy: (request) => proposed('entropy', request),
    ranking: async ({ count }) => proposals.ranking(count),
  };
}

/** [count, planes, pixels] as [planes, count, pixels]. */
function classesFirst(values: Uint8Array, count: number, planes: number, pixels: number): Uint8Array {
  const moved = new Uint8Array(values.length);
  for (let z = 0; z < count; z++) {
    for (let k = 0; k < planes; k++) {
      const from = (z * planes + k) * pixels;
      moved.set(values.subarray(from, from + pixels), (k * count + z) * pixels);
    }
  }
  return moved;
}

import { PatchclError } from '../core/errors.ts';
import type { Case } from './dataset.ts';

type SliceCase = Pick<Case, 'id' | 'image' | 'imagePath'>;

/**
 * The slices that a network sees at once: each one with its neighbours on either side, in order of depth. Beyond the first and
 * the last slice the border one is repeated.
 *
 * @param slices of one scan, in order of depth
 * @param context neighbours on each side
 * @returns for each slice 2 * context + 1 of them, its own in the middle; shared, not copied
 */
export function stacksOf<T>(slices: readonly T[], context: number): T[][] {
  const last = slices.length - 1;
  return slices.map((_, z) =>
    Array.from({ length: 2 * context + 1 }, (_, i) => slices[Math.min(last, Math.max(0, z + i - context))] as T),
  );
}

/**
 * What a network sees of each slice of a scan: the channels of the slice and of its neighbours, one slice behind the other.
 *
 * @param slices [channels, height, width] each, in order of depth
 * @param context neighbours on each side; with none the slices come back as they are
 * @returns [(2 * context + 1) * channels, height, width] each
 */
export function withNeighbours(slices: readonly Float32Array[], context = 0): readonly Float32Array[] {
  if (context === 0) return slices;
  return [...eachWithNeighbours(slices, context)];
}

/** As `withNeighbours`, of slices that are made one after the other: no more of them are kept than are seen at once. */
export function* eachWithNeighbours(slices: Iterable<Float32Array>, context = 0): Generator<Float32Array> {
  const source = slices[Symbol.iterator]();
  const seen: Float32Array[] = [];
  let waiting = 0;
  const advance = () => {
    const { done, value } = source.next();
    if (done !== true) waiting++;
    const last = done === true ? seen.at(-1) : (value as Float32Array);
    if (last !== undefined) seen.push(last);
  };
  advance();
  const [first] = seen;
  if (first === undefined) return;
  for (let i = 0; i < context; i++) seen.unshift(first);
  for (let i = 0; i < context; i++) advance();
  for (; waiting > 0; waiting--) {
    yield context === 0 ? (seen[0] as Float32Array) : joined(seen);
    seen.shift();
    advance();
  }
}

function joined(slices: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(slices.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const slice of slices) {
    all.set(slice, at);
    at += slice.length;
  }
  return all;
}

/**
 * What a network sees of a case that is one slice of a volume: as `stacksOf`, with neighbours from the cases beside it. Where the
 * volume ends, or a slice is missing, the last one before is repeated.
 *
 * @param item with `neighbour`
 * @param prepared images of slices by the id of their case; those that are read are added
 * @param read the image of a slice, [channels, height, width]
 * @throws PatchclError `bad-data` when a neighbour is of another size
 */
export async function neighboursOf(
  item: Case,
  context: number,
  prepared: Map<string, Float32Array>,
  read: (item: SliceCase) => Promise<Float32Array>,
): Promise<Float32Array[]> {
  const imageOf = async (neighbour: SliceCase) => {
    const image = prepared.get(neighbour.id) ?? (await read(neighbour));
    prepared.set(neighbour.id, image);
    return image;
  };
  const own = await imageOf(item);
  const side = async (direction: 1 | -1) => {
    const images: Float32Array[] = [];
    let [last, hasMore] = [own, true];
    for (let step = 1; step <= context; step++) {
      const neighbour = hasMore ? item.neighbour?.(direction * step) : undefined;
      hasMore = neighbour !== undefined;
      if (neighbour !== undefined) last = await imageOf(neighbour);
      if (last.length !== own.length) {
        const problem = `its slices have ${own.length} and ${last.length} intensities, those of one volume are of one size`;
        const hint = 'Correct the size of the slice, or set data.context to 0.';
        throw new PatchclError('bad-data', problem, { subject: neighbour?.imagePath ?? item.id, hint });
      }
      images.push(last);
    }
    return images;
  };
  const [before, after] = [await side(-1), await side(1)];
  return [...before.reverse(), own, ...after];
}

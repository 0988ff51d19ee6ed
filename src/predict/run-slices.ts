import { cropPlane, type Fitting } from '../data/crop.ts';
import { TileBlender } from '../data/tiles/blend.ts';
import { tileGrid } from '../data/tiles/grid.ts';
import type { Size } from '../imaging/resize.ts';

/** Runs a network: class probabilities [K, S, S] of each image [C, S, S], in their order. */
export type RunNetwork = (images: Iterable<Float32Array>) => AsyncIterable<Float32Array>;

/** A slice as `networkImages` gives it, and its [height, width]. */
export interface PreparedSlice {
  /** [channels, height, width] */
  readonly image: Float32Array;
  readonly size: Size;
}

/**
 * Class probabilities [K, height, width] of each prepared slice, in their order: the network's answer as it is, or that for
 * overlapping tiles put together. Slices are asked for when their turn comes; with tiles there is one slice's worth of them in
 * memory at a time.
 */
export async function* runSlices(
  run: RunNetwork,
  slices: Iterable<PreparedSlice>,
  fitting: Fitting,
  classes: number,
): AsyncGenerator<Float32Array> {
  const { size, tiles } = fitting;
  if (tiles === undefined) {
    yield* run(imagesOf(slices));
    return;
  }
  for (const slice of slices) {
    const origins = tileGrid(slice.size, size, tiles.overlap);
    const blender = new TileBlender(slice.size, size, classes);
    let next = 0;
    for await (const probabilities of run(origins.map((origin) => cutTile(slice, size, origin)))) {
      blender.add(probabilities, origins[next++] as (typeof origins)[number]);
    }
    yield blender.result();
  }
}

function* imagesOf(slices: Iterable<PreparedSlice>): Generator<Float32Array> {
  for (const { image } of slices) yield image;
}

/** A tile [C, S, S]; beyond the border of the slice its outermost pixels are repeated. */
function cutTile(
  { image, size: [height, width] }: PreparedSlice,
  size: number,
  { top, left }: { readonly top: number; readonly left: number },
): Float32Array {
  const channels = image.length / (height * width);
  const tile = new Float32Array(channels * size * size);
  for (let channel = 0; channel < channels; channel++) {
    const window = { top, left, height: size, width: size };
    tile.set(cropPlane(image, channel * height * width, [height, width], window), channel * size * size);
  }
  return tile;
}

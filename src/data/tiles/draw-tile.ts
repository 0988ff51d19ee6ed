import type { Rng } from '../../core/rng.ts';
import type { Size } from '../../imaging/resize.ts';
import { IGNORED } from '../../imaging/volume.ts';
import type { TileOrigin } from './grid.ts';

/** Share of the tiles of annotated pictures that are sure to hold foreground; the others lie anywhere. */
const FOREGROUND_SHARE = 0.5;

/** As many places of a class are remembered, evenly from all of them. */
const MOST_PLACES = 4096;

/**
 * Draws the place of a training tile. Where there is a mask, every second tile on average is drawn around a random pixel of
 * a random foreground class of it, at a random place within the tile, so that rare classes are seen.
 *
 * @param size side of the tile; a picture that is smaller lies in the middle
 * @param label [height, width], class indices, `IGNORED` where it is not annotated
 */
export function drawTile([height, width]: Size, size: number, label: Uint8Array | undefined, rng: Rng): TileOrigin {
  // All is drawn whatever it is used for, so that one picture's mask does not change the next picture's tile.
  const [wantsForeground, klass, place] = [rng.chance(FOREGROUND_SHARE), rng.float(), rng.float()];
  const [u, v] = [rng.float(), rng.float()];
  const known = label === undefined ? undefined : placesOf(label);
  // Where a mask is annotated in part, the other tiles lie around a pixel that is.
  const classes = known === undefined ? [] : wantsForeground ? known.foreground : known.annotated;
  const places = classes[Math.floor(klass * classes.length)];
  const pixel = places?.[Math.floor(place * places.length)];
  if (pixel === undefined) return { top: anywhere(height, size, u), left: anywhere(width, size, v) };
  return {
    top: around(Math.floor(pixel / width), height, size, u),
    left: around(pixel % width, width, size, v),
  };
}

function anywhere(extent: number, size: number, u: number): number {
  return extent <= size ? Math.floor((extent - size) / 2) : Math.floor(u * (extent - size + 1));
}

/** A start of a tile that holds the position. */
function around(position: number, extent: number, size: number, u: number): number {
  if (extent <= size) return Math.floor((extent - size) / 2);
  return Math.min(extent - size, Math.max(0, position - Math.floor(u * size)));
}

/** Pixels of a mask. */
interface Places {
  /** Of each foreground class that it has. */
  readonly foreground: readonly Uint32Array[];
  /** Of each class that it has, where it is annotated in part; else none. */
  readonly annotated: readonly Uint32Array[];
}

/** Found once per mask. */
const knownPlaces = new WeakMap<Uint8Array, Places>();

function placesOf(label: Uint8Array): Places {
  const known = knownPlaces.get(label);
  if (known !== undefined) return known;
  const counts = new Uint32Array(256);
  for (const klass of label) counts[klass] = (counts[klass] as number) + 1;
  const steps = counts.map((count) => Math.max(1, Math.ceil(count / MOST_PLACES)));
  const isPartial = (counts[IGNORED] as number) > 0;
  const isWanted = (klass: number) => klass !== IGNORED && (klass > 0 || isPartial);
  const found = Array.from(counts, (count, klass) =>
    !isWanted(klass) ? [] : new Array<number>(Math.ceil(count / (steps[klass] as number))),
  );
  const seen = new Uint32Array(256);
  label.forEach((klass, i) => {
    const nth = seen[klass] as number;
    seen[klass] = nth + 1;
    const step = steps[klass] as number;
    if (isWanted(klass) && nth % step === 0) (found[klass] as number[])[nth / step] = i;
  });
  const lists = found.map((list) => Uint32Array.from(list));
  const [foreground, annotated] = [lists.slice(1), isPartial ? lists : []].map((some) =>
    some.filter(({ length }) => length > 0),
  ) as [Uint32Array[], Uint32Array[]];
  const places = { foreground, annotated };
  knownPlaces.set(label, places);
  return places;
}

import { unsupported } from '../damaged.ts';

/** Which page of a TIFF file shows which slice of which channel. */
export interface PlaneOrder {
  readonly slices: number;
  readonly channels: number;
  /** Page by slice and channel: [channels, slices]. */
  readonly pages: readonly number[];
}

/**
 * The dimensions of an OME-TIFF, whose pages may be slices, channels or times (OME data model 2016-06).
 *
 * @param description text of the first page
 * @param pages how many there are
 * @param samples channels within each page
 * @returns undefined for files that are no OME-TIFF
 * @throws PatchclError `unsupported` for several times or images, and for files that are spread over others.
 */
export function omePlanes(description: string, pages: number, samples: number, name: string): PlaneOrder | undefined {
  if (!/<(\w+:)?OME[\s>]/.test(description)) return undefined;
  const pixels = [...description.matchAll(/<(?:\w+:)?Pixels\s([^<>]*)>/g)].map(([, attributes = '']) => attributes);
  const [first] = pixels;
  if (first === undefined || pixels.length > 1 || /<(\w+:)?BinaryOnly[\s>]/.test(description)) {
    const what = pixels.length > 1 ? 'of several images' : 'whose description is in another file';
    throw unsupported(name, `an OME-TIFF ${what} is not read`, 'Save each image as a file of its own.');
  }
  const [slices, allChannels, times] = [number(first, 'SizeZ'), number(first, 'SizeC'), number(first, 'SizeT')];
  const channels = allChannels / samples;
  if (times !== 1) {
    throw unsupported(name, `an OME-TIFF of ${times} times is not read`, 'Save each time as a file of its own.');
  }
  if (!Number.isInteger(channels) || slices * channels !== pages) {
    const problem = `its description names ${slices} slices of ${allChannels} channels, but it holds ${pages} pages`;
    throw unsupported(name, problem, 'Save it as one file, with all of its pages.');
  }
  const order = /DimensionOrder\s*=\s*["'](\w{5})["']/.exec(first)?.[1] ?? 'XYCZT';
  const isChannelFirst = order.indexOf('C') < order.indexOf('Z');
  const planeOf = (channel: number, slice: number) =>
    isChannelFirst ? slice * channels + channel : channel * slices + slice;
  const pageOf = pagesOfPlanes(description, pages, planeOf);
  return {
    slices,
    channels,
    pages: Array.from({ length: pages }, (_, i) => pageOf(planeOf(Math.floor(i / slices), i % slices)) ?? i),
  };
}

/** What the TiffData elements say about where planes, counted in the order of dimensions, lie. */
function pagesOfPlanes(description: string, pages: number, planeOf: (channel: number, slice: number) => number) {
  const pageOf = new Map<number, number>();
  for (const [, attributes = ''] of description.matchAll(/<(?:\w+:)?TiffData\b([^<>]*)>/g)) {
    const page = number(attributes, 'IFD', 0);
    const first = planeOf(number(attributes, 'FirstC', 0), number(attributes, 'FirstZ', 0));
    const hasPage = /\bIFD\s*=/.test(attributes);
    const count = Math.min(number(attributes, 'PlaneCount', hasPage ? 1 : pages), pages);
    for (let k = 0; k < count; k++) if (page + k < pages) pageOf.set(first + k, page + k);
  }
  // Where the elements leave out planes or name one twice, the order of the pages has to do.
  const isWhole = pageOf.size === pages && new Set(pageOf.values()).size === pages;
  return (plane: number) => (isWhole ? pageOf.get(plane) : plane);
}

function number(attributes: string, key: string, missing = 1): number {
  const value = new RegExp(`\\b${key}\\s*=\\s*["'](\\d{1,9})["']`).exec(attributes)?.[1];
  return value === undefined ? missing : Number(value);
}

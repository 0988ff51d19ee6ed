import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';

/** What slices of a volume have after its name. */
const NUMBER = /[_-]slice[_-]?\d+$/i;

/**
 * Volumes that a data set stores slice by slice, as one case each: what is measured is a scan, and a network that sees
 * neighbouring slices needs them. A stretch of slices without a gap is one volume; other cases come back as they are.
 *
 * @param cases slices with a mask where they are to have one
 */
export function wholeVolumes(cases: readonly Case[]): Case[] {
  const byId = new Map(cases.map((item) => [item.id, item]));
  const beside = (item: Case, offset: 1 | -1) => byId.get(item.neighbour?.(offset)?.id ?? '');
  return cases.flatMap((item) => {
    if (item.neighbour === undefined) return [item];
    // The first slice speaks for its volume.
    if (beside(item, -1) !== undefined) return [];
    const slices: Case[] = [];
    for (let slice: Case | undefined = item; slice !== undefined; slice = beside(slice, 1)) slices.push(slice);
    return [stacked(slices, cases)];
  });
}

function stacked(slices: readonly Case[], all: readonly Case[]): Case {
  const [first] = slices as readonly [Case];
  const name = first.id.replace(NUMBER, '');
  const { patient, imagePath, labelPath } = first;
  // A volume with a gap is two, told apart by their first slices.
  const isOnly = all.filter(({ id }) => id.replace(NUMBER, '') === name).length === slices.length;
  const labels = slices.flatMap(({ label }) => (label === undefined ? [] : [label]));
  return {
    id: isOnly ? name : first.id,
    patient,
    ...(imagePath !== undefined && { imagePath }),
    image: async () => joinImages(await Promise.all(slices.map(({ image }) => image()))),
    ...(labels.length === slices.length && {
      label: async () => joinLabels(await Promise.all(labels.map((label) => label()))),
      ...(labelPath !== undefined && { labelPath }),
    }),
  };
}

/** [C, d, H, W] each -> [C, sum of d, H, W] */
function joinImages(parts: readonly Volume[]): Volume {
  const [first] = parts as readonly [Volume];
  const [channels, , height, width] = first.shape;
  const depth = parts.reduce((sum, { shape }) => sum + shape[1], 0);
  const data = new Float32Array(channels * depth * height * width);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (const part of parts) {
      const length = part.data.length / channels;
      data.set(part.data.subarray(channel * length, (channel + 1) * length), at);
      at += length;
    }
  }
  return { ...first, data, shape: [channels, depth, height, width] };
}

/** [d, H, W] each -> [sum of d, H, W] */
function joinLabels(parts: readonly LabelVolume[]): LabelVolume {
  const [first] = parts as readonly [LabelVolume];
  const depth = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const Kind = first.data.constructor as new (length: number) => LabelVolume['data'];
  const data = new Kind(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { ...first, data, shape: [depth, first.shape[1], first.shape[2]] };
}

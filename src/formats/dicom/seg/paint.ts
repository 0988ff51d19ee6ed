import { unfit } from '../../damaged.ts';
import type { Segmentation } from './frames.ts';

/**
 * Turns the frames of a segmentation into class indices. A voxel belongs to a segment from one half of it on; where
 * segments overlap, the one with the larger part counts, and of equal ones that with the higher number.
 *
 * @param places the slice each frame lies on, by frame
 * @param classOf class index of a segment number
 * @returns [slices, rows, columns]
 * @throws PatchclError `bad-file` when pixels cannot be decoded or name no segment.
 */
export async function paint(
  { frames, reader, most, background }: Segmentation,
  places: readonly number[],
  slices: number,
  classOf: (segment: number) => number,
  name: string,
): Promise<Uint8Array> {
  const { rows, columns } = reader.format;
  const plane = rows * columns;
  const data = new Uint8Array(slices * plane);
  const largest = most === 1 ? undefined : new Float32Array(slices * plane);
  // Higher segments come later, so that they win.
  const order = [...frames.entries()].sort(([, a], [, b]) => (a.segment ?? 0) - (b.segment ?? 0));
  for (const [index, frame] of order) {
    const values = await reader.read(frame.header.index);
    const from = (places[index] as number) * plane;
    if (frame.segment === undefined) paintLabels(data, from, values, { classOf, background }, name);
    else paintSegment({ data, largest }, from, values, { value: classOf(frame.segment), most });
  }
  return data;
}

function paintSegment(
  { data, largest }: { data: Uint8Array; largest: Float32Array | undefined },
  from: number,
  values: Float32Array,
  { value, most }: { value: number; most: number },
): void {
  for (let i = 0; i < values.length; i++) {
    const part = (values[i] as number) / most;
    if (part < 0.5 || (largest !== undefined && part < (largest[from + i] as number))) continue;
    data[from + i] = value;
    if (largest !== undefined) largest[from + i] = part;
  }
}

function paintLabels(
  data: Uint8Array,
  from: number,
  values: Float32Array,
  { classOf, background }: { classOf: (segment: number) => number; background: ReadonlySet<number> },
  name: string,
): void {
  for (let i = 0; i < values.length; i++) {
    const segment = values[i] as number;
    if (background.has(segment)) continue;
    if (segment > 255) throw unfit(name, `a pixel is of segment ${segment}, beyond the 255 that are read`, 'Split it.');
    data[from + i] = classOf(segment);
  }
}

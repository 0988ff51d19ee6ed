import { orientationOf } from '../../imaging/orientation.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import { type ChannelMeasures, measureChannels } from '../plan/measure.ts';

/** Where the voxels of a scan or a segmentation lie; plain data. */
export interface GridFacts {
  /** [depth, height, width] as stored */
  readonly size: readonly [number, number, number];
  /** Distance between voxel centres along [depth, height, width], in `unit`. */
  readonly spacing: readonly [number, number, number];
  readonly unit: 'mm' | 'px';
  /** Where i, j and k point, e.g. `RAS`; absent when the file does not say. */
  readonly orientation?: string;
}

/** What a scan is like; plain data. */
export interface ImageFacts extends GridFacts {
  readonly intensities: readonly ChannelMeasures[];
}

export function imageFacts(image: Volume): ImageFacts {
  return { ...gridFacts(image), intensities: measureChannels(image) };
}

export function gridFacts({ shape, geometry: { spacing, unit, affine } }: Volume | LabelVolume): GridFacts {
  const size = shape.slice(-3) as [number, number, number];
  return { size, spacing, unit, ...(affine === undefined ? {} : { orientation: orientationOf(affine) }) };
}

/** What a segmentation holds: voxels by label value, up to the highest value found. */
export function labelCounts({ data }: LabelVolume): number[] {
  const counts = new Array<number>(256).fill(0);
  for (let i = 0; i < data.length; i++) counts[data[i] as number] = (counts[data[i] as number] as number) + 1;
  return counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
}

/** Equal for scans of equal size and intensities, whatever files they come from: SHA-256, hexadecimal. */
export async function contentHash({ data, shape }: Volume): Promise<string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength) as Uint8Array<ArrayBuffer>;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `${shape.join('x')}:${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

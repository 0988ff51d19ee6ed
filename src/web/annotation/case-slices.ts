import type { Measures, StudioClient } from '../../studio/api/index.ts';
import { split } from '../viewer/slice-store.ts';

/** Intensities of some slices, each [channels, height, width]. */
export async function loadIntensities(
  studio: StudioClient,
  id: string,
  { shape: [, height, width], channels }: Measures,
  first: number,
  count: number,
): Promise<Float32Array[]> {
  const bytes = await studio.ask('intensities', { case: id, first, count });
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const pixels = height * width;
  return Array.from({ length: count }, (_, z) => {
    const slice = new Float32Array(channels * pixels);
    for (let channel = 0; channel < channels; channel++) {
      const start = (channel * count + z) * pixels;
      slice.set(values.subarray(start, start + pixels), channel * pixels);
    }
    return slice;
  });
}

/** Labels of some slices as they were at a revision. */
export async function loadLabels(
  studio: StudioClient,
  id: string,
  revision: number,
  first: number,
  count: number,
): Promise<Uint8Array[]> {
  return split(await studio.ask('mask', { case: id, first, count, revision }), count);
}

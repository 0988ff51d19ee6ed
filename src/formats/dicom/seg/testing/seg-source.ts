import type { LabelVolume } from '../../../../imaging/volume.ts';
import { makeImage } from '../../testing/make-dicom.ts';
import { stacksOfFiles } from '../../testing/open-files.ts';
import { writeDicomSeg, writeFractionalSeg } from '../write.ts';

const _SEG = '1.2.840.10008.5.1.4.1.1.66.4';
export const SIZE = { rows: 3, columns: 5 };
export const OBLIQUE = [0.8, 0.6, 0, 0, 0, -1];

/** Four slices in oblique orientation, given out of order. */
export async function source() {
  const normal = [-0.6, 0.8, 0];
  const at = (k: number) =>
    normal.map((value, axis) => value * 2 * k + ([5, -7, 11][axis] as number) * 1.25) as [number, number, number];
  const files = Object.fromEntries(
    [2, 0, 3, 1].map((k) => [
      `${k}.dcm`,
      makeImage({ ...SIZE, position: at(k), orientation: OBLIQUE, instance: 10 + k }),
    ]),
  );
  const { stacks } = await stacksOfFiles(files);
  return { files, stack: stacks[0] as (typeof stacks)[0] };
}

export function labelsOf(geometry: LabelVolume['geometry'], depth = 4): LabelVolume {
  const data = Uint8Array.from({ length: depth * 15 }, (_, i) => [0, 1, 0, 2, 0, 0, 1][i % 7] as number);
  // A slice without foreground in the middle, to which no frame is written.
  data.fill(0, 15, 30);
  return { data, shape: [depth, 3, 5], geometry };
}

export function uids(): () => string {
  let count = 0;
  return () => `2.25.${++count}`;
}

export const options = {
  classes: ['background', 'left heart', 'Größe'],
  now: new Date(Date.UTC(2026, 1, 3, 4, 5, 6)),
  version: '0.1.0',
};

export async function written() {
  const { files, stack } = await source();
  const labels = labelsOf(stack.geometry);
  const bytes = writeDicomSeg(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, uid: uids() });
  return { stack, labels, bytes };
}

/** Every kind of segmentation of the same labels. */
export async function everyKind() {
  const { files, stack } = await source();
  const labels = labelsOf(stack.geometry);
  const common = { ...options, stack, source: files['0.dcm'] as Uint8Array };
  const probabilities = { data: new Float32Array(3 * 60), shape: [3, 4, 3, 5] as const, geometry: stack.geometry };
  for (const [i, value] of labels.data.entries()) {
    for (const k of [0, 1, 2]) probabilities.data[k * 60 + i] = k === value ? 0.75 : 0.125;
  }
  return {
    stack,
    labels,
    kinds: {
      binary: writeDicomSeg(labels, { ...common, uid: uids() }),
      labelmap: writeDicomSeg(labels, { ...common, uid: uids(), type: 'labelmap' }),
      fractional: writeFractionalSeg(probabilities, { ...common, uid: uids() }),
    },
  };
}

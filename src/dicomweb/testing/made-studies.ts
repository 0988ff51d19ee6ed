import { TAG, type Tag } from '../../formats/dicom/tags.ts';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { stacksOfFiles } from '../../formats/dicom/testing/open-files.ts';
import { writeDicomSeg } from '../../formats/index.ts';

const MR_STORAGE = '1.2.840.10008.5.1.4.1.1.4';

/** A study of a ball in a box of noise, in MRI (sagittal slices) or CT. */
export interface MadeStudy {
  readonly study: string;
  readonly series: string;
  readonly images: readonly Uint8Array[];
  /** DICOM SEG of the ball. */
  readonly mask: Uint8Array;
  /** 0 and 1, [slices, rows, columns] in the order of `images`. */
  readonly labels: Uint8Array;
}

export interface StudyOptions {
  readonly side?: number;
  readonly slices?: number;
  /** Of several series in one study. */
  readonly series?: number;
}

/** @param number of the patient, from 1; odd ones are CT */
export async function madeStudy(
  number: number,
  { side = 32, slices = 5, series = 1 }: StudyOptions = {},
): Promise<MadeStudy> {
  const isCt = number % 2 === 1;
  const [study, uid] = [`1.2.826.7.${number}`, `1.2.826.7.${number}.${series}`];
  const inBall = (z: number, y: number, x: number) => {
    const [dy, dx] = [y - side / 2 - (number % 5), x - side / 2 + (number % 3)];
    return Math.hypot(2 * (z - slices / 2 + 0.5), dy, dx) < side / 4 + (number % 4);
  };
  const labels = new Uint8Array(slices * side * side);
  const images = Array.from({ length: slices }, (_, z) => {
    const pixels = Array.from({ length: side * side }, (_, i) => {
      const [y, x] = [Math.floor(i / side), i % side];
      labels[z * side * side + i] = inBall(z, y, x) ? 1 : 0;
      const noise = (x * 7 + y * 13 + z * 5 + number * 11) % 29;
      return (inBall(z, y, x) ? 300 : 60) + noise + (isCt ? 1000 : 0);
    });
    const more: [Tag, string | number][] = [
      [TAG.StudyInstanceUID, study],
      [TAG.StudyDate, `202601${String(number).padStart(2, '0')}`],
      [TAG.PatientName, `Made^Patient${number}`],
      [TAG.FrameOfReferenceUID, `${study}.99`],
      [TAG.SeriesNumber, series],
      ...(isCt
        ? ([[TAG.RescaleIntercept, -1024]] as [Tag, number][])
        : ([
            [TAG.Modality, 'MR'],
            [TAG.SOPClassUID, MR_STORAGE],
          ] as [Tag, string][])),
    ];
    return makeImage({
      rows: side,
      columns: side,
      pixels,
      series: uid,
      instance: z + 1,
      patient: `MADE${number}`,
      spacing: [1.5, 1.5],
      position: isCt ? [-20, -20, 3 * z] : [3 * z, -20, 20],
      orientation: isCt ? [1, 0, 0, 0, 1, 0] : [0, 1, 0, 0, 0, -1],
      more,
    });
  });
  const { stacks } = await stacksOfFiles(Object.fromEntries(images.map((bytes, z) => [`${z}`, bytes])));
  const [stack] = stacks as [(typeof stacks)[0]];
  let count = 0;
  const mask = writeDicomSeg(
    {
      data: inOrderOf(
        stack.slices.map(({ image }) => Number(image.name)),
        labels,
        side * side,
      ),
      shape: [slices, side, side],
      geometry: stack.geometry,
    },
    {
      stack,
      source: images[0] as Uint8Array,
      classes: ['background', 'heart'],
      uid: () => `${uid}.50.${++count}`,
      now: new Date(Date.UTC(2026, 0, 1)),
      version: '1',
      description: 'Drawn by hand',
    },
  );
  return { study, series: uid, images, mask, labels };
}

/** Planes in another order. */
function inOrderOf(order: readonly number[], data: Uint8Array, plane: number): Uint8Array {
  const sorted = new Uint8Array(data.length);
  for (const [z, from] of order.entries()) sorted.set(data.subarray(from * plane, (from + 1) * plane), z * plane);
  return sorted;
}

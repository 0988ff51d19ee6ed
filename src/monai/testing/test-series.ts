import { type Files, joinPath } from '../../core/files.ts';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';

/** [depth, rows, columns] of the series. */
export const SERIES_SHAPE = [4, 6, 8] as const;

/** Patients with the UID of their series, the directions of rows and columns, and that of their cross product. */
const CUTS = {
  axial: { uid: '1.2.840.1', orientation: [1, 0, 0, 0, 1, 0], normal: [0, 0, 1] },
  oblique: { uid: '1.2.840.2', orientation: [0, 1, 0, 0.6, 0, -0.8], normal: [-0.8, 0, -0.6] },
} as const;
export type SeriesId = keyof typeof CUTS;

export const seriesUid = (id: SeriesId) => CUTS[id].uid;

/** Value of a pixel: slices in the order of their positions, as viewers stack them. */
export const seriesPixel = (z: number, i: number) => 100 * z + i;

/** Writes DICOM series into folders of their names; file names say nothing about the order of the slices. */
export async function writeSeries(files: Files, folder: string, ids: readonly SeriesId[]): Promise<void> {
  for (const id of ids) {
    const { uid, orientation, normal } = CUTS[id];
    for (let z = 0; z < SERIES_SHAPE[0]; z++) {
      const image = makeImage({
        rows: SERIES_SHAPE[1],
        columns: SERIES_SHAPE[2],
        patient: id,
        series: uid,
        instance: z + 1,
        orientation,
        position: normal.map((value) => value * 3 * z) as [number, number, number],
        pixels: Array.from({ length: SERIES_SHAPE[1] * SERIES_SHAPE[2] }, (_, i) => seriesPixel(z, i)),
        spacing: [1, 1],
      });
      await files.write(joinPath(folder, id, `${(7 * z) % 5}.dcm`), image);
    }
  }
}

import type { Files } from '../../core/files.ts';
import { toValues } from '../../data/class-indices.ts';
import { normalisedSlices } from '../../data/normalise.ts';
import { writeUnitPng } from '../../formats/index.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { LoadedScan, Scan } from '../../predict/scans/scan.ts';
import type { Segmenter } from '../../predict/segmenter.ts';
import { encodePicture, gridOf } from '../../report/picture.ts';
import { sliceOverlay } from '../../runs/report/slice-overlay.ts';
import type { Targets } from './predict-targets.ts';

/**
 * Segments one scan and writes what was asked for, the mask last. Nothing is written before everything is there to write.
 *
 * @param alive called whenever work has got on
 * @throws PatchclError naming the scan
 */
export async function predictScan(
  files: Files,
  segmenter: Segmenter,
  scan: Scan,
  targets: Targets,
  alive: () => void = () => undefined,
): Promise<void> {
  const loaded = await scan.read(segmenter.info.channels);
  const { volume } = loaded;
  const probabilities = targets.probabilities && (await segmenter.probabilities(volume, scan.path, { onSlice: alive }));
  const labels = probabilities
    ? segmenter.labels(probabilities)
    : await segmenter.segment(volume, scan.path, { onSlice: alive });
  alive();
  const { classes, values } = segmenter.info;
  // Segments of DICOM SEG are numbered one after the other and known by their names; other masks hold values.
  const stored = targets.format === 'dicom-seg' ? labels : toValues(labels, values);
  const mask = await loaded.encodeMask(stored, targets.format, classes);
  if (probabilities) await writeProbabilities(files, loaded, probabilities, targets);
  if (targets.overlay !== undefined) {
    await files.write(targets.overlay, drawOverlay(segmenter, volume, labels, scan.path));
  }
  await files.write(targets.mask, mask);
}

/** A picture per class holds one slice, as the mask beside it. */
async function writeProbabilities(
  files: Files,
  loaded: LoadedScan,
  probabilities: Volume,
  { format, probabilities: paths = [] }: Targets,
): Promise<void> {
  const [, , height, width] = probabilities.shape;
  for (const [k, path] of paths.entries()) {
    const plane = probabilities.data.subarray(k * height * width, (k + 1) * height * width);
    const isPicture = format === 'png';
    await files.write(path, isPicture ? writeUnitPng(plane, height, width) : loaded.encodeProbabilities(probabilities));
  }
}

/** All slices with their contours in one picture, about as wide as high. */
function drawOverlay(segmenter: Segmenter, volume: Volume, prediction: LabelVolume, subject: string): Uint8Array {
  const [depth] = prediction.shape;
  const slices = normalisedSlices(volume, segmenter.info.preparation, subject);
  const { classes, values } = segmenter.info;
  const pictures = Array.from({ length: depth }, (_, z) =>
    sliceOverlay({ image: slices(z), slice: 0, prediction, z, classes: classes.length, values }),
  );
  return encodePicture(gridOf(pictures, Math.ceil(Math.sqrt(depth)), 4, [0, 0, 0]));
}

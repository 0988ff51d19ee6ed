import { resolve } from 'node:path';
import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';
import { normaliseVolume } from '../data/normalise.ts';
import { writeUnitPng } from '../formats/index.ts';
import { labelSlice, shownSlice } from '../imaging/slices.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { type LoadedScan, MASK_FORMATS, type MaskFormat, type Scan } from '../predict/scans/scan.ts';
import type { Segmenter } from '../predict/segmenter.ts';
import { overlayPicture } from '../report/overlay.ts';
import { encodePicture, gridOf } from '../report/picture.ts';

export interface PredictScanOptions {
  /** Where masks go. */
  readonly folder: string;
  /** Default: that of the scan's own kind. */
  readonly format?: MaskFormat;
  /** Also write how probable each class is. */
  readonly probabilities?: boolean;
  readonly overlay?: boolean;
}

/** Where a scan's mask goes. @throws PatchclError `bad-usage` when the scan has no mask in this format, or is at that place itself */
export function maskTarget(scan: Scan, { folder, format }: PredictScanOptions): { path: string; format: MaskFormat } {
  const own = Object.keys(scan.extensions)[0] as MaskFormat;
  const chosen = format ?? own;
  const extension = scan.extensions[chosen];
  if (extension === undefined) {
    const possible = MASK_FORMATS.filter((name) => scan.extensions[name] !== undefined).join(' or ');
    const problem = `it cannot have a mask in the format ${chosen}`;
    throw new PatchclError('bad-usage', problem, { subject: scan.path, hint: `Choose --format ${possible}.` });
  }
  const path = joinPath(folder, scan.id + extension);
  if (!scan.files.some((file) => resolve(file) === resolve(path))) return { path, format: chosen };
  throw new PatchclError('bad-usage', 'its mask would replace the scan', {
    subject: scan.path,
    hint: 'Choose another folder with --out.',
  });
}

/** Segments one scan and writes what was asked for, the mask last. @throws PatchclError naming the scan */
export async function predictScan(
  files: Files,
  segmenter: Segmenter,
  scan: Scan,
  options: PredictScanOptions,
): Promise<void> {
  const { path, format } = maskTarget(scan, options);
  const loaded = await scan.read(segmenter.info.channels);
  const { volume } = loaded;
  let labels: LabelVolume;
  if (options.probabilities) {
    const probabilities = await segmenter.probabilities(volume, scan.path);
    await writeProbabilities(files, scan, loaded, probabilities, format, options.folder);
    labels = segmenter.labels(probabilities);
  } else {
    labels = await segmenter.segment(volume, scan.path);
  }
  if (options.overlay) {
    const picture = drawOverlay(segmenter, volume, labels, scan.path);
    await files.write(joinPath(options.folder, `${scan.id}_overlay.png`), picture);
  }
  await files.write(path, await loaded.encodeMask(labels, format, segmenter.info.classes));
}

/** One NIfTI file with a frame per class, or a picture per class where the mask is one. */
async function writeProbabilities(
  files: Files,
  scan: Scan,
  loaded: LoadedScan,
  probabilities: Volume,
  format: MaskFormat,
  folder: string,
): Promise<void> {
  const [classes, depth, height, width] = probabilities.shape;
  const target = (ending: string) => joinPath(folder, `${scan.id}_${ending}`);
  if (format !== 'png' || depth > 1) {
    const extension = scan.extensions.nifti ?? '.nii.gz';
    await files.write(target(`probabilities${extension}`), loaded.encodeProbabilities(probabilities));
    return;
  }
  for (let k = 0; k < classes; k++) {
    const plane = probabilities.data.subarray(k * height * width, (k + 1) * height * width);
    await files.write(target(`probability_${k}.png`), writeUnitPng(plane, height, width));
  }
}

/** All slices with their contours in one picture, about as wide as high. */
function drawOverlay(segmenter: Segmenter, volume: Volume, prediction: LabelVolume, subject: string): Uint8Array {
  const [depth, height, width] = prediction.shape;
  const image = { ...volume, data: normaliseVolume(volume, segmenter.info.preparation, subject) };
  const classes = segmenter.info.classes.length;
  const pictures = Array.from({ length: depth }, (_, z) => {
    const slice = { image: shownSlice(image, z), prediction: labelSlice(prediction, z) };
    return overlayPicture({ ...slice, size: [height, width], classes });
  });
  return encodePicture(gridOf(pictures, Math.ceil(Math.sqrt(depth)), 4, [0, 0, 0]));
}

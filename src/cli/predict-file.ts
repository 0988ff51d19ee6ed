import { PatchclError } from '../core/errors.ts';
import { baseName, type Files, joinPath, stem } from '../core/files.ts';
import { normaliseVolume } from '../data/normalise.ts';
import { niftiHead, readVolume, writeLabelPng, writeNifti } from '../formats/index.ts';
import { greySlice, labelSlice } from '../imaging/slices.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Segmenter } from '../predict/segmenter.ts';
import { overlayPicture } from '../report/overlay.ts';
import { encodePicture, gridOf } from '../report/picture.ts';

export interface PredictFileOptions {
  /** Path of the scan. */
  readonly scan: string;
  /** Where masks go. */
  readonly folder: string;
  readonly overlay: boolean;
  /** Scans by the mask they have been given, to be added to: no mask may replace that of another scan. */
  readonly taken: Map<string, string>;
}

/** Segments one file and writes its mask. @throws PatchclError naming the scan */
export async function predictFile(files: Files, segmenter: Segmenter, options: PredictFileOptions): Promise<void> {
  const { scan, folder, overlay, taken } = options;
  const bytes = await files.read(scan);
  const volume = await readVolume(bytes, scan);
  const format = maskFormat(scan, volume);
  const target = joinPath(folder, stem(scan) + format.extension);
  const other = taken.get(target);
  if (other !== undefined || (await isSame(files, target, scan))) {
    throw new PatchclError(
      'bad-usage',
      `its mask would replace ${other === undefined ? 'the scan' : `that of ${other}`}`,
      {
        subject: scan,
        hint: 'Choose another folder with --out.',
      },
    );
  }
  const labels = await segmenter.segment(volume, scan);
  await files.write(target, format.encode(labels, bytes));
  taken.set(target, scan);
  if (overlay)
    await files.write(joinPath(folder, `${stem(scan)}_overlay.png`), drawOverlay(segmenter, volume, labels, scan));
}

interface MaskFormat {
  readonly extension: string;
  encode(labels: LabelVolume, scan: Uint8Array): Uint8Array;
}

/** Masks are in the format of their scan, where there is one for masks. */
function maskFormat(scan: string, volume: Volume): MaskFormat {
  const name = baseName(scan).toLowerCase();
  const isGzip = !name.endsWith('.nii');
  if (name.endsWith('.nii') || name.endsWith('.nii.gz')) {
    return {
      extension: isGzip ? '.nii.gz' : '.nii',
      encode: (labels, bytes) => writeNifti(labels, { gzip: isGzip, like: niftiHead(bytes, scan) }),
    };
  }
  if (name.endsWith('.png') && volume.shape[1] === 1) return { extension: '.png', encode: writeLabelPng };
  return { extension: '.nii.gz', encode: (labels) => writeNifti(labels) };
}

async function isSame(files: Files, target: string, scan: string): Promise<boolean> {
  const plain = (path: string) => path.replace(/^(\.\/)+/, '');
  return plain(target) === plain(scan) && (await files.kind(target)) === 'file';
}

/** All slices with their contours in one picture, about as wide as high. */
function drawOverlay(segmenter: Segmenter, volume: Volume, prediction: LabelVolume, subject: string): Uint8Array {
  const [depth, height, width] = prediction.shape;
  const image = { ...volume, data: normaliseVolume(volume, segmenter.info.preparation, subject) };
  const classes = segmenter.info.classes.length;
  const pictures = Array.from({ length: depth }, (_, z) => {
    const slice = { image: greySlice(image, z), prediction: labelSlice(prediction, z) };
    return overlayPicture({ ...slice, size: [height, width], classes });
  });
  return encodePicture(gridOf(pictures, Math.ceil(Math.sqrt(depth)), 4, [0, 0, 0]));
}

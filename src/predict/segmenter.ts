import { PatchclError } from '../core/errors.ts';
import { placeBack } from '../data/crop.ts';
import { prepareVolume } from '../data/prepare.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { type ModelInfo, readModelInfo } from './model-file.ts';
import { runBatches } from './network-session.ts';

/**
 * A trained model that segments scans.
 *
 * @example
 * const segmenter = await Segmenter.load(runtime, await files.read('model.onnx'), 'model.onnx');
 * const labels = await segmenter.segment(await readVolume(await files.read('scan.nii.gz'), 'scan.nii.gz'), 'scan.nii.gz');
 */
export class Segmenter {
  readonly info: ModelInfo;
  readonly #session: Session;

  private constructor(info: ModelInfo, session: Session) {
    this.info = info;
    this.#session = session;
  }

  /**
   * @param model an ONNX file with its metadata; nothing else is needed
   * @param name for messages
   * @throws PatchclError `bad-file` for a file that is broken or not of patchcl, `unsupported` when the device cannot run it
   */
  static async load(runtime: Runtime, model: Uint8Array, name: string): Promise<Segmenter> {
    const info = readModelInfo(model, name);
    return new Segmenter(info, await runtime.load(model));
  }

  /**
   * Segments a scan slice by slice.
   *
   * @param subject names the scan in messages
   * @returns class indices in the scan's own size and geometry
   * @throws PatchclError `bad-data` when the scan has other channels or intensities than the model was trained on
   */
  async segment(volume: Volume, subject: string): Promise<LabelVolume> {
    const { channels: expected, preparation, classes } = this.info;
    const [channels, depth, height, width] = volume.shape;
    if (channels !== expected) {
      const problem = `the image has ${channels} channel(s), the model was trained on images with ${expected}`;
      const hint = 'Save it in the colour format of the training images.';
      throw new PatchclError('bad-data', problem, { subject, hint });
    }
    const slices = this.#prepare(volume, subject);
    const imageShape = [channels, preparation.size, preparation.size];
    const data = new Uint8Array(depth * height * width);
    let z = 0;
    for await (const probabilities of runBatches(this.#session, slices, imageShape, 1)) {
      data.set(placeBack(probabilities, classes.length, preparation, [height, width]), z * height * width);
      z++;
    }
    return { data, shape: [depth, height, width], geometry: volume.geometry };
  }

  #prepare(volume: Volume, subject: string): Float32Array[] {
    try {
      return prepareVolume(volume, this.info.preparation, subject);
    } catch (cause) {
      if (!(cause instanceof PatchclError) || this.info.preparation.normalise !== 'unit') throw cause;
      const problem = 'its intensities do not lie in [0, 1], as those of the training images did';
      const hint = 'Scale it as they were, or train with data.normalise set to percentile.';
      throw new PatchclError('bad-data', problem, { subject, hint, cause });
    }
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

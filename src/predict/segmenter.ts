import { PatchclError } from '../core/errors.ts';
import { placeBack, placeBackProbabilities, preparedSize } from '../data/crop.ts';
import { planesOf } from '../data/preparation.ts';
import { eachNetworkImage } from '../data/prepare.ts';
import { sizeOf } from '../graph/index.ts';
import { keepLargestComponents } from '../imaging/components.ts';
import { orientedView, restoreOrientation } from '../imaging/orientation.ts';
import type { Size } from '../imaging/resize.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { floats, type Runtime, type Session, type Values } from '../runtime/runtime.ts';
import { withFlips } from './flips.ts';
import { type ModelInfo, readModelInfo } from './model-file.ts';
import { IMAGE, PROBABILITIES, runBatches } from './network-session.ts';
import { type PreparedSlice, type RunNetwork, runSlices } from './run-slices.ts';

export interface SegmenterOptions {
  /** Ask about the mirror images of every slice too, at four times the cost; default: what the model says. */
  readonly flips?: boolean | undefined;
  /** Keep only the largest connected part of every class, or everything; default: what the model says. */
  readonly keepLargest?: boolean | undefined;
}

/** What happens while a scan is segmented. */
export interface SegmentOptions {
  /** Called after each slice. */
  readonly onSlice?: () => void;
  /** Ends the work between two slices; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

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
  readonly #flips: boolean;
  readonly #cleanedClasses: readonly number[];

  private constructor(info: ModelInfo, session: Session, { flips, keepLargest }: SegmenterOptions) {
    this.info = info;
    this.#session = session;
    this.#flips = flips ?? info.flips ?? false;
    const all = info.classes.map((_, klass) => klass).slice(1);
    this.#cleanedClasses = keepLargest === undefined ? (info.largestParts ?? []) : keepLargest ? all : [];
  }

  /**
   * @param model an ONNX file with its metadata; nothing else is needed
   * @param name for messages
   * @throws PatchclError `bad-file` for a file that is broken or not of patchcl, `unsupported` when the device cannot run it
   */
  static async load(
    runtime: Runtime,
    model: Uint8Array,
    name: string,
    options: SegmenterOptions = {},
  ): Promise<Segmenter> {
    const info = readModelInfo(model, name);
    const session = await loadNetwork(runtime, model, name);
    try {
      await tryModel(session, info, name);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return new Segmenter(info, session, options);
  }

  /**
   * Segments a scan slice by slice, in the orientation that the model was trained in.
   *
   * @param subject names the scan in messages
   * @returns class indices in the scan's own size and geometry
   * @throws PatchclError `bad-data` when the scan has other channels or intensities than the model was trained on
   */
  async segment(volume: Volume, subject: string, { signal, onSlice }: SegmentOptions = {}): Promise<LabelVolume> {
    const { preparation, classes } = this.info;
    const { shape, geometry } = orientedView(volume, preparation.orientation);
    const [, depth, height, width] = shape;
    const pixels = height * width;
    const data = new Uint8Array(depth * pixels);
    let z = 0;
    signal?.throwIfAborted();
    for await (const probabilities of this.#run(volume, [height, width], subject)) {
      signal?.throwIfAborted();
      data.set(placeBack(probabilities, classes.length, preparation, [height, width]), z++ * pixels);
      onSlice?.();
    }
    const labels: LabelVolume = { data, shape: [depth, height, width], geometry };
    return this.cleaned(restoreOrientation(labels, volume.geometry));
  }

  /** What `segment` gives, from the `probabilities` of a scan. */
  labels(probabilities: Volume): LabelVolume {
    return this.cleaned(mostProbable(probabilities));
  }

  /** Without the smaller parts of classes of which only the largest is kept. @param labels most probable classes of a whole scan */
  cleaned(labels: LabelVolume): LabelVolume {
    return keepLargestComponents(labels, this.#cleanedClasses);
  }

  /**
   * How probable each class is, from which `labels` makes what `segment` gives. Takes as much memory as so many scans
   * as there are classes.
   *
   * @returns [classes, depth, height, width], in the scan's own size and geometry
   * @throws PatchclError as `segment`
   */
  async probabilities(volume: Volume, subject: string, { signal, onSlice }: SegmentOptions = {}): Promise<Volume> {
    const { preparation, classes } = this.info;
    const { shape, geometry } = orientedView(volume, preparation.orientation);
    const [, depth, height, width] = shape;
    const pixels = height * width;
    const data = new Float32Array(classes.length * depth * pixels);
    let z = 0;
    signal?.throwIfAborted();
    for await (const probabilities of this.#run(volume, [height, width], subject)) {
      signal?.throwIfAborted();
      const placed = placeBackProbabilities(probabilities, classes.length, preparation, [height, width]);
      for (let k = 0; k < classes.length; k++) {
        data.set(placed.subarray(k * pixels, (k + 1) * pixels), (k * depth + z) * pixels);
      }
      z++;
      onSlice?.();
    }
    const placed: Volume = { data, shape: [classes.length, depth, height, width], geometry };
    return restoreOrientation(placed, volume.geometry);
  }

  /**
   * As `probabilities`, but one slice at a time, [classes, height, width] each, for scans that are stored in the orientation
   * that the model was trained in: its slices are then the scan's.
   *
   * @throws PatchclError as `segment`
   */
  async *probabilitySlices(volume: Volume, subject: string): AsyncGenerator<Float32Array> {
    const { preparation, classes } = this.info;
    const [, , height, width] = volume.shape;
    for await (const probabilities of this.#run(volume, [height, width], subject)) {
      yield placeBackProbabilities(probabilities, classes.length, preparation, [height, width]);
    }
  }

  /** Refuses, without the work, what cannot be segmented. @throws PatchclError as `segment` */
  check(volume: Volume, subject: string): void {
    this.#prepare(volume, subject);
  }

  /**
   * Probabilities of each prepared slice, in order of depth.
   *
   * @param native [height, width] of a slice in the orientation that the model was trained in
   */
  #run(volume: Volume, native: Size, subject: string): AsyncGenerator<Float32Array> {
    const { channels, preparation, classes } = this.info;
    const imageShape = [planesOf(preparation) * channels, preparation.size, preparation.size];
    const slices = withSize(this.#prepare(volume, subject), preparedSize(native, preparation));
    const run: RunNetwork = (images) => runBatches(this.#session, images, imageShape);
    const asked = this.#flips ? withFlips(run, preparation.size) : run;
    return runSlices(asked, slices, preparation, classes.length);
  }

  #prepare(volume: Volume, subject: string): Iterable<Float32Array> {
    const [channels] = volume.shape;
    if (channels !== this.info.channels) {
      const problem = `the image has ${channels} channel(s), the model was trained on images with ${this.info.channels}`;
      const hint = 'Save it in the colour format of the training images.';
      throw new PatchclError('bad-data', problem, { subject, hint });
    }
    try {
      return eachNetworkImage(volume, this.info.preparation, subject);
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

function* withSize(images: Iterable<Float32Array>, size: Size): Generator<PreparedSlice> {
  for (const image of images) yield { image, size };
}

/** The session of a model; what a runtime says of one that it cannot load lacks the file's name. */
async function loadNetwork(runtime: Runtime, model: Uint8Array, name: string): Promise<Session> {
  try {
    return await runtime.load(model);
  } catch (cause) {
    if (!(cause instanceof PatchclError) || cause.subject !== undefined) throw cause;
    const hint = 'If the file is damaged, copy it again, or write it anew with patchcl export.';
    throw new PatchclError(cause.code, cause.problem, { subject: name, hint, cause });
  }
}

/**
 * Runs a model once, on an empty image: what it claims of itself has to be true before scans are trusted to it.
 *
 * @throws PatchclError `bad-file`
 */
async function tryModel(session: Session, { channels, classes, preparation }: ModelInfo, name: string): Promise<void> {
  const { size } = preparation;
  const shape = [1, planesOf(preparation) * channels, size, size];
  const expected = [1, classes.length, size, size];
  const hint = 'Take a model.onnx that patchcl train or patchcl export has written.';
  let found: Values | undefined;
  try {
    found = (await session.run({ [IMAGE]: floats(new Float32Array(sizeOf(shape)), shape) }))[PROBABILITIES];
  } catch (cause) {
    const problem = `the model does not take an image of ${shape.join(' x ')}, as its metadata say`;
    throw new PatchclError('bad-file', problem, { subject: name, hint, cause });
  }
  if (found?.data instanceof Float32Array && found.shape.join() === expected.join()) return;
  const problem = `the model answers with ${found?.shape.join(' x ') ?? 'nothing'}, its metadata say ${expected.join(' x ')}`;
  throw new PatchclError('bad-file', problem, { subject: name, hint });
}

/** The most probable class of each voxel; of equally probable ones the first. */
export function mostProbable({ data, shape, geometry }: Volume): LabelVolume {
  const [classes, depth, height, width] = shape;
  const voxels = depth * height * width;
  const labels = new Uint8Array(voxels);
  const best = data.slice(0, voxels);
  for (let k = 1; k < classes; k++) {
    for (let i = 0; i < voxels; i++) {
      const value = data[k * voxels + i] as number;
      if (value <= (best[i] as number)) continue;
      best[i] = value;
      labels[i] = k;
    }
  }
  return { data: labels, shape: [depth, height, width], geometry };
}

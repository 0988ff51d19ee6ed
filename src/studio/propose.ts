import { orientationOf } from '../imaging/orientation.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Segmenter } from '../predict/segmenter.ts';
import type { Proposal } from './api/index.ts';
import { doubtOf, type PatchSums, patchSums } from './ranking/doubt.ts';

/** What a model makes of a scan. Everything is in the axes of the scan as it was given. */
export interface ProposedMask {
  /** [depth, height, width] */
  readonly mask: Uint8Array;
  /** [depth, classes, height, width]: 255 is certain. */
  readonly probabilities: Uint8Array;
  /** [depth, height, width]: entropy of the class probabilities, 255 is log(classes). */
  readonly entropy: Uint8Array;
  readonly doubt: number;
  readonly slices: Proposal['slices'];
}

/** Segments a scan and says how sure the model is of it. @param subject names the scan in messages */
export async function propose(segmenter: Segmenter, volume: Volume, subject: string): Promise<ProposedMask> {
  const classes = segmenter.info.classes.length;
  const [, depth, height, width] = volume.shape;
  const plane = height * width;
  const mask = new Uint8Array(depth * plane);
  const probabilities = new Uint8Array(depth * classes * plane);
  const entropy = new Uint8Array(depth * plane);
  const doubts: number[] = [];
  const allSums: PatchSums[] = [];
  for await (const slice of slicesOf(segmenter, volume, subject)) {
    const z = doubts.length;
    mostProbable(slice, classes, mask.subarray(z * plane, (z + 1) * plane));
    entropyOf(slice, classes, entropy.subarray(z * plane, (z + 1) * plane));
    const bytes = probabilities.subarray(z * classes * plane, (z + 1) * classes * plane);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(255 * (slice[i] as number));
    const sums = patchSums(slice, classes, [height, width]);
    allSums.push(sums);
    doubts.push(doubtOf([sums]));
  }
  const found: LabelVolume = { data: mask, shape: [depth, height, width], geometry: volume.geometry };
  const { data: kept } = segmenter.cleaned(found);
  const slices = doubts.map((doubt, z) => {
    const own = kept.subarray(z * plane, (z + 1) * plane);
    return { doubt, foreground: own.reduce((count, label) => count + Number(label > 0), 0) };
  });
  return { mask: kept, probabilities, entropy, slices, doubt: doubtOf(allSums) };
}

/** Probabilities [classes, height, width] of each slice as the scan is stored. */
async function* slicesOf(segmenter: Segmenter, volume: Volume, subject: string): AsyncGenerator<Float32Array> {
  const { orientation } = segmenter.info.preparation;
  const { affine } = volume.geometry;
  if (orientation === undefined || affine === undefined || orientation === orientationOf(affine)) {
    yield* segmenter.probabilitySlices(volume, subject);
    return;
  }
  const { data, shape } = await segmenter.probabilities(volume, subject);
  const [classes, depth, height, width] = shape;
  const plane = height * width;
  for (let z = 0; z < depth; z++) {
    const slice = new Float32Array(classes * plane);
    for (let k = 0; k < classes; k++) {
      slice.set(data.subarray((k * depth + z) * plane, (k * depth + z + 1) * plane), k * plane);
    }
    yield slice;
  }
}

/** Of equally probable classes the first. */
function mostProbable(probabilities: Float32Array, classes: number, into: Uint8Array): void {
  const pixels = into.length;
  for (let i = 0; i < pixels; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if ((probabilities[k * pixels + i] as number) > (probabilities[best * pixels + i] as number)) best = k;
    }
    into[i] = best;
  }
}

function entropyOf(probabilities: Float32Array, classes: number, into: Uint8Array): void {
  const pixels = into.length;
  const scale = 255 / Math.log(classes);
  for (let i = 0; i < pixels; i++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[k * pixels + i] as number;
      if (p > 0) sum -= p * Math.log(p);
    }
    into[i] = Math.round(Math.min(255, Math.max(0, sum * scale)));
  }
}

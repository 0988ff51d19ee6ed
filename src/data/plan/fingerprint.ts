import { median } from '../../core/median.ts';
import { type Orientation, reorient } from '../../imaging/orientation.ts';
import type { Volume } from '../../imaging/volume.ts';
import type { Case } from '../dataset.ts';
import { percentiles } from '../percentiles.ts';
import { readCase } from '../read-case.ts';
import { LieTally } from './lie-alike.ts';
import { type ChannelMeasures, foregroundSample, measureChannels } from './measure.ts';
import { PartsTally, type SingleParts } from './single-parts.ts';

/** What a plan is made from: facts about training images, and about the masks of labelled ones. */
export interface Fingerprint {
  /** Scans looked at, and how many of them with their masks. */
  readonly scans: number;
  readonly annotated: number;
  readonly channels: number;
  /** Median [height, width] of the slices, pixels. */
  readonly slice: readonly [number, number];
  /** Whether all intensities lie in [0, 1] and are not just 0 and 1. */
  readonly isUnit: boolean;
  /** Whether intensities look like Hounsfield units: one channel of whole numbers with air at -1000. */
  readonly isHounsfield: boolean;
  /** Percentiles 0.5 and 99.5 of the first channel's foreground over all scans; absent without foreground. */
  readonly foreground?: readonly [number, number];
  readonly singleParts: SingleParts;
  /** Whether labelled masks say that scans lie alike in the plane of their slices. */
  readonly lieAlike: boolean;
  /** Whether there are slices beside each other, which single pictures have not. */
  readonly hasNeighbours: boolean;
}

/** Air in Hounsfield units is -1000, noise and rounding included, and every scan of a body has some, or at least lung. */
const AIR = -500;
const SOFT_TISSUE = 20;

/**
 * Reads some training scans, one at a time, and says what they are like. Masks are read of cases that have a `label`, so
 * unlabelled cases must come without.
 *
 * @param orientation that of the slices; undefined for slices as stored
 * @throws PatchclError naming a file that cannot be read.
 */
export async function fingerprintOf(cases: readonly Case[], orientation?: Orientation): Promise<Fingerprint> {
  const channels: ChannelMeasures[][] = [];
  const slices: (readonly [number, number])[] = [];
  const foreground: Float32Array[] = [];
  const parts = new PartsTally();
  const lies = new LieTally();
  let hasNeighbours = false;
  for (const item of cases) {
    const { image, label } = await readCase(item, 256);
    channels.push(measureChannels(image));
    const turned = orientation === undefined ? image : reorient(image, orientation);
    hasNeighbours ||= turned.shape[1] > 1 || item.neighbour !== undefined;
    slices.push([turned.shape[2], turned.shape[3]]);
    if (label === undefined) continue;
    foreground.push(foregroundSample(image, label));
    const mask = orientation === undefined ? label : reorient(label, orientation);
    parts.add(mask, item.labelledSlices === undefined);
    lies.add(item.patient, mask);
  }
  const bounds = foregroundBounds(foreground);
  return {
    scans: cases.length,
    annotated: foreground.length,
    channels: channels[0]?.length ?? 1,
    slice: [median(slices.map(([height]) => height)), median(slices.map(([, width]) => width))],
    isUnit:
      channels.flat().every(({ min, max }) => min >= 0 && max <= 1) && channels.flat().some(({ whole }) => !whole),
    isHounsfield: looksLikeHounsfield(channels),
    ...(bounds === undefined ? {} : { foreground: bounds }),
    singleParts: parts.result(),
    lieAlike: lies.result(),
    hasNeighbours,
  };
}

/** Whether the intensities of a scan look like Hounsfield units, which its file need not say. */
export function isLikeHounsfield(image: Volume): boolean {
  return looksLikeHounsfield([measureChannels(image)]);
}

function looksLikeHounsfield(scans: readonly (readonly ChannelMeasures[])[]): boolean {
  if (scans.some((channels) => channels.length !== 1)) return false;
  const [mins, highs] = [scans.map(([only]) => only?.min ?? 0), scans.map(([only]) => only?.high ?? 0)];
  return median(mins) <= AIR && median(highs) >= SOFT_TISSUE && scans.every(([only]) => only?.whole === true);
}

function foregroundBounds(samples: readonly Float32Array[]): readonly [number, number] | undefined {
  const [low, high] = percentiles(samples, [0.5, 99.5]) as [number, number];
  return Number.isNaN(low) ? undefined : [low, high];
}

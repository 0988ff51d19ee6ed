import { spread } from '../../core/spread.ts';
import type { Orientation } from '../../imaging/orientation.ts';
import { foregroundCrop } from '../auto-crop.ts';
import type { Dataset, Split } from '../dataset.ts';
import type { Normalisation } from '../normalise.ts';
import { makePreparation, type Preparation } from '../preparation.ts';
import { slicingOfCases } from '../slicing.ts';
import { needsTiles } from '../tiles/needs-tiles.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import type { SingleParts } from './single-parts.ts';
import { networkWidths } from './widths.ts';

/** What a person asks for; `auto`, or nothing, leaves it to the plan. */
export interface PlanRequest {
  readonly size: number | 'auto';
  readonly crop: number | 'auto';
  readonly orientation: Orientation | 'auto' | 'stored';
  readonly normalise?: Normalisation['normalise'] | undefined;
  readonly window?: readonly [number, number] | undefined;
  readonly fit?: Preparation['fit'] | undefined;
  /** Neighbouring slices on each side that the network sees too. */
  readonly context: number;
  readonly tiles: 'auto' | 'on' | 'off';
  /** Pixels of a tile per pixel of the picture. */
  readonly tileScale: number;
  readonly widths: readonly number[] | 'auto';
  /** Most pixels per side that `size: 'auto'` chooses. */
  readonly largest: number;
  /** Most levels that `widths: 'auto'` chooses. */
  readonly levels: number;
  /** Whether segmented scans keep only the largest part of each class. */
  readonly largestParts: 'auto' | 'on' | 'off';
  /** Share of the training images that are mirrored and turned by quarters. */
  readonly turned: number | 'auto';
  /** How much smaller the network's first level is than the image: 1 or 2. */
  readonly stemStride: number;
}

/** How scans are prepared and how wide the network is. */
export interface DataPlan {
  readonly preparation: Preparation;
  readonly widths: readonly number[];
  readonly singleParts: SingleParts;
  /** Share of the training images that are mirrored and turned by quarters. */
  readonly turned: number;
  /** Why, in a few words, for what was not asked for. */
  readonly reasons: Readonly<
    Partial<
      Record<
        'size' | 'crop' | 'orientation' | 'normalise' | 'context' | 'tiles' | 'widths' | 'parts' | 'turned',
        string
      >
    >
  >;
}

/** Scans looked at of each kind: more would change little and cost time before training starts. */
const LABELLED_SCANS = 64;
const UNLABELLED_SCANS = 32;

/** Of images of scans that lie alike: most are seen as they lie, and some else, for the patient who lies otherwise. */
const TURNED_IF_ALIKE = 0.25;
/** Tiles show pictures as fine at any size. */
const LARGEST_TILE = 96;
const SMALLEST = 32;
/** What the network halves four times, and what the patches of the contrast need. */
const SIZE_STEP = 16;
/** Of neighbouring tiles at prediction. More costs time in proportion and changes little, since tiles are blended softly. */
const TILE_OVERLAP = 0.25;

/**
 * Chooses what a person has left open from the training scans: from the images of labelled and unlabelled ones, from the
 * masks of labelled ones alone. SSL4MIS data is taken as its authors have normalised it.
 *
 * @throws PatchclError `bad-config` for values out of range; what reading throws.
 */
export async function planData(
  dataset: Pick<Dataset, 'layout' | 'channels'>,
  split: Pick<Split, 'labelled' | 'unlabelled'>,
  request: PlanRequest,
): Promise<DataPlan> {
  const orientation = await orientationOf(split, request.orientation);
  const crop = request.crop === 'auto' ? await foregroundCrop(split.labelled, orientation) : request.crop;
  const cases = [...spread(split.labelled, LABELLED_SCANS), ...spread(split.unlabelled, UNLABELLED_SCANS)];
  const fingerprint = await fingerprintOf(cases, orientation);
  const wholeSize = request.size === 'auto' ? sizeFor(fingerprint, crop, request.largest) : request.size;
  const context = fingerprint.hasNeighbours ? request.context : 0;
  const intensities = intensitiesFor(dataset, fingerprint, request);
  const whole = makePreparation(dataset.layout, {
    size: wholeSize,
    crop,
    context,
    ...intensities.normalisation,
    ...(request.fit === undefined ? {} : { fit: request.fit }),
    ...(orientation === undefined ? {} : { orientation }),
  });
  const tileSize = request.size === 'auto' ? Math.min(LARGEST_TILE, wholeSize) : wholeSize;
  const tiled =
    request.tiles === 'auto' ? await needsTiles(split.labelled, { ...whole, size: tileSize }) : request.tiles === 'on';
  const size = tiled ? tileSize : wholeSize;
  const [height, width] = fingerprint.slice;
  const isAuto = (name: 'size' | 'crop' | 'orientation' | 'tiles' | 'widths') => request[name] === 'auto';
  return {
    preparation: tiled ? { ...whole, size, tiles: { scale: request.tileScale, overlap: TILE_OVERLAP } } : whole,
    widths: request.widths === 'auto' ? networkWidths(size, request.stemStride, request.levels) : request.widths,
    singleParts: fingerprint.singleParts,
    turned: request.turned === 'auto' ? (fingerprint.lieAlike ? TURNED_IF_ALIKE : 1) : request.turned,
    reasons: {
      ...(isAuto('size') ? { size: `slices have ${height} x ${width} pixels` } : {}),
      ...(isAuto('crop') ? { crop: 'holds the foreground of all labelled masks with 15 % to spare' } : {}),
      ...(isAuto('orientation') ? { orientation: orientationReason(orientation) } : {}),
      ...(intensities.reason === undefined ? {} : { normalise: intensities.reason }),
      ...(context < request.context ? { context: 'single pictures have no neighbouring slices' } : {}),
      ...(request.largestParts === 'auto' && fingerprint.singleParts.inScans.length > 0
        ? { parts: 'labelled masks have no second one' }
        : {}),
      ...(request.turned === 'auto' ? { turned: turnedReason(fingerprint.lieAlike) } : {}),
      ...(isAuto('tiles') && tiled ? { tiles: 'small things in large pictures' } : {}),
      ...(isAuto('widths') ? { widths: `as many levels as ${size} pixels can be halved` } : {}),
    },
  };
}

function turnedReason(lieAlike: boolean): string {
  return lieAlike ? 'labelled masks lie alike' : 'labelled masks do not show that scans lie alike';
}

async function orientationOf({ labelled }: Pick<Split, 'labelled'>, asked: PlanRequest['orientation']) {
  if (asked === 'auto') return slicingOfCases(labelled);
  return asked === 'stored' ? undefined : asked;
}

function orientationReason(orientation: Orientation | undefined): string {
  return orientation === undefined
    ? 'as stored, files do not say how they lie'
    : 'that of most scans, slices across the coarsest spacing if there is one';
}

/** The longer side of what is kept of a slice, as far as that is affordable. */
function sizeFor({ slice }: Fingerprint, crop: number, largest: number): number {
  const side = Math.ceil((Math.max(...slice) * crop) / SIZE_STEP) * SIZE_STEP;
  return Math.min(largest, Math.max(SMALLEST, side));
}

interface Intensities {
  readonly normalisation: Pick<Normalisation, 'normalise'> & Partial<Normalisation>;
  /** Absent when the person has chosen. */
  readonly reason?: string;
}

function intensitiesFor(
  { layout, channels }: Pick<Dataset, 'layout' | 'channels'>,
  fingerprint: Fingerprint,
  { normalise, window }: PlanRequest,
): Intensities {
  if (normalise !== undefined && normalise !== 'window') return { normalisation: { normalise } };
  if (window !== undefined) return { normalisation: { normalise: 'window', window } };
  const fromForeground = fingerprint.foreground ?? [Number.NaN, Number.NaN];
  const scans = `foreground of ${fingerprint.annotated} labelled scans`;
  if (normalise === 'window') {
    return { normalisation: { normalise, window: fromForeground }, reason: `percentiles of the ${scans}` };
  }
  if (layout === 'ssl4mis') return { normalisation: { normalise: 'unit' }, reason: 'SSL4MIS data is normalised' };
  const isStated = channels?.length === 1 && channels[0]?.toUpperCase() === 'CT';
  if ((isStated || fingerprint.isHounsfield) && fromForeground[0] < fromForeground[1]) {
    const why = isStated ? 'dataset.json says CT' : 'intensities look like Hounsfield units';
    return { normalisation: { normalise: 'window', window: fromForeground }, reason: `${why}; ${scans}` };
  }
  if (fingerprint.isUnit) return { normalisation: { normalise: 'unit' }, reason: 'all intensities lie in [0, 1]' };
  return { normalisation: { normalise: 'percentile' }, reason: 'each volume and channel by itself' };
}

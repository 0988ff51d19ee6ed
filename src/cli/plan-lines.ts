import type { DataPlan } from '../data/plan/plan.ts';

export interface ShownPlan extends Pick<DataPlan, 'preparation' | 'widths'> {
  readonly reasons: Readonly<Record<string, string>>;
  /** Names of the classes of which a segmented scan keeps only the largest part. */
  readonly cleaned: readonly string[];
  /** Share of the training images that are mirrored and turned by quarters. */
  readonly turned?: number | undefined;
}

/** How scans are prepared and what the network is like, one line each, with the reason where the plan has chosen. */
export function planLines({ preparation, widths, reasons, cleaned, turned }: ShownPlan): string[] {
  const { size, crop, orientation, normalise, percentiles, window, fit, tiles, context = 0 } = preparation;
  const intensities = {
    unit: 'as they are',
    percentile: `percentiles ${percentiles.join(' and ')} become 0 and 1`,
    zscore: 'mean and standard deviation of each volume',
    window: `${window?.map(rounded).join(' and ')} become 0 and 1`,
  };
  const rows: readonly (readonly [name: string, value: string, reason: string | undefined])[] = [
    ['image size', `${size} x ${size} pixels${tiles ? ', tiles' : fit === 'pad' ? ', padded' : ''}`, reasons.size],
    ...(tiles ? [['tiles', `${tiles.scale} pixels per pixel of the picture`, reasons.tiles] as const] : []),
    ['crop', crop === 1 ? 'none' : `${crop} of each side around the centre`, reasons.crop],
    ['slices', orientation === undefined ? 'as stored' : `along ${orientation}`, reasons.orientation],
    ...(context > 0 || reasons.context
      ? [['neighbours', context === 0 ? 'none' : `${context} on each side are seen too`, reasons.context] as const]
      : []),
    ['intensities', `${normalise}: ${intensities[normalise]}`, reasons.normalise],
    ...(turned !== undefined && reasons.turned
      ? [
          [
            'turned',
            `${turned === 1 ? 'all' : `${100 * turned} %`} of the images, and mirrored`,
            reasons.turned,
          ] as const,
        ]
      : []),
    ['network', `channels ${widths.join(', ')}`, reasons.widths],
    ...(cleaned.length > 0
      ? [['masks', `only the largest part of ${cleaned.join(', ')}`, reasons.parts] as const]
      : []),
  ];
  return rows.map(([name, value, reason]) => `${`${name}:`.padEnd(13)} ${value}${reason ? ` (${reason})` : ''}`);
}

/** A number with at most four digits that say something. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Kinds of what is worth a second look, with what they mean. */
export const SUSPICIONS = {
  layout: 'files that do not fit together',
  patients: 'whose scans these are is in doubt',
  unreadable: 'files that cannot be read',
  note: 'what was odd when files were listed and read',
  size: 'masks of another size than their image',
  geometry: 'masks that do not lie on their image in the world',
  labels: 'label values that fit no class',
  palette: 'masks whose colour palettes do not agree',
  unused: 'classes that no mask has',
  empty: 'masks without foreground',
  duplicate: 'scans with the same content',
  constant: 'scans or channels of one intensity',
  'not-finite': 'scans with values that are not numbers',
  channels: 'scans with another number of channels than most',
  frames: 'scans of several volumes, of which one is used',
  'single-slice': 'scans of one slice among volumes',
} as const;

export type SuspicionKind = keyof typeof SUSPICIONS;

/** Something about a data set that a person should look at. */
export interface Suspicion {
  readonly kind: SuspicionKind;
  /** The file or case. */
  readonly subject: string;
  /** One sentence. */
  readonly problem: string;
}

/** What is told of a scan of several volumes. */
export function oneFrameOf(frames: number): string {
  return `4-D, only frame 1 of ${frames} is used`;
}

/** Red, green, blue in 0..255. */
export type Rgb = readonly [number, number, number];

/**
 * Class colours by label value; 0 is background and is never drawn. They stay apart for the common forms of colour blindness
 * (M. Okabe and K. Ito, "Color Universal Design", 2008), ordered so that neighbours differ in lightness too.
 */
const CLASS_COLOURS: readonly Rgb[] = [
  [86, 180, 233],
  [230, 159, 0],
  [204, 121, 167],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [0, 114, 178],
];

/** Colour of a class; with more classes than colours they repeat. */
export function classColour(label: number): Rgb {
  return label <= 0 ? [128, 128, 128] : (CLASS_COLOURS[(label - 1) % CLASS_COLOURS.length] as Rgb);
}

/** What a patch is to the contrastive loss. */
export type PatchRole = 'anchor' | 'positive' | 'negative';

export const ROLE_COLOURS: Readonly<Record<PatchRole, Rgb>> = {
  anchor: [240, 228, 66],
  positive: [86, 180, 233],
  negative: [255, 122, 60],
};

/** Evenly spaced colours of matplotlib's viridis, whose lightness grows evenly; straight lines between them look the same. */
export const VIRIDIS_STOPS: readonly Rgb[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Viridis colour of a share in 0..1; shares outside are clamped. */
export function viridis(share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS_STOPS.length - 1);
  const stop = Math.min(VIRIDIS_STOPS.length - 2, Math.floor(at));
  return blend(VIRIDIS_STOPS[stop] as Rgb, VIRIDIS_STOPS[stop + 1] as Rgb, at - stop);
}

/** Between `from` (weight 0) and `to` (weight 1). */
export function blend(from: Rgb, to: Rgb, weight: number): Rgb {
  const mixed = from.map((value, channel) => Math.round(value + ((to[channel] as number) - value) * weight));
  return mixed as unknown as Rgb;
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

import { IGNORED } from '../../imaging/volume.ts';
import { classColour, type Rgb } from '../../report/colours.ts';
import type { StudioClass } from '../../studio/api/index.ts';

/** The classes of a project as they are painted. */
export interface Palette {
  readonly classes: readonly StudioClass[];
  /** Colour of a label value. */
  colour(value: number): Rgb;
  /** Whether it is painted: hidden classes and removed ones are not. */
  isShown(value: number): boolean;
  /** Label values that drawing leaves as they are. */
  readonly locked: ReadonlySet<number>;
}

/** Of pixels that nobody has annotated. */
const GREY: Rgb = [128, 128, 128];

export function paletteOf(classes: readonly StudioClass[]): Palette {
  const byValue = new Map(classes.map((one) => [one.value, one]));
  return {
    classes,
    colour: (value) => (value === IGNORED ? GREY : (rgbOf(byValue.get(value)?.colour) ?? classColour(value))),
    isShown: (value) => value > 0 && byValue.get(value)?.isHidden !== true,
    // What cannot be seen must not be drawn over either.
    locked: new Set(classes.filter(({ isLocked, isHidden }) => isLocked || isHidden).map(({ value }) => value)),
  };
}

function rgbOf(hex: string | undefined): Rgb | undefined {
  if (hex === undefined) return undefined;
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return [red ?? 0, green ?? 0, blue ?? 0];
}

import type { LabelVolume } from '../imaging/volume.ts';

type Mask = Pick<LabelVolume, 'palette' | 'hasGreyPalette'>;

/** Watches whether masks of one set mean the same by the indices of their colour palettes. */
export class Palettes {
  /** Colours by class index, and classes by colour, with the file that said so first. */
  readonly #colours = new Map<string, { readonly colour: string; readonly subject: string }>();
  readonly #classes = new Map<string, { readonly index: string; readonly subject: string }>();

  /** The first mask with a palette of colours, and the first with one of greys. */
  readonly #kinds = new Map<'colours' | 'greys', string>();

  /** @returns what does not agree with the masks before, if anything: a sentence without the final stop */
  add(subject: string, mask: Mask): string | undefined {
    let problem = this.#mixture(subject, mask);
    for (const [index, colour] of Object.entries(mask.palette ?? {})) {
      const before = this.#colours.get(index);
      const same = this.#classes.get(colour);
      if (before !== undefined && before.colour !== colour) {
        problem ??= `its palette shows class ${index} in ${colour}, that of ${before.subject} in ${before.colour}; palette indices are taken as classes, so they may be exchanged`;
      } else if (same !== undefined && same.index !== index) {
        problem ??= `its palette shows class ${index} in ${colour}, which is class ${same.index} in ${same.subject}; palette indices are taken as classes, so they may be exchanged`;
      }
      if (before === undefined) this.#colours.set(index, { colour, subject });
      if (same === undefined) this.#classes.set(colour, { index, subject });
    }
    return problem;
  }

  /** Of a palette of greys the greys are the classes, of one of colours the indices: in one set the two rarely mean the same. */
  #mixture(subject: string, { palette, hasGreyPalette }: Mask): string | undefined {
    if (palette === undefined && hasGreyPalette === undefined) return undefined;
    const [kind, other] = hasGreyPalette ? (['greys', 'colours'] as const) : (['colours', 'greys'] as const);
    if (!this.#kinds.has(kind)) this.#kinds.set(kind, subject);
    const before = this.#kinds.get(other);
    if (before === undefined) return undefined;
    const how = hasGreyPalette
      ? 'its grey values are taken as classes, of that one the indices'
      : 'its indices are taken as classes, of that one the grey values';
    return `its palette has ${kind}, that of ${before} has ${other}; ${how}, so classes may be exchanged`;
  }
}

import type { LabelVolume } from '../imaging/volume.ts';

type Palette = NonNullable<LabelVolume['palette']>;

/** Watches whether masks of one set mean the same by the indices of their colour palettes. */
export class Palettes {
  /** Colours by class index, and classes by colour, with the file that said so first. */
  readonly #colours = new Map<string, { readonly colour: string; readonly subject: string }>();
  readonly #classes = new Map<string, { readonly index: string; readonly subject: string }>();

  /** @returns what does not agree with the masks before, if anything: a sentence without the final stop */
  add(subject: string, palette: Palette | undefined): string | undefined {
    let problem: string | undefined;
    for (const [index, colour] of Object.entries(palette ?? {})) {
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
}

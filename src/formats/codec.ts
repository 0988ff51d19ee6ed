import type { LabelVolume, Volume } from '../imaging/volume.ts';

/** What a reader may be asked for beyond the file itself. */
export interface ReadOptions {
  /** Which volume of a file that holds several over time, default 0; `'all'` gives them as channels. */
  readonly frame?: number | 'all';
  /** Gives another file of the same folder by its name, for formats whose voxels lie beside their header. */
  readonly readBeside?: (name: string) => Promise<Uint8Array>;
}

/** What a reader of masks may be asked for beyond the file itself. */
export interface LabelOptions {
  /**
   * Class index of each colour, as the number 0xRRGGBB, for masks that are drawn in colours: a colour picture, or one with a
   * palette, is then read by its colours, and a colour that is not listed is an error. Grey masks are read as ever.
   */
  readonly colours?: ReadonlyMap<number, number>;
  /** As in `ReadOptions`. */
  readonly readBeside?: (name: string) => Promise<Uint8Array>;
}

/** Reads one file format. `name` is for error messages. */
export interface Codec {
  readonly readVolume: (bytes: Uint8Array, name: string, options: ReadOptions) => Promise<Volume>;
  readonly readLabels: (bytes: Uint8Array, name: string, options: LabelOptions) => Promise<LabelVolume>;
}

/** How a format is recognised, and how its codec is loaded when a file of it first turns up. */
export interface Format {
  readonly name: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whether files hold 3D scans (or slices of them) rather than single pictures. */
  readonly isVolume: boolean;
  /** Whether the bytes begin like this format. */
  readonly matches: (bytes: Uint8Array) => boolean;
  readonly load: () => Promise<Codec>;
}

import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { LabelOptions } from '../codec.ts';
import { labelsOfPalette, pictureOfPalette } from '../palette.ts';
import { decodeGif } from './decode.ts';

/**
 * Reads the first picture of a GIF: one channel where its palette is grey, else red, green and blue.
 *
 * @returns [channels, 1, height, width], 0 to 255; a note tells of further pictures.
 * @throws PatchclError `bad-file` when the file is damaged or cut off.
 */
export function readGif(bytes: Uint8Array, name: string): Volume {
  const { height, width, indices, palette, count } = decodeGif(bytes, name);
  return { ...pictureOfPalette(indices, palette, [1, height, width], name), ...notesOf(count) };
}

/** Reads a mask, as `labelsOfPalette` says. @returns [1, height, width]. @throws PatchclError as that does, and `readGif`. */
export function readGifLabels(bytes: Uint8Array, name: string, options: LabelOptions = {}): LabelVolume {
  const { height, width, indices, palette, count } = decodeGif(bytes, name);
  return { ...labelsOfPalette(indices, palette, [1, height, width], name, options), ...notesOf(count) };
}

function notesOf(count: number): { notes?: readonly string[] } {
  return count === 1 ? {} : { notes: [`it holds ${count} pictures, of which the first is read`] };
}

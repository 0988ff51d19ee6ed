import { HEADER_BYTES, parseHeader } from './header.ts';
import { niftiHead } from './nifti.ts';

/** As many bytes of a file, gzipped or not, as hold its header. */
export const NIFTI_START = 8 * HEADER_BYTES;

/**
 * The size of a NIfTI file's first volume, from its header alone.
 *
 * @param start the first `NIFTI_START` bytes of the file
 * @returns [depth, height, width], and how many volumes there are; undefined when this is no NIfTI file
 */
export function niftiExtent(
  start: Uint8Array,
  name: string,
): { readonly extent: readonly [number, number, number]; readonly frames: number } | undefined {
  try {
    const [width = 1, height = 1, depth = 1, ...rest] = parseHeader(niftiHead(start, name), name).dims;
    return { extent: [depth, height, width], frames: rest.reduce((product, length) => product * length, 1) };
  } catch {
    // Whoever reads it says what is wrong.
    return undefined;
  }
}

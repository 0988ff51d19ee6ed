import { inflateHead, isGzip } from './gzip.ts';

/** Free texts of a NIfTI-1 header by their names, with place and length in bytes (nifti1.h); NIfTI-2 has all but two (nifti2.h). */
const NIFTI_1: Readonly<Record<string, readonly [at: number, length: number]>> = {
  db_name: [14, 18],
  descrip: [148, 80],
  aux_file: [228, 24],
  intent_name: [328, 16],
};
const NIFTI_2: typeof NIFTI_1 = { descrip: [240, 80], aux_file: [320, 24], intent_name: [508, 16] };

/** Bytes that hold the header of an ordinary file. */
export const HEADER_START = 1 << 12;

/** Keys of NRRD that hold numbers or words of the format, whatever their number: those of segments in 3D Slicer. */
const OF_SEGMENTS = /^Segment(ation|\d+)_/;

/** Programs leave their own name there, and nothing else. */
const OF_PROGRAMS = /^(nibabel|ITK|SPM\w*|FSL[\d.]*|FreeSurfer\b.*|patchcl|Time=\d.*)?$/i;

/**
 * Which free texts a volume's header holds, in which people and programs write what they like; what programs call themselves left out.
 *
 * @param start the first `HEADER_START` bytes of a NIfTI or NRRD file
 * @returns names of the fields, each once; empty for other files
 */
export function headerTexts(start: Uint8Array, name: string): string[] {
  const bytes = isGzip(start) ? inflateHead(start, name, HEADER_START) : start;
  if (/\.nii(\.gz)?$/i.test(name)) return niftiTexts(bytes);
  return /\.(nrrd|nhdr)$/i.test(name) ? nrrdTexts(bytes) : [];
}

function niftiTexts(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) return [];
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  const fields = sizes.includes(348) ? NIFTI_1 : sizes.includes(540) ? NIFTI_2 : {};
  return Object.entries(fields).flatMap(([field, [at, length]]) => {
    const end = bytes.subarray(at, at + length).indexOf(0);
    const text = new TextDecoder('latin1').decode(bytes.subarray(at, at + (end < 0 ? length : end))).trim();
    return OF_PROGRAMS.test(text) ? [] : [field];
  });
}

function nrrdTexts(bytes: Uint8Array): string[] {
  const [header = ''] = new TextDecoder('latin1').decode(bytes).split(/\r?\n\r?\n/);
  const found = header.split(/\r?\n/).flatMap((line) => {
    const [, key = '', value = ''] = /^([^#:][^:]*):=(.*)$/.exec(line) ?? /^(content):\s*(.*)$/.exec(line) ?? [];
    return key === '' || value.trim() === '' || OF_SEGMENTS.test(key) ? [] : [key];
  });
  return [...new Set(found)];
}

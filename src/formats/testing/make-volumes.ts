import { concatBytes } from '../../core/bytes.ts';

/** A NRRD file of header lines and voxels as they are stored. */
export function makeNrrd(lines: readonly string[], voxels: Uint8Array): Uint8Array {
  return concatBytes([new TextEncoder().encode(`NRRD0005\n${lines.join('\n')}\n\n`), voxels]);
}

/** A MetaImage file of header lines and voxels as they are stored. */
export function makeMetaImage(lines: readonly string[], voxels: Uint8Array): Uint8Array {
  const header = ['ObjectType = Image', ...lines, 'ElementDataFile = LOCAL'];
  return concatBytes([new TextEncoder().encode(`${header.join('\n')}\n`), voxels]);
}

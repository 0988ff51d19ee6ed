import { damaged, foreign, unsupported } from '../damaged.ts';

/** The fields of a NIfTI header that say where the voxels are and what they mean. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Extents along i, j, k and up to four further axes; 1 for axes the file does not use. */
  readonly dims: readonly number[];
  /** NIfTI's code, e.g. 16 for float32. */
  readonly datatype: number;
  /** Where the voxels begin, in bytes. */
  readonly dataOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly orientation: NiftiOrientation;
  readonly remarks: NiftiRemarks;
}

/** What else a header tells about an acquisition, as stored. Its free texts are left where they are: they may name a person. */
export interface NiftiRemarks {
  /** dim_info: which axes are those of frequency, phase and slices. */
  readonly dimInfo: number;
}

/** Everything that places voxels in the world, as stored. */
export interface NiftiOrientation {
  /** qfac, then the spacing along i, j, k. */
  readonly pixdim: readonly number[];
  /** Code of the spatial unit: 0 unknown, 1 metre, 2 millimetre, 3 micrometre. */
  readonly unit: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** quatern_b, c, d and qoffset_x, y, z. */
  readonly qform: readonly number[];
  /** srow_x, srow_y, srow_z: the first three rows of the matrix. */
  readonly sform: readonly number[];
}

/** Byte offsets of the fields; `wide` headers have 64-bit numbers where NIfTI-1 has 16- and 32-bit ones. */
interface Layout {
  readonly version: 1 | 2;
  readonly wide: boolean;
  readonly size: number;
  readonly magic: number;
  readonly datatype: number;
  readonly dim: number;
  readonly pixdim: number;
  readonly dataOffset: number;
  readonly slope: number;
  readonly unit: number;
  readonly formCodes: number;
  readonly qform: number;
  readonly sform: number;
  readonly dimInfo: number;
}

// nifti1.h and nifti2.h of the NIfTI data format working group, https://nifti.nimh.nih.gov
// biome-ignore format: a table
const LAYOUTS: readonly Layout[] = [
  { version: 1, wide: false, size: 348, magic: 344, datatype: 70, dim: 40, pixdim: 76, dataOffset: 108, slope: 112, unit: 123, formCodes: 252, qform: 256, sform: 280, dimInfo: 39 },
  { version: 2, wide: true, size: 540, magic: 4, datatype: 12, dim: 16, pixdim: 104, dataOffset: 168, slope: 176, unit: 500, formCodes: 344, qform: 352, sform: 400, dimInfo: 524 },
];

/** As many bytes of a file as hold any header and its extension flag. */
export const HEADER_BYTES = 544;

/**
 * Reads a header.
 *
 * @param bytes the start of an uncompressed file, `HEADER_BYTES` or more where the file has them.
 * @throws PatchclError `bad-file` when there is no NIfTI header, `unsupported` for the header of an .hdr/.img pair.
 */
export function parseHeader(bytes: Uint8Array, name: string): NiftiHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = findLayout(view);
  if (found === undefined) throw foreign(name, 'NIfTI', ': it does not begin with a NIfTI-1 or NIfTI-2 header');
  const { layout, littleEndian } = found;
  if (bytes.length < layout.size) throw damaged(name, 'the file ends within its NIfTI header');
  const magic = String.fromCharCode(...bytes.subarray(layout.magic, layout.magic + 3));
  if (magic === 'ni1' || magic === 'ni2') {
    throw unsupported(
      name,
      'this is the header of a two-file NIfTI (.hdr and .img)',
      'Convert it to a single .nii file.',
    );
  }
  if (magic !== `n+${layout.version}`) throw foreign(name, 'NIfTI', ': its header lacks the mark n+1 or n+2');
  const fields = new Fields(view, layout, littleEndian);
  return {
    version: layout.version,
    littleEndian,
    dims: checkedDims(fields, name),
    datatype: view.getInt16(layout.datatype, littleEndian),
    // Some writers leave 0; voxels cannot lie within the header and its extension flag.
    dataOffset: Math.max(fields.offset(), layout.size + 4),
    slope: fields.reals(layout.slope, 2)[0] as number,
    intercept: fields.reals(layout.slope, 2)[1] as number,
    orientation: {
      pixdim: fields.reals(layout.pixdim, 4),
      unit: fields.unit(),
      qformCode: fields.code(0),
      sformCode: fields.code(1),
      qform: fields.reals(layout.qform, 6),
      sform: fields.reals(layout.sform, 12),
    },
    remarks: {
      dimInfo: view.getUint8(layout.dimInfo),
    },
  };
}

/** What a new file needs to say about itself. */
export interface NewHeader {
  readonly version: 1 | 2;
  /** Extents along i, j, k, ... */
  readonly dims: readonly number[];
  readonly datatype: number;
  readonly bitsPerVoxel: number;
  readonly orientation: NiftiOrientation;
  readonly remarks?: NiftiRemarks | undefined;
}

/** A little-endian header with an empty extension flag; the voxels follow right after it. */
export function buildHeader({ version, dims, datatype, bitsPerVoxel, orientation, remarks }: NewHeader): Uint8Array {
  const layout = LAYOUTS[version - 1] as Layout;
  const bytes = new Uint8Array(layout.size + 4);
  const view = new DataView(bytes.buffer);
  const fields = new Fields(view, layout, true);
  view.setInt32(0, layout.size, true);
  bytes.set(version === 1 ? [0x6e, 0x2b, 0x31, 0] : [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], layout.magic);
  view.setInt16(layout.datatype, datatype, true);
  view.setInt16(layout.datatype + 2, bitsPerVoxel, true);
  fields.setDims([dims.length, ...dims, ...Array(7 - dims.length).fill(1)]);
  fields.setReals(layout.pixdim, [...orientation.pixdim, 1, 1, 1, 1]);
  fields.setOffset(bytes.length);
  fields.setReals(layout.slope, [1, 0]);
  fields.setUnit(orientation.unit);
  fields.setCodes(orientation.qformCode, orientation.sformCode);
  fields.setReals(layout.qform, orientation.qform);
  fields.setReals(layout.sform, orientation.sform);
  bytes[layout.dimInfo] = remarks?.dimInfo ?? 0;
  return bytes;
}

function findLayout(view: DataView): { layout: Layout; littleEndian: boolean } | undefined {
  if (view.byteLength < 4) return undefined;
  for (const littleEndian of [true, false]) {
    const layout = LAYOUTS.find(({ size }) => size === view.getInt32(0, littleEndian));
    if (layout !== undefined) return { layout, littleEndian };
  }
  return undefined;
}

function checkedDims(fields: Fields, name: string): number[] {
  const [count, ...extents] = fields.dims() as [number, ...number[]];
  if (count < 1 || count > 7) throw damaged(name, `the NIfTI header claims ${count} dimensions, expected 1 to 7`);
  return extents.map((extent, axis) => {
    if (axis >= count) return 1;
    if (extent < 1) throw damaged(name, `the NIfTI header claims an extent of ${extent} along axis ${axis + 1}`);
    return extent;
  });
}

/** Reads and writes numbers of the width that the header's version has. */
class Fields {
  readonly #view: DataView;
  readonly #layout: Layout;
  readonly #little: boolean;

  constructor(view: DataView, layout: Layout, littleEndian: boolean) {
    this.#view = view;
    this.#layout = layout;
    this.#little = littleEndian;
  }

  reals(at: number, count: number): number[] {
    const { wide } = this.#layout;
    return Array.from({ length: count }, (_, i) =>
      wide ? this.#view.getFloat64(at + 8 * i, this.#little) : this.#view.getFloat32(at + 4 * i, this.#little),
    );
  }

  setReals(at: number, values: readonly number[]): void {
    values.forEach((value, i) => {
      if (this.#layout.wide) this.#view.setFloat64(at + 8 * i, value, true);
      else this.#view.setFloat32(at + 4 * i, value, true);
    });
  }

  dims(): number[] {
    const { wide, dim } = this.#layout;
    return Array.from({ length: 8 }, (_, i) =>
      wide ? Number(this.#view.getBigInt64(dim + 8 * i, this.#little)) : this.#view.getInt16(dim + 2 * i, this.#little),
    );
  }

  setDims(dims: readonly number[]): void {
    dims.forEach((extent, i) => {
      if (this.#layout.wide) this.#view.setBigInt64(this.#layout.dim + 8 * i, BigInt(extent), true);
      else this.#view.setInt16(this.#layout.dim + 2 * i, extent, true);
    });
  }

  offset(): number {
    const { wide, dataOffset } = this.#layout;
    const offset = wide
      ? Number(this.#view.getBigInt64(dataOffset, this.#little))
      : this.#view.getFloat32(dataOffset, this.#little);
    return Number.isFinite(offset) ? Math.round(offset) : 0;
  }

  setOffset(offset: number): void {
    if (this.#layout.wide) this.#view.setBigInt64(this.#layout.dataOffset, BigInt(offset), true);
    else this.#view.setFloat32(this.#layout.dataOffset, offset, true);
  }

  /** The low three bits; the others are the unit of time. */
  unit(): number {
    const { wide, unit } = this.#layout;
    return (wide ? this.#view.getInt32(unit, this.#little) : this.#view.getUint8(unit)) & 7;
  }

  setUnit(unit: number): void {
    if (this.#layout.wide) this.#view.setInt32(this.#layout.unit, unit, true);
    else this.#view.setUint8(this.#layout.unit, unit);
  }

  code(index: 0 | 1): number {
    const { wide, formCodes } = this.#layout;
    return wide
      ? this.#view.getInt32(formCodes + 4 * index, this.#little)
      : this.#view.getInt16(formCodes + 2 * index, this.#little);
  }

  setCodes(qform: number, sform: number): void {
    const { wide, formCodes } = this.#layout;
    [qform, sform].forEach((code, i) => {
      if (wide) this.#view.setInt32(formCodes + 4 * i, code, true);
      else this.#view.setInt16(formCodes + 2 * i, code, true);
    });
  }
}

import { gzipSync } from 'fflate';
import { PatchclError } from '../../core/errors.ts';
import { largestOf } from '../../core/lists.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { LabelOptions, ReadOptions } from '../codec.ts';
import { damaged, unsupported } from '../damaged.ts';
import { type Inflated, inflateHead, inflateRange, isGzip, MAX_DEFLATE_RATIO } from '../gzip.ts';
import { labelsOf, labelsOfClasses } from '../labels.ts';
import { geometryOf, orientationOf } from './geometry.ts';
import { buildHeader, HEADER_BYTES, type NewHeader, type NiftiHeader, parseHeader } from './header.ts';
import { decodeVoxels, NIFTI_TYPES, OTHER_TYPES } from './voxels.ts';

/**
 * Reads a NIfTI-1 or NIfTI-2 file, plain or gzipped, of any real or RGB(A) data type; intensities are scaled as the header
 * says, alpha is dropped.
 *
 * @param options.frame which volume of a 4-D file (further axes are counted through), default 0; `'all'` gives them as channels.
 * @returns [channels, depth = k, height = j, width = i]; `geometry.affine` maps (i, j, k, 1) to RAS+ millimetres.
 * @throws PatchclError `bad-file` when the file is damaged or cut off, `unsupported` for complex numbers or .hdr/.img pairs,
 *   `bad-usage` when there is no such frame.
 */
export async function readNifti(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<Volume> {
  const header = parseHeader(niftiHead(bytes, name), name);
  const type = NIFTI_TYPES.get(header.datatype);
  if (type === undefined) {
    const what = OTHER_TYPES.get(header.datatype) ?? 'of no known kind';
    throw unsupported(
      name,
      `NIfTI data type ${header.datatype} (${what}) is not read`,
      'Convert it to an integer or float type.',
    );
  }
  const [width, height, depth, ...rest] = header.dims as [number, number, number, ...number[]];
  const frames = rest.reduce((product, extent) => product * extent, 1);
  const [first, count] = frameRange(options.frame ?? 0, frames, name);
  const frameBytes = width * height * depth * type.channels * type.bytes;
  const range = [header.dataOffset + first * frameBytes, header.dataOffset + (first + count) * frameBytes] as const;
  const end = header.dataOffset + frames * frameBytes;
  const voxels = await sliceOf(bytes, name, range, end);
  const { geometry, notes: odd } = geometryOf(header.orientation);
  const notes = [...voxels.notes, ...odd];
  return {
    data: decodeVoxels(voxels.bytes, type, header.littleEndian, count, header),
    shape: [count * Math.min(type.channels, 3), depth, height, width],
    geometry,
    ...(options.frame === undefined && frames > 1 ? { frames } : {}),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/**
 * Reads a segmentation: class indices, several volumes that are one-hot classes, or colours where they are given.
 *
 * @throws PatchclError as `readNifti`, and `bad-file` when values are not integers 0 to 255.
 */
export async function readNiftiLabels(
  bytes: Uint8Array,
  name: string,
  options: LabelOptions = {},
): Promise<LabelVolume> {
  const { dims, datatype } = parseHeader(niftiHead(bytes, name), name);
  const volume = await readNifti(bytes, name, { frame: 'all' });
  const frames = dims.slice(3).reduce((product, extent) => product * extent, 1);
  const isColour = (NIFTI_TYPES.get(datatype)?.channels ?? 1) > 1;
  if (frames > 1 && !isColour) return labelsOfClasses(volume, name);
  return labelsOf(volume, name, options);
}

/** The part of a file that carries its geometry to `writeNifti`; small, so that the file itself need not be kept. */
export function niftiHead(bytes: Uint8Array, name: string): Uint8Array {
  return isGzip(bytes) ? inflateHead(bytes, name, HEADER_BYTES) : new Uint8Array(bytes.subarray(0, HEADER_BYTES));
}

/** How a file is written. */
export interface WriteNiftiOptions {
  /** Default true: the file is gzipped (`.nii.gz`). */
  readonly gzip?: boolean;
  /**
   * The file the scan was read from, or its `niftiHead`: orientation, spacing, unit and NIfTI version are taken from it bit for bit, so
   * that a prediction lies exactly on its scan in every viewer. Free texts, which may name a person, are not. By default they follow from the geometry.
   */
  readonly like?: Uint8Array;
  /** Intensities as 16-bit integers, half the size; they must be whole and fit. */
  readonly int16?: boolean;
}

/**
 * Writes a scan as float32 (several channels become frames of a 4-D file) or a segmentation as uint8.
 *
 * @throws PatchclError `bad-data` when `like` is a scan of another size, `bad-file` when it is not a NIfTI file.
 * @example
 * const scan = await readNifti(bytes, 'scan.nii.gz');
 * const labels: LabelVolume = segment(scan);
 * await files.write('scan_seg.nii.gz', writeNifti(labels, { like: bytes }));
 */
export function writeNifti(volume: Volume | LabelVolume, options: WriteNiftiOptions = {}): Uint8Array {
  const { gzip = true, like, int16 = false } = options;
  const spatial = volume.shape.slice(-3).reverse();
  const channels = volume.shape.length === 4 ? volume.shape[0] : 1;
  const dims = channels === 1 ? spatial : [...spatial, channels];
  const { version, orientation, remarks } = target(volume, spatial, like);
  const data = int16 && volume.data instanceof Float32Array ? new Int16Array(volume.data) : volume.data;
  const [datatype, bitsPerVoxel] =
    data instanceof Uint8Array ? [2, 8] : data instanceof Int16Array ? [4, 16] : [16, 32];
  const header = buildHeader({ version, dims, datatype, bitsPerVoxel, orientation, remarks });
  const file = new Uint8Array(header.length + data.byteLength);
  file.set(header);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return gzip ? gzipSync(file, { mtime: 0 }) : file;
}

function target(
  volume: Volume | LabelVolume,
  spatial: readonly number[],
  like: Uint8Array | undefined,
): Pick<NewHeader, 'version' | 'orientation' | 'remarks'> {
  if (like === undefined) {
    const isLarge = largestOf(volume.shape) > 32767;
    return { version: isLarge ? 2 : 1, orientation: orientationOf(volume.geometry) };
  }
  const header: NiftiHeader = parseHeader(niftiHead(like, 'like'), 'like');
  if (spatial.some((extent, axis) => extent !== header.dims[axis])) {
    throw new PatchclError(
      'bad-data',
      `a volume of ${spatial.join(' x ')} voxels cannot take the geometry of a scan of ${header.dims.slice(0, 3).join(' x ')}`,
      { hint: 'Resample it to the size of the scan first.' },
    );
  }
  return header;
}

function frameRange(frame: number | 'all', frames: number, name: string): readonly [first: number, count: number] {
  if (frame === 'all') return [0, frames];
  if (Number.isInteger(frame) && frame >= 0 && frame < frames) return [frame, 1];
  throw new PatchclError('bad-usage', `there is no frame ${frame}`, {
    subject: name,
    hint: `Choose one from 0 to ${frames - 1}.`,
  });
}

/** The bytes of a range of the (decompressed) file, refused before anything is allocated when the file cannot have them. */
async function sliceOf(
  bytes: Uint8Array,
  name: string,
  range: readonly [number, number],
  end: number,
): Promise<Inflated> {
  if (isGzip(bytes)) {
    if (end > bytes.length * MAX_DEFLATE_RATIO) {
      throw damaged(
        name,
        `the file ends early: its header claims ${end} bytes, more than ${bytes.length} can expand to`,
      );
    }
    return inflateRange(bytes, name, range, range[1] === end);
  }
  if (end > bytes.length) {
    throw damaged(name, `the file ends early: its header claims ${end} bytes but there are ${bytes.length}`);
  }
  // Not `slice`, which shares memory when the bytes are a Node Buffer.
  return { bytes: new Uint8Array(bytes.subarray(...range)), notes: [] };
}

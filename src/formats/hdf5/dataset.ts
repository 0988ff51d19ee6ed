import { PatchclError } from '../../core/errors.ts';
import { damaged, unfit, unsupported } from '../damaged.ts';
import { MAX_DEFLATE_RATIO } from '../gzip.ts';

type H5 = Awaited<typeof import('h5wasm')['ready']>;

/** One data set of an HDF5 file. */
export interface Hdf5Dataset {
  /** Extents, slowest axis first. */
  readonly shape: readonly number[];
  /** C-ordered, in the type of the file. */
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

const PATH = '/read.h5';
let loading: Promise<H5> | undefined;
/** The file that brought the library down, if one has. */
let crashed: string | undefined;

/**
 * Reads one data set and nothing else of an HDF5 file. The file is held in the library's memory only while this runs.
 *
 * @throws PatchclError `bad-file` when the file is damaged, cut off or lacks the data set, `unsupported` for other types than
 *   integers and floats.
 */
export async function readDataset(bytes: Uint8Array, name: string, dataset: string): Promise<Hdf5Dataset> {
  if (crashed !== undefined) {
    const problem = `the HDF5 library has crashed on ${crashed}, so it reads nothing more`;
    throw unsupported(name, problem, 'Start again without that file.');
  }
  loading ??= load();
  const h5 = await loading;
  h5.FS.writeFile(PATH, bytes);
  try {
    return readOpened(h5, bytes.length, name, dataset);
  } catch (cause) {
    if (cause instanceof PatchclError) throw cause;
    // The library's memory may be upset, and there is no second one: its package makes one for the whole program.
    if ((cause as Error).name === 'RuntimeError') crashed = name;
    throw damaged(name, `the HDF5 data set "${dataset}" cannot be read`, cause);
  } finally {
    h5.FS.unlink(PATH); // the file system is JavaScript, and outlives a crash
  }
}

/** The library reports through return values; what it also prints on standard error would only confuse. */
async function load(): Promise<H5> {
  const h5 = await (await import('h5wasm')).ready;
  const fs = h5.FS as H5['FS'] & { getStream(descriptor: number): FS.FSStream };
  fs.close(fs.getStream(2));
  fs.open('/dev/null', 'w'); // takes the lowest free descriptor, which is now 2
  return h5;
}

function readOpened(h5: H5, fileBytes: number, name: string, dataset: string): Hdf5Dataset {
  const file = h5.open(PATH, h5.H5F_ACC_RDONLY, false, -1, -1);
  if (file < 0n) throw damaged(name, 'this is not an HDF5 file, or it is cut off');
  try {
    if (h5.get_type(file, dataset) !== h5.H5G_DATASET) {
      throw unfit(name, `the HDF5 file has no data set "${dataset}"`, 'Store scans as "image" and masks as "label".');
    }
    return readValues(h5, file, fileBytes, name, dataset);
  } finally {
    h5.close_file(file);
  }
}

function readValues(h5: H5, file: bigint, fileBytes: number, name: string, dataset: string): Hdf5Dataset {
  const { type, size, signed, shape, total_size } = h5.get_dataset_metadata(file, dataset);
  const { H5T_FLOAT, H5T_INTEGER, H5T_ENUM } = h5.H5T_class_t;
  const makeArray = ARRAYS[`${type === H5T_FLOAT.value ? 'float' : signed ? 'int' : 'uint'}${8 * size}`];
  // Truth values are stored as names of integers.
  const isNumber = new Set<number>([H5T_FLOAT.value, H5T_INTEGER.value, H5T_ENUM.value]).has(type);
  checkFilters(h5, file, name, dataset);
  if (!isNumber || makeArray === undefined || shape === null) {
    throw unsupported(
      name,
      `the HDF5 data set "${dataset}" does not hold integers or floats`,
      'Store it as float32 or uint8.',
    );
  }
  const length = size * total_size;
  if (length > fileBytes * MAX_DEFLATE_RATIO) {
    throw damaged(name, `the HDF5 data set "${dataset}" claims ${length} bytes, more than the file can hold`);
  }
  const pointer = h5._malloc(length);
  if (pointer === 0)
    throw unsupported(name, `the HDF5 data set "${dataset}" is too large (${length} bytes)`, 'Split it.');
  try {
    const status = h5.get_dataset_data(file, dataset, null, null, null, BigInt(pointer));
    if (status < 0) throw damaged(name, `the HDF5 data set "${dataset}" is damaged`);
    return { shape, data: makeArray(h5.HEAPU8.slice(pointer, pointer + length).buffer as ArrayBuffer) };
  } finally {
    h5._free(pointer);
  }
}

/** Deflate, shuffle, checksums and packing, which the library has built in. */
const BUILT_IN_FILTERS = [1, 2, 3, 5, 6];

/** @throws PatchclError `unsupported` for a compression that the library lacks, by its name. */
function checkFilters(h5: H5, file: bigint, name: string, dataset: string): void {
  const other = h5.get_dataset_filters(file, dataset).find(({ id }) => !BUILT_IN_FILTERS.includes(id));
  if (other === undefined) return;
  const problem = `the HDF5 data set "${dataset}" is compressed by ${other.name || 'a filter'} (filter ${other.id}), which is not read`;
  throw unsupported(name, problem, 'Store it with gzip, for example by: h5repack -f GZIP=4 IN OUT.');
}

/** IEEE 754 numbers of 16 bits. */
function halfFloats(buffer: ArrayBuffer): Float32Array {
  const stored = new Uint16Array(buffer);
  const values = new Float32Array(stored.length);
  for (let i = 0; i < values.length; i++) {
    const bits = stored[i] as number;
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size =
      exponent === 31
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    values[i] = bits & 0x8000 ? -size : size;
  }
  return values;
}

const ARRAYS: Readonly<Record<string, ((buffer: ArrayBuffer) => Hdf5Dataset['data']) | undefined>> = {
  float16: halfFloats,
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
};

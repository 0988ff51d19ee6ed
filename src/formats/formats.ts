import { isBmp } from './bmp/decode.ts';
import type { Format } from './codec.ts';
import { isDicom } from './dicom/signature.ts';
import { isGif } from './gif/decode.ts';
import { isJpeg } from './jpeg/header.ts';
import { isMetaImage } from './metaimage/header.ts';
import { isNrrd } from './nrrd/header.ts';
import { isPng } from './png/chunks.ts';
import { isTiff } from './tiff/pages.ts';

const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * All formats that are read. A new one is a file with a codec and an entry here; its code is loaded with the first file of
 * its kind.
 */
export const FORMATS: readonly Format[] = [
  {
    // First, as the 128 bytes in front of a DICOM file may hold anything, the signature of another format included.
    name: 'DICOM',
    extensions: ['.dcm', '.dicom', '.ima', '.dcm.gz'],
    isVolume: true,
    matches: isDicom,
    load: async () => {
      const { readDicom, readDicomLabels } = await import('./dicom/index.ts');
      return { readVolume: readDicom, readLabels: readDicomLabels };
    },
  },
  {
    name: 'NIfTI',
    extensions: ['.nii', '.nii.gz'],
    isVolume: true,
    matches: isNiftiHeader,
    load: async () => {
      const { readNifti, readNiftiLabels } = await import('./nifti/nifti.ts');
      return { readVolume: readNifti, readLabels: readNiftiLabels };
    },
  },
  {
    name: 'NRRD',
    extensions: ['.nrrd', '.nhdr'],
    isVolume: true,
    matches: isNrrd,
    load: async () => {
      const { readNrrd, readNrrdLabels } = await import('./nrrd/nrrd.ts');
      return { readVolume: readNrrd, readLabels: readNrrdLabels };
    },
  },
  {
    name: 'MetaImage',
    extensions: ['.mha', '.mhd'],
    isVolume: true,
    matches: isMetaImage,
    load: async () => {
      const { readMetaImage, readMetaImageLabels } = await import('./metaimage/metaimage.ts');
      return { readVolume: readMetaImage, readLabels: readMetaImageLabels };
    },
  },
  {
    name: 'HDF5',
    extensions: ['.h5', '.hdf5'],
    isVolume: true,
    matches: (bytes) => HDF5_SIGNATURE.every((value, i) => bytes[i] === value),
    load: async () => {
      const { readHdf5Image, readHdf5Labels } = await import('./hdf5/hdf5.ts');
      return { readVolume: readHdf5Image, readLabels: readHdf5Labels };
    },
  },
  {
    name: 'PNG',
    extensions: ['.png'],
    isVolume: false,
    matches: isPng,
    load: async () => {
      const { readPng, readPngLabels } = await import('./png/png.ts');
      return {
        readVolume: async (bytes, name) => readPng(bytes, name),
        readLabels: async (bytes, name, options) => readPngLabels(bytes, name, options),
      };
    },
  },
  {
    name: 'JPEG',
    extensions: ['.jpg', '.jpeg'],
    isVolume: false,
    matches: isJpeg,
    load: async () => {
      const { readJpeg, readJpegLabels } = await import('./jpeg/jpeg.ts');
      return {
        readVolume: (bytes, name) => readJpeg(bytes, name),
        readLabels: async (bytes, name) => readJpegLabels(bytes, name),
      };
    },
  },
  {
    name: 'BMP',
    extensions: ['.bmp', '.dib'],
    isVolume: false,
    matches: isBmp,
    load: async () => {
      const { readBmp, readBmpLabels } = await import('./bmp/bmp.ts');
      return {
        readVolume: async (bytes, name) => readBmp(bytes, name),
        readLabels: async (bytes, name, options) => readBmpLabels(bytes, name, options),
      };
    },
  },
  {
    name: 'GIF',
    extensions: ['.gif'],
    isVolume: false,
    matches: isGif,
    load: async () => {
      const { readGif, readGifLabels } = await import('./gif/gif.ts');
      return {
        readVolume: async (bytes, name) => readGif(bytes, name),
        readLabels: async (bytes, name, options) => readGifLabels(bytes, name, options),
      };
    },
  },
  {
    name: 'TIFF',
    extensions: ['.tif', '.tiff'],
    isVolume: false,
    matches: isTiff,
    load: async () => {
      const { readTiff, readTiffLabels } = await import('./tiff/tiff.ts');
      return {
        readVolume: (bytes, name) => readTiff(bytes, name),
        readLabels: (bytes, name, options) => readTiffLabels(bytes, name, options),
      };
    },
  },
];

/** The header's own length, 348 or 540, in either byte order. */
function isNiftiHeader(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4);
  return [348, 540].some((size) => view.getInt32(0, true) === size || view.getInt32(0, false) === size);
}

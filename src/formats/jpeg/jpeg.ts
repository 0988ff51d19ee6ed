import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { damaged, unfit, unsupported } from '../damaged.ts';
import { decodeJpeg } from '../dicom/jpeg/decode.ts';
import { ybrPixelsToRgb } from '../dicom/pixels/colour.ts';
import { type JpegHeader, readJpegHeader, withoutStrayBytes } from './header.ts';
import { type DecodedJpeg, decodeTurbo } from './turbo.ts';

const MAX_PIXELS = 50e6;
/** Every scan of a progressive file goes over the whole picture; encoders write about ten. */
const MAX_SCANS = 100;
/** An 8 x 8 block of the finest component takes a bit at least. */
const PIXELS_PER_BYTE = 512;

/**
 * Reads a baseline or progressive JPEG of 8 bits: grey as one channel, colour as three (RGB). Orientation and profile in the
 * Exif data are ignored, as they are for other pictures.
 *
 * @returns [channels, 1, height, width], 0 to 255.
 * @throws PatchclError `bad-file` when the file is not a JPEG, damaged or cut off; `unsupported` for CMYK, 12 bits, lossless
 *   and arithmetic coding, and pictures of more than 50 million pixels.
 */
export async function readJpeg(bytes: Uint8Array, name: string): Promise<Volume> {
  const header = readJpegHeader(bytes, name);
  checkHeader(header, bytes.length, name);
  const { width, height } = header;
  const decoded = await decodeTurbo(bytes).catch((cause: unknown) => decodeOdd(bytes, header, name, cause));
  const { channels, samples } = decoded;
  const pixels = width * height;
  if (decoded.width !== width || decoded.height !== height || samples.length < channels * pixels) {
    throw damaged(name, 'the JPEG has pixels for another size than its header claims');
  }
  const data = new Float32Array(channels * pixels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < pixels; i++) data[c * pixels + i] = samples[channels * i + c] as number;
  }
  return { data, shape: [channels, 1, height, width], geometry: PIXEL_GEOMETRY };
}

/** Masks cannot be JPEGs: the compression changes values. @throws PatchclError `unsupported` always */
export function readJpegLabels(_: Uint8Array, name: string): LabelVolume {
  throw unsupported(
    name,
    'a mask cannot be a JPEG, whose compression changes class indices',
    'Save the mask as PNG or TIFF, from where it was drawn.',
  );
}

function checkHeader(
  { kind, width, height, bits, components, scans, complete }: JpegHeader,
  length: number,
  name: string,
) {
  if (kind > 2) throw unsupported(name, 'lossless and arithmetic JPEG are not read', 'Save it as PNG or TIFF.');
  if (bits !== 8) throw unsupported(name, `a JPEG of ${bits} bits is not read`, 'Save it as PNG or TIFF.');
  if (components !== 1 && components !== 3) {
    throw unsupported(name, `a JPEG with ${components} colour components is not read`, 'Save it as grey or RGB.');
  }
  if (width === 0 || height === 0) throw damaged(name, `the JPEG header claims ${width} x ${height} pixels`);
  if (!complete) throw damaged(name, 'the JPEG is cut off: it lacks its end mark');
  if (width * height > PIXELS_PER_BYTE * length) {
    throw damaged(name, `the file ends early: its header claims ${width} x ${height} pixels, more than it can hold`);
  }
  if (width * height > MAX_PIXELS) {
    throw unsupported(name, `a JPEG of ${width} x ${height} pixels is too large`, 'Cut it into tiles.');
  }
  if (scans > MAX_SCANS)
    throw unfit(
      name,
      `the JPEG goes over its picture ${scans} times, at most ${MAX_SCANS} are read`,
      'Save it as PNG or TIFF.',
    );
}

/**
 * libjpeg-turbo refuses files that it would only warn of, such as those with stray bytes between segments or behind the pixels;
 * where all pixels are there, a plainer decoder reads them.
 */
async function decodeOdd(bytes: Uint8Array, header: JpegHeader, name: string, cause: unknown): Promise<DecodedJpeg> {
  const { width, height, isRgb } = header;
  const clean = withoutStrayBytes(bytes);
  try {
    if (clean.length < bytes.length) return await decodeTurbo(clean);
  } catch {
    // The other decoder tries.
  }
  try {
    const { samples, components } = decodeJpeg(clean, header, name);
    const picture = new Uint8Array(samples);
    if (components === 3 && !isRgb) ybrPixelsToRgb(picture);
    return { width, height, channels: components, samples: picture };
  } catch {
    throw damaged(name, 'the JPEG is damaged', cause);
  }
}

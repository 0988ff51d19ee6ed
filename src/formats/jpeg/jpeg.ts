import { decode } from 'jpeg-js';
import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { damaged, unsupported } from '../damaged.ts';
import { type JpegHeader, readJpegHeader } from './header.ts';

const MAX_PIXELS = 50e6;
/** The decoder keeps every coefficient until the end. */
const MAX_MEGABYTES = 1024;
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
export function readJpeg(bytes: Uint8Array, name: string): Volume {
  const header = readJpegHeader(bytes, name);
  checkHeader(header, bytes.length, name);
  const { width, height } = header;
  const channels = header.components === 1 ? 1 : 3;
  const rgb = decodeRgb(bytes, name);
  const pixels = width * height;
  if (rgb.length !== 3 * pixels) throw damaged(name, 'the JPEG has pixels for another size than its header claims');
  const data = new Float32Array(channels * pixels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < pixels; i++) data[c * pixels + i] = rgb[3 * i + c] as number;
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
    throw damaged(name, `the JPEG goes over its picture ${scans} times, at most ${MAX_SCANS} are read`);
}

function decodeRgb(bytes: Uint8Array, name: string): Uint8Array {
  try {
    // Tolerant: else the decoder refuses whole grey files whose last restart interval is not full.
    const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: true } as const;
    const limits = { maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: MAX_MEGABYTES };
    return decode(bytes, { ...options, ...limits }).data;
  } catch (cause) {
    if (/maxMemoryUsage|allocate/.test((cause as Error).message)) {
      throw unsupported(name, `the JPEG takes more than ${MAX_MEGABYTES} MB to decode`, 'Cut it into tiles.');
    }
    throw damaged(name, 'the JPEG is damaged', cause);
  }
}

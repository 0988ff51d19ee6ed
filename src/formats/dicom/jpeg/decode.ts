import { damaged } from '../../damaged.ts';
import { EndOfScan } from './bits.ts';
import { decodeLossless } from './lossless.ts';
import { BadJpeg, readMarkers } from './markers.ts';
import { decodeSequential } from './sequential.ts';

export interface DecodedJpeg {
  /** By pixel, [height, width, components]. */
  readonly samples: Uint16Array;
  readonly components: number;
  readonly precision: number;
  /** Whether the stream's own markers say that its colours are YCbCr. */
  readonly saysYcc: boolean;
}

/**
 * Decodes the JPEG processes that DICOM uses: baseline, extended (8 and 12 bits) and lossless. Colours come as coded.
 *
 * @param size what the picture must measure: nothing is allocated for any other.
 * @throws PatchclError `bad-file` when the data are damaged, cut off or of another process or size.
 */
export function decodeJpeg(bytes: Uint8Array, size: { height: number; width: number }, name: string): DecodedJpeg {
  try {
    const { frame, scans, saysYcc } = readMarkers(bytes);
    if (frame.height !== size.height || frame.width !== size.width) {
      throw new BadJpeg(`it measures ${frame.width} x ${frame.height}, expected ${size.width} x ${size.height}`);
    }
    const decode = frame.process === 'lossless' ? decodeLossless : decodeSequential;
    const samples = decode(bytes, frame, scans);
    return { samples, components: frame.components.length, precision: frame.precision, saysYcc };
  } catch (error) {
    if (error instanceof BadJpeg) throw damaged(name, `its JPEG data cannot be read: ${error.message}`, error);
    if (error instanceof EndOfScan) throw damaged(name, 'its JPEG data are damaged or end early', error);
    throw error;
  }
}

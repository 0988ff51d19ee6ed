import { append, largestOf } from '../../../core/lists.ts';
import { BitReader } from './bits.ts';
import { decodeSymbol } from './huffman.ts';
import { inverseDct } from './inverse-dct.ts';
import { BadJpeg, type JpegComponent, type JpegFrame, type JpegScan } from './markers.ts';

/** Where the coefficients of a block stand, in the order they are stored. */
const ZIGZAG = zigzag();

interface Plane {
  readonly samples: Uint16Array;
  readonly stride: number;
  readonly component: JpegComponent;
}

/**
 * Decodes baseline and extended sequential JPEG (ITU T.81 annex F, Huffman coding, 8 and 12 bits).
 *
 * @returns samples by pixel, [height, width, components]; subsampled components are repeated.
 * @throws BadJpeg, or EndOfScan when data are missing.
 */
export function decodeSequential(bytes: Uint8Array, frame: JpegFrame, scans: readonly JpegScan[]): Uint16Array {
  const most = {
    h: largestOf(frame.components.map(({ h }) => h)),
    v: largestOf(frame.components.map(({ v }) => v)),
  };
  const mcus = { x: Math.ceil(frame.width / (8 * most.h)), y: Math.ceil(frame.height / (8 * most.v)) };
  const planes = frame.components.map((component): Plane => {
    const stride = mcus.x * component.h * 8;
    return { samples: new Uint16Array(stride * mcus.y * component.v * 8), stride, component };
  });
  for (const scan of scans) decodeScan(bytes, scan, planes, { most, mcus });
  return interleave(planes, frame, most);
}

function decodeScan(
  bytes: Uint8Array,
  scan: JpegScan,
  planes: readonly Plane[],
  { most, mcus }: { most: { h: number; v: number }; mcus: { x: number; y: number } },
): void {
  const bits = new BitReader(bytes, scan.start);
  const parts = scan.components.map(({ index, dc, ac }) => {
    const plane = planes[index] as Plane;
    const quantisation = scan.quantisation[plane.component.quantisation & 3];
    if (quantisation === undefined) throw new BadJpeg('a quantisation table is missing');
    return { plane, dc, ac, quantisation, previous: 0 };
  });
  const { frame } = scan;
  // A scan of one component has no blocks beyond the picture's edge; one of several is made of whole MCUs.
  const single = parts.length === 1 ? parts[0]?.plane.component : undefined;
  const extent = single
    ? {
        x: Math.ceil(Math.ceil((frame.width * single.h) / most.h) / 8),
        y: Math.ceil(Math.ceil((frame.height * single.v) / most.v) / 8),
      }
    : mcus;
  const block = new Float64Array(64);
  for (let mcu = 0; mcu < extent.x * extent.y; mcu++) {
    if (scan.restartInterval > 0 && mcu > 0 && mcu % scan.restartInterval === 0) {
      bits.restart();
      for (const part of parts) part.previous = 0;
    }
    const [x, y] = [mcu % extent.x, Math.floor(mcu / extent.x)];
    for (const part of parts) {
      const { h, v } = single ? { h: 1, v: 1 } : part.plane.component;
      for (let k = 0; k < h * v; k++) {
        block.fill(0);
        part.previous += bits.signed(decodeSymbol(bits, part.dc) & 15);
        block[0] = part.previous * (part.quantisation[0] as number);
        readAc(bits, part.ac, part.quantisation, block);
        const at = (y * v + Math.floor(k / h)) * 8 * part.plane.stride + (x * h + (k % h)) * 8;
        inverseDct(block, frame.precision, part.plane.samples, at, part.plane.stride);
      }
    }
  }
}

function readAc(bits: BitReader, table: Uint16Array, quantisation: Uint16Array, block: Float64Array): void {
  for (let k = 1; k < 64; k++) {
    const symbol = decodeSymbol(bits, table);
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && run < 15) return;
    k += run;
    if (k > 63) return;
    if (size > 0) block[ZIGZAG[k] as number] = bits.signed(size) * (quantisation[k] as number);
  }
}

function interleave(
  planes: readonly Plane[],
  { width, height }: JpegFrame,
  most: { h: number; v: number },
): Uint16Array {
  const out = new Uint16Array(width * height * planes.length);
  for (const [c, { samples, stride, component }] of planes.entries()) {
    const [x, y] = [component.h / most.h, component.v / most.v];
    for (let row = 0; row < height; row++) {
      const from = Math.floor(row * y) * stride;
      for (let column = 0; column < width; column++) {
        out[(row * width + column) * planes.length + c] = samples[from + Math.floor(column * x)] as number;
      }
    }
  }
  return out;
}

function zigzag(): Uint8Array {
  const order: number[] = [];
  for (let sum = 0; sum < 15; sum++) {
    const diagonal = Array.from({ length: 8 }, (_, row) => [row, sum - row] as const).filter(
      ([, x]) => x >= 0 && x < 8,
    );
    // Even diagonals run upwards, odd ones downwards.
    if (sum % 2 === 0) diagonal.reverse();
    append(
      order,
      diagonal.map(([row, column]) => 8 * row + column),
    );
  }
  return Uint8Array.from(order);
}

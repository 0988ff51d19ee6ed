import { BitReader } from './bits.ts';
import { decodeSymbol } from './huffman.ts';
import { BadJpeg, type JpegFrame, type JpegScan } from './markers.ts';

/**
 * Decodes lossless JPEG (ITU T.81 annex H, Huffman coding, all predictors, 2 to 16 bits).
 *
 * @returns samples by pixel, [height, width, components].
 * @throws BadJpeg, or EndOfScan when data are missing.
 */
export function decodeLossless(bytes: Uint8Array, frame: JpegFrame, scans: readonly JpegScan[]): Uint16Array {
  const { width, height, components } = frame;
  if (components.some(({ h, v }) => h !== components[0]?.h || v !== components[0]?.v)) {
    throw new BadJpeg('lossless coding of subsampled colours is not read');
  }
  const out = new Uint16Array(width * height * components.length);
  for (const scan of scans) decodeScan(bytes, scan, out);
  return out;
}

function decodeScan(bytes: Uint8Array, scan: JpegScan, out: Uint16Array): void {
  const { frame, predictor, pointTransform, restartInterval } = scan;
  const [stride, row] = [frame.components.length, frame.width * frame.components.length];
  const bits = new BitReader(bytes, scan.start);
  const start = 2 ** (frame.precision - pointTransform - 1);
  if (predictor < 1 || predictor > 7 || start < 1) throw new BadJpeg('its header makes no sense');
  // Pixels count from the last restart: the first row there is predicted from the left alone.
  let first = 0;
  for (let pixel = 0; pixel < frame.width * frame.height; pixel++) {
    if (restartInterval > 0 && pixel > 0 && pixel % restartInterval === 0) {
      bits.restart();
      first = pixel;
    }
    const isFirstRow = pixel < first + frame.width;
    const isFirstColumn = pixel % frame.width === 0;
    for (const { index, dc } of scan.components) {
      const at = pixel * stride + index;
      let prediction = start;
      if (isFirstRow) {
        if (pixel > first) prediction = out[at - stride] as number;
      } else if (isFirstColumn) prediction = out[at - row] as number;
      else prediction = predict(predictor, out[at - stride], out[at - row], out[at - row - stride]);
      const category = decodeSymbol(bits, dc);
      out[at] = prediction + (category === 16 ? 32768 : bits.signed(category & 15));
    }
  }
  if (pointTransform > 0) shiftUp(out, scan);
}

function shiftUp(out: Uint16Array, { frame, components, pointTransform }: JpegScan): void {
  for (const { index } of components) {
    for (let at = index; at < out.length; at += frame.components.length)
      out[at] = (out[at] as number) << pointTransform;
  }
}

/** ITU T.81 table H.1. */
function predict(predictor: number, a = 0, b = 0, c = 0): number {
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}

import { damaged, unsupported } from '../../damaged.ts';

/** What both decoders of the Cornerstone project offer (CharLS and OpenJPEG, compiled to JavaScript). */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  /** Of JPEG-LS: 0 by plane, 1 by line, 2 by pixel; the decoder undoes 1. */
  getInterleaveMode?(): number;
  delete(): void;
}

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean;
}

export interface DecodedFrame extends FrameInfo {
  /** [height, width, components], or by plane: one byte up to 8 bits, else two, little endian. */
  readonly bytes: Uint8Array;
  readonly isPlanar: boolean;
}

type Load = () => Promise<new () => Decoder>;

const silent = { print: () => undefined, printErr: () => undefined };

const loadJpegLs: Load = async () => {
  const { default: charls } = await import('@cornerstonejs/codec-charls/decode');
  return (await charls(silent)).JpegLSDecoder;
};

const loadJpeg2000: Load = async () => {
  const { default: openjpeg } = await import('@cornerstonejs/codec-openjpeg/decode');
  return (await openjpeg(silent)).J2KDecoder;
};

/** Decoders are loaded once, with the first frame that needs them; a failed one is loaded anew, as its memory may be upset. */
const loaded = new Map<Load, Promise<new () => Decoder>>();

/** Decodes a JPEG-LS stream. @throws PatchclError `bad-file` when it is damaged or not of the given size. */
export async function decodeJpegLs(
  bytes: Uint8Array,
  size: { height: number; width: number },
  name: string,
): Promise<DecodedFrame> {
  const header = marker(bytes, 0xf7);
  const claimed = header === undefined ? undefined : [word(bytes, header + 7), word(bytes, header + 5)];
  return decode(loadJpegLs, bytes, size, claimed, { name, codec: 'JPEG-LS' });
}

/** Decodes a JPEG 2000 stream, high-throughput (HTJ2K) or not. @throws PatchclError as `decodeJpegLs`. */
export async function decodeJpeg2000(
  stream: Uint8Array,
  size: { height: number; width: number },
  name: string,
): Promise<DecodedFrame> {
  const bytes = codestream(stream);
  const at = marker(bytes, 0x51);
  const claimed =
    at === undefined
      ? undefined
      : [dword(bytes, at + 6) - dword(bytes, at + 14), dword(bytes, at + 10) - dword(bytes, at + 18)];
  if (at !== undefined && isTroubledHtj2k(bytes, word(bytes, at + 38))) {
    throw unsupported(
      name,
      'its high-throughput JPEG 2000 colours are stored without colour transform, which is not read',
      'Convert it to another transfer syntax.',
    );
  }
  return decode(loadJpeg2000, bytes, size, claimed, { name, codec: 'JPEG 2000' });
}

async function decode(
  load: Load,
  bytes: Uint8Array,
  { width, height }: { height: number; width: number },
  claimed: readonly number[] | undefined,
  { name, codec }: { name: string; codec: string },
): Promise<DecodedFrame> {
  if (claimed === undefined) throw damaged(name, `its ${codec} data have no header`);
  // Checked before the decoder sees it, which would allocate whatever the stream claims.
  if (claimed[0] !== width || claimed[1] !== height) {
    throw damaged(name, `its ${codec} picture measures ${claimed.join(' x ')}, expected ${width} x ${height}`);
  }
  const decoderClass = loaded.get(load) ?? load();
  loaded.set(load, decoderClass);
  try {
    const decoder = new (await decoderClass)();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const info = decoder.getFrameInfo();
    const cell = info.bitsPerSample > 8 ? 2 : 1;
    const decoded = new Uint8Array(decoder.getDecodedBuffer());
    const isPlanar = info.componentCount > 1 && decoder.getInterleaveMode?.() === 0;
    const result = { ...info, bytes: decoded, isPlanar };
    decoder.delete();
    if (decoded.length < width * height * info.componentCount * cell) throw new Error('too few samples');
    return result;
  } catch (cause) {
    loaded.delete(load);
    throw damaged(name, `its ${codec} data are damaged or end early`, cause);
  }
}

/** The bare stream, also of a JP2 file (T.800 annex I), which DICOM does not allow and some programs write. */
function codestream(bytes: Uint8Array): Uint8Array {
  const isBoxed = dword(bytes, 0) === 12 && dword(bytes, 4) === 0x6a502020;
  for (let at = 0; isBoxed && at + 8 <= bytes.length; ) {
    const [length, type] = [dword(bytes, at), dword(bytes, at + 4)];
    // A length of 1 says that 8 bytes of length follow, one of 0 that the box runs to the end.
    const header = length === 1 ? 16 : 8;
    const size = length === 1 ? dword(bytes, at + 12) : length === 0 ? bytes.length - at : length;
    if (type === 0x6a703263) return bytes.subarray(at + header, at + size);
    if (size < header) break;
    at += size;
  }
  return bytes;
}

/** OpenJPEG shifts the values of such colours: high-throughput blocks (marker CAP), no transform in marker COD. */
function isTroubledHtj2k(bytes: Uint8Array, components: number): boolean {
  const style = marker(bytes, 0x52);
  return components > 1 && marker(bytes, 0x50) !== undefined && style !== undefined && bytes[style + 8] === 0;
}

/** Where the segment of a marker begins, in the first part of a stream that consists of segments. */
function marker(bytes: Uint8Array, code: number): number | undefined {
  for (let at = 2; at + 24 <= bytes.length && bytes[at] === 0xff; at += 2 + word(bytes, at + 2)) {
    if (bytes[at + 1] === code) return at;
  }
  return undefined;
}

const word = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const dword = (bytes: Uint8Array, at: number) => word(bytes, at) * 65536 + word(bytes, at + 2);

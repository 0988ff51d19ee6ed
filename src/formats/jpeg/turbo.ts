/** What is used of libjpeg-turbo as the Cornerstone project compiles it to JavaScript. */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  delete(): void;
}

/** A decoded picture: grey, or red, green and blue by pixel, 8 bits. */
export interface DecodedJpeg {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [height, width, channels] */
  readonly samples: Uint8Array;
}

let loading: Promise<new () => Decoder> | undefined;

const load = async (): Promise<new () => Decoder> => {
  const { default: turbo } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decode');
  return (await turbo({ print: () => undefined, printErr: () => undefined })).JPEGDecoder;
};

/**
 * Decodes a baseline or progressive JPEG of 8 bits as libjpeg does, bit for bit: Pillow and most programs are built on it.
 *
 * @throws whatever the decoder throws on damaged data. Its own exceptions are numbers; after anything else it is loaded anew, as its
 *   memory may be upset.
 */
export async function decodeTurbo(bytes: Uint8Array): Promise<DecodedJpeg> {
  loading ??= load();
  const decoder = new (await loading)();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    const samples = new Uint8Array(decoder.getDecodedBuffer());
    decoder.delete();
    return { width, height, channels: componentCount, samples };
  } catch (cause) {
    if (typeof cause !== 'number') {
      loading = undefined;
      throw cause;
    }
    decoder.delete();
    throw new Error(`libjpeg-turbo: exception ${cause}`);
  }
}

import type { Encoding } from './parse.ts';

/** How pixel data is compressed. */
export type Compression = 'none' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000';

export interface TransferSyntax extends Encoding {
  readonly name: string;
  readonly compression: Compression;
  /** Whether all that follows the file's meta information is compressed. */
  readonly deflated?: boolean;
}

const LITTLE = { explicit: true, littleEndian: true } as const;
const compressed = (name: string, compression: Compression): TransferSyntax => ({ name, ...LITTLE, compression });

export const IMPLICIT_LITTLE: TransferSyntax = {
  name: 'Implicit VR Little Endian',
  explicit: false,
  littleEndian: true,
  compression: 'none',
};
export const EXPLICIT_LITTLE: TransferSyntax = { name: 'Explicit VR Little Endian', ...LITTLE, compression: 'none' };
export const EXPLICIT_BIG: TransferSyntax = {
  name: 'Explicit VR Big Endian',
  explicit: true,
  littleEndian: false,
  compression: 'none',
};
export const EXPLICIT_LITTLE_UID = '1.2.840.10008.1.2.1';

/** Transfer syntaxes that are read, by UID (PS3.6 table A-1). */
export const TRANSFER_SYNTAXES: Readonly<Record<string, TransferSyntax>> = {
  '1.2.840.10008.1.2': IMPLICIT_LITTLE,
  [EXPLICIT_LITTLE_UID]: EXPLICIT_LITTLE,
  '1.2.840.10008.1.2.1.98': { ...EXPLICIT_LITTLE, name: 'Encapsulated Uncompressed Explicit VR Little Endian' },
  '1.2.840.10008.1.2.1.99': { ...EXPLICIT_LITTLE, name: 'Deflated Explicit VR Little Endian', deflated: true },
  '1.2.840.10008.1.2.2': EXPLICIT_BIG,
  '1.2.840.10008.1.2.5': compressed('RLE Lossless', 'rle'),
  '1.2.840.10008.1.2.4.50': compressed('JPEG Baseline', 'jpeg'),
  '1.2.840.10008.1.2.4.51': compressed('JPEG Extended', 'jpeg'),
  '1.2.840.10008.1.2.4.57': compressed('JPEG Lossless', 'jpeg'),
  '1.2.840.10008.1.2.4.70': compressed('JPEG Lossless, First-Order Prediction', 'jpeg'),
  '1.2.840.10008.1.2.4.80': compressed('JPEG-LS Lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.81': compressed('JPEG-LS Near-Lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.90': compressed('JPEG 2000 Lossless', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.91': compressed('JPEG 2000', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.201': compressed('HTJ2K Lossless', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.202': compressed('HTJ2K Lossless RPCL', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.203': compressed('HTJ2K', 'jpeg-2000'),
};

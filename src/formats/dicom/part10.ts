import { PatchclError } from '../../core/errors.ts';
import { unsupported } from '../damaged.ts';
import type { DataSet } from './data-set.ts';
import { inflateUpTo } from './deflate.ts';
import { NotDicom, type Parsed, parseDataSet } from './parse.ts';
import { firstElement, isVr } from './signature.ts';
import { TAG } from './tags.ts';
import {
  EXPLICIT_BIG,
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  TRANSFER_SYNTAXES,
  type TransferSyntax,
} from './transfer-syntax.ts';

/** A file's data set, and how its pixels are stored. */
export interface DicomFile {
  readonly dataSet: DataSet;
  readonly syntax: TransferSyntax;
  /** False when the bytes end before the pixel data, or before the last element where there is none. */
  readonly isComplete: boolean;
  /** What is odd about how it is coded: sentences without the final stop. */
  readonly notes: readonly string[];
}

/** A deflated header is looked for in this much first; pixel data behind it is inflated when its length is known. */
const DEFLATED_HEADER = 1 << 20;

/**
 * Reads a DICOM file (PS3.10), or a part of one that holds at least its header. Files without preamble or without meta
 * information, as some archives and old devices write them, are read by what their first element looks like.
 *
 * @throws PatchclError `bad-file` when this is not a DICOM file, `unsupported` for a transfer syntax that is not known.
 */
export function readPart10(bytes: Uint8Array, name: string): DicomFile {
  try {
    const start = firstElement(bytes);
    if (start === undefined) throw new NotDicom('neither the letters DICM nor a first element were found');
    return readFrom(bytes, start, name);
  } catch (error) {
    if (!(error instanceof NotDicom)) throw error;
    throw new PatchclError('bad-file', `this is not a DICOM file, or it is damaged: ${error.message}`, {
      subject: name,
      hint: 'Copy the file again from its source, or leave it out.',
    });
  }
}

function readFrom(bytes: Uint8Array, start: number, name: string): DicomFile {
  const isMeta = (id: number) => id >>> 16 === 2;
  const hasMeta = bytes[start] === 2 && bytes[start + 1] === 0;
  if (!hasMeta) {
    const syntax = guessSyntax(bytes, start);
    return { ...parseDataSet(bytes, start, syntax), syntax, notes: [] };
  }
  const meta = parseDataSet(bytes, start, EXPLICIT_LITTLE, isMeta);
  const uid = meta.dataSet.text(TAG.TransferSyntaxUID);
  const syntax = uid === undefined ? guessSyntax(bytes, meta.end) : TRANSFER_SYNTAXES[uid];
  if (syntax === undefined) {
    // A damaged one may be anything.
    const stated = uid !== undefined && /^[\d.]{1,64}$/.test(uid) ? ` ${uid}` : '';
    const hint = 'Convert it to one that is, for example with: dcmconv +te or gdcmconv --raw.';
    throw unsupported(name, `its transfer syntax${stated} is not read`, hint);
  }
  if (syntax.deflated === true) {
    return { ...inflateAndParse(bytes.subarray(meta.end), syntax, name), syntax, notes: [] };
  }
  const seen = syntaxSeen(bytes, meta.end, syntax);
  return { ...parseDataSet(bytes, meta.end, seen.syntax), ...seen };
}

/** What the data set looks like counts before what the file says of it, as some programs change one without the other. */
function syntaxSeen(
  bytes: Uint8Array,
  at: number,
  stated: TransferSyntax,
): { syntax: TransferSyntax; notes: readonly string[] } {
  const [low, high] = [bytes[at], bytes[at + 1]];
  // Data sets begin with group 8; of others nothing is known.
  const isKnown = bytes.length >= at + 8 && ((low === 8 && high === 0) || (low === 0 && high === 8));
  if (!isKnown) return { syntax: stated, notes: [] };
  const littleEndian = low === 8;
  const explicit = isVr(bytes, at + 4);
  if (explicit === stated.explicit && littleEndian === stated.littleEndian) return { syntax: stated, notes: [] };
  const [said, is] = [stated, { explicit, littleEndian }].map(
    (coding) => `${coding.explicit ? 'explicit' : 'implicit'} VR ${coding.littleEndian ? 'little' : 'big'} endian`,
  );
  const note = `its transfer syntax says ${said}, but the data set is in ${is} and is read so`;
  return { syntax: { ...stated, explicit, littleEndian }, notes: [note] };
}

function inflateAndParse(deflated: Uint8Array, syntax: TransferSyntax, name: string): Parsed {
  const head = inflateUpTo(deflated, DEFLATED_HEADER, name);
  const parsed = parseDataSet(head.bytes, 0, syntax);
  const claimed = parsed.dataSet.element(TAG.PixelData)?.claimedLength;
  if (head.isAll || (parsed.isComplete && claimed === undefined)) return parsed;
  const rows = parsed.dataSet.number(TAG.Rows) ?? 0;
  const frameBytes = rows * (parsed.dataSet.number(TAG.Columns) ?? 0) * 8;
  const frames = Math.max(1, parsed.dataSet.number(TAG.NumberOfFrames) ?? 1);
  if (!parsed.isComplete)
    throw unsupported(name, 'its deflated header is larger than 1 MB, which is not read', 'Save it without deflate.');
  // Samples have 4 bytes at most, so that pixels of three channels never need more than this beside the header.
  const most = Math.min(claimed as number, frameBytes * frames * 2);
  return parseDataSet(inflateUpTo(deflated, head.bytes.length + most, name).bytes, 0, syntax);
}

function guessSyntax(bytes: Uint8Array, start: number): TransferSyntax {
  if (!isVr(bytes, start + 4)) return IMPLICIT_LITTLE;
  return bytes[start] === 0 ? EXPLICIT_BIG : EXPLICIT_LITTLE;
}

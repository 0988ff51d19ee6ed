import { concatBytes } from '../../core/bytes.ts';
import { buildDataSet } from './build.ts';
import type { DataSet, Element } from './data-set.ts';
import { TAG } from './tags.ts';
import { EXPLICIT_LITTLE_UID } from './transfer-syntax.ts';

/** Identifies files written here; derived from a UUID as PS3.5 annex B.2 allows. */
const IMPLEMENTATION_UID = '2.25.148094262470410866398764935062297653914';
const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);
const ITEM_HEADER = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0);

/** Writes a DICOM file (PS3.10) in explicit VR little endian; class and instance UID are taken from the data set. */
export function writePart10(dataSet: DataSet): Uint8Array {
  const meta = encodeDataSet(
    buildDataSet([
      [TAG.FileMetaInformationVersion, Uint8Array.of(0, 1)],
      [TAG.MediaStorageSOPClassUID, dataSet.text(TAG.SOPClassUID)],
      [TAG.MediaStorageSOPInstanceUID, dataSet.text(TAG.SOPInstanceUID)],
      [TAG.TransferSyntaxUID, EXPLICIT_LITTLE_UID],
      [TAG.ImplementationClassUID, IMPLEMENTATION_UID],
      [TAG.ImplementationVersionName, 'PATCHCL'],
    ]),
  );
  // (0002,0000) UL: how long the meta information behind it is.
  const groupLength = Uint8Array.of(2, 0, 0, 0, 0x55, 0x4c, 4, 0, ...uint32(meta.length));
  const preamble = new Uint8Array(132);
  preamble.set(new TextEncoder().encode('DICM'), 128);
  return concatBytes([preamble, groupLength, meta, encodeDataSet(dataSet)]);
}

function encodeDataSet(dataSet: DataSet): Uint8Array {
  return concatBytes([...dataSet.elements].flatMap(([id, element]) => encodeElement(id, element)));
}

function encodeElement(id: number, element: Element): Uint8Array[] {
  const items = element.items?.map((item) => {
    const content = encodeDataSet(item);
    return concatBytes([ITEM_HEADER, uint32(content.length), content]);
  });
  const value = items === undefined ? element.bytes : concatBytes(items);
  const tag = Uint8Array.of((id >>> 16) & 0xff, id >>> 24, id & 0xff, (id >>> 8) & 0xff);
  const vr = new TextEncoder().encode(element.vr);
  const isLong = LONG.has(element.vr);
  const length = isLong ? Uint8Array.of(0, 0, ...uint32(value.length)) : uint32(value.length).subarray(0, 2);
  return [tag, vr, length, value];
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

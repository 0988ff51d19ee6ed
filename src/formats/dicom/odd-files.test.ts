import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../core/bytes.ts';
import type { Value } from './build.ts';
import { readDicom } from './read.ts';
import { readDicomHeader } from './read-header.ts';
import { TAG, type Tag } from './tags.ts';
import { type ImageOptions, makeImage, words } from './testing/make-dicom.ts';
import {
  dataSetStart,
  encapsulated,
  endingWith,
  implicitElement,
  insertedBefore,
  rawElement,
  sequenceOf,
  withSyntax,
} from './testing/raw-elements.ts';
import { decodeText } from './text.ts';

const ascii = (text: string) => new TextEncoder().encode(text.length % 2 === 0 ? text : `${text} `);
const more = (...entries: (readonly [Tag, Value | undefined])[]) => ({ more: entries });
/** The image with an element as raw bytes in place of its own. */
const withElement = (tag: Tag, vr: string, value: Uint8Array, options: ImageOptions = {}) => {
  const bare = makeImage({ ...options, more: [...(options.more ?? []), [tag, undefined]] });
  const next = Object.values(TAG)
    .map(({ id }) => id)
    .filter((id) => id > tag.id)
    .sort((a, b) => a - b)
    .find((id) => [TAG.Rows.id, TAG.BitsAllocated.id, TAG.PixelData.id].includes(id)) as number;
  return insertedBefore(bare, next, rawElement(tag.id, vr, value));
};
const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe('numbers in unexpected form', () => {
  it.each<[string, string, Uint8Array]>([
    ['a decimal comma', 'DS', ascii('0,5\\0,7')],
    ['a decimal comma and an exponent', 'DS', ascii('5,0e-1\\7E-1')],
    ['zeros between values', 'DS', ascii('0.5 \0\\ 0.7\0')],
    ['text of another kind', 'LO', ascii('0.5\\0.7')],
    ['long text', 'UT', ascii('0.5\\0.7')],
    ['doubles', 'FD', doubles(0.5, 0.7)],
    ['doubles as other bytes', 'OD', doubles(0.5, 0.7)],
    ['an unknown kind', 'UN', ascii('0.5\\0.7')],
  ])('are read from %s', async (_, vr, value) => {
    const { geometry } = await readDicom(withElement(TAG.PixelSpacing, vr, value), 'a.dcm');
    expect(geometry).toMatchObject({ spacing: [2, 0.5, 0.7], unit: 'mm' });
  });

  it('are read from single floats, slope and rows too', async () => {
    const spacing = await readDicom(withElement(TAG.PixelSpacing, 'FL', floats(0.5, 0.25)), 'a.dcm');
    expect(spacing.geometry.spacing).toEqual([2, 0.5, 0.25]);
    const slope = withElement(TAG.RescaleSlope, 'FD', doubles(2.5));
    expect((await readDicom(slope, 'a.dcm')).data[2]).toBe(5);
    const rows = withElement(TAG.Rows, 'IS', ascii('3'));
    expect((await readDicom(rows, 'a.dcm')).shape).toEqual([1, 1, 3, 4]);
  });

  it('as text with ever so many spaces take no time', () => {
    const started = performance.now();
    expect(decodeText(ascii(`a${' '.repeat(400_000)}b${' '.repeat(400_000)}`), 'windows-1252')).toHaveLength(400_002);
    // The square of that would be hours.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('unknown spacing', () => {
  const unstated = /^how large its pixels are is not stated .*so distances are in pixels$/;

  it.each<[string, ImageOptions]>([
    ['missing', more([TAG.PixelSpacing, undefined])],
    ['empty', more([TAG.PixelSpacing, ''])],
    ['zero', more([TAG.PixelSpacing, [0, 0]])],
    ['negative', more([TAG.PixelSpacing, [-1, 1]])],
    ['one number', more([TAG.PixelSpacing, '0.5'])],
    ['absurd', more([TAG.PixelSpacing, '1e200\\1e200'])],
    ['no number', more([TAG.PixelSpacing, '0.5mm\\0.5mm'])],
  ])('that is %s is unknown, never 1 mm', async (_, options) => {
    const { geometry, notes } = await readDicom(makeImage(options), 'a.dcm');
    expect(geometry).toEqual({
      spacing: [1, 1, 1],
      unit: 'px',
      affine: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    });
    expect(notes).toEqual([expect.stringMatching(unstated)]);
  });

  it('goes with no place where that is absurd', async () => {
    const { geometry, notes } = await readDicom(makeImage(more([TAG.ImagePositionPatient, '0\\1e200\\0'])), 'a.dcm');
    expect(geometry.unit).toBe('mm');
    expect(geometry).not.toHaveProperty('affine');
    expect(notes).toContain('its Image Position is no place (0, 1e+200, 0), so where it lies in the body is not known');
  });

  it('goes with no place, and a note, where its directions are none', async () => {
    const { geometry, notes } = await readDicom(makeImage({ orientation: [1, 0, 0, 0.5, 0.5, 0] }), 'a.dcm');
    expect(geometry).not.toHaveProperty('affine');
    expect(notes).toContain(
      'its Image Orientation is no pair of directions (1, 0, 0, 0.5, 0.5, 0), so where it lies in the body is not known',
    );
  });

  it('of frames without place or step is unknown along the slices', async () => {
    const options = {
      rows: 1,
      columns: 2,
      position: undefined,
      ...more([TAG.NumberOfFrames, 2], [TAG.SliceThickness, undefined], [TAG.PixelData, words([1, 2, 3, 4])]),
    };
    const { geometry, notes } = await readDicom(makeImage(options), 'a.dcm');
    expect([geometry.unit, geometry.spacing]).toEqual(['px', [1, 1, 1]]);
    expect(notes).toEqual(['how far apart its slices are is not stated, so distances are in pixels']);
  });

  it('of a detector is told of', async () => {
    const options = more([TAG.PixelSpacing, undefined], [TAG.ImagerPixelSpacing, [0.2, 0.1]]);
    const { geometry, notes } = await readDicom(makeImage(options), 'a.dcm');
    expect(geometry.spacing).toEqual([2, 0.2, 0.1]);
    expect(notes).toEqual([expect.stringContaining('that of the detector')]);
  });
});

describe('how a file is coded', () => {
  it('encapsulated pixel data of an icon, in an item of a sequence, is not taken for a sequence', async () => {
    const icon = sequenceOf(0x00880200, [encapsulated(TAG.PixelData.id, [Uint8Array.of(1, 2, 3)])]);
    const file = insertedBefore(makeImage(), TAG.PixelData.id, icon);
    expect(await readDicom(file, 'a.dcm')).toEqual(await readDicom(makeImage(), 'a.dcm'));
    const header = await readDicomHeader(async (length) => file.subarray(0, length), 'a.dcm');
    expect(header.kind).toBe('image');
  });

  it('counts before what the transfer syntax says of it', async () => {
    const plain = makeImage();
    const image = await readDicom(plain, 'a.dcm');
    const explicitSaidImplicit = withSyntax(plain, '1.2.840.10008.1.2');
    const implicit = concatBytes([plain.subarray(0, dataSetStart(plain)), implicitCopy(plain)]);
    for (const file of [explicitSaidImplicit, implicit]) {
      const { notes, ...volume } = await readDicom(file, 'a.dcm');
      expect(volume).toEqual(image);
      expect(notes).toEqual([
        expect.stringMatching(/^its transfer syntax says .* VR little endian, but the data set is in/),
      ]);
    }
  });

  it('may be implicit for a single element', async () => {
    const one = insertedBefore(makeImage(), TAG.Rows.id, implicitElement(0x00280009, ascii('1234')));
    expect((await readDicom(one, 'a.dcm')).shape).toEqual([1, 1, 3, 4]);
  });

  it('JPEG-LS by plane, by line and by pixel is the same picture', async () => {
    const { default: load } = await import('@cornerstonejs/codec-charls');
    const { JpegLSEncoder } = await load({ print: () => undefined, printErr: () => undefined });
    const [rows, columns] = [5, 4];
    const rgb = Uint8Array.from(
      { length: 60 },
      (_, i) => [200, Math.floor(i / 3), 3 * Math.floor(i / 12)][i % 3] as number,
    );
    const planar = Uint8Array.from(rgb, (_, i) => rgb[(i % 20) * 3 + Math.floor(i / 20)] as number);
    const read = async (mode: number) => {
      const encoder = new JpegLSEncoder();
      encoder
        .getDecodedBuffer({ width: columns, height: rows, bitsPerSample: 8, componentCount: 3, isSigned: false })
        .set(mode === 0 ? planar : rgb);
      encoder.setInterleaveMode(mode);
      encoder.encode();
      const stream = new Uint8Array(encoder.getEncodedBuffer());
      const image = makeImage({
        rows,
        columns,
        more: [
          [TAG.SamplesPerPixel, 3],
          [TAG.PlanarConfiguration, 0],
          [TAG.PhotometricInterpretation, 'RGB'],
          [TAG.BitsAllocated, 8],
          [TAG.BitsStored, 8],
          [TAG.HighBit, 7],
          [TAG.PixelRepresentation, 0],
        ],
      });
      const coded = endingWith(image, TAG.PixelData.id, encapsulated(TAG.PixelData.id, [stream]));
      return [...(await readDicom(withSyntax(coded, '1.2.840.10008.1.2.4.80'), 'a.dcm')).data];
    };
    for (const mode of [0, 1, 2]) expect(await read(mode)).toEqual([...planar]);
  });
});

/** The data set of a file in implicit VR. */
function implicitCopy(file: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = dataSetStart(file); at < file.length; ) {
    const vr = String.fromCharCode(file[at + 4] as number, file[at + 5] as number);
    const isLong = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(vr);
    const length = isLong ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    const start = at + (isLong ? 12 : 8);
    const id = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true);
    parts.push(implicitElement(id, file.subarray(start, start + length)));
    at = start + length;
  }
  return concatBytes(parts);
}

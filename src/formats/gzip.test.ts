import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../core/bytes.ts';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { makeImage } from './dicom/testing/make-dicom.ts';
import { inflateAll } from './gzip.ts';
import { writeNifti } from './nifti/nifti.ts';
import { writeLabelPng } from './png/png.ts';
import { readLabels, readVolume } from './read-image.ts';

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
const junk = new TextEncoder().encode('not gzip at all');

describe('inflateAll', () => {
  it.each<[string, Uint8Array, number]>([
    ['one member', gzipSync(content), 1],
    ['a member with a name and a comment', withName(gzipSync(content)), 1],
    ['two members', concatBytes([gzipSync(content), gzipSync(content)]), 2],
  ])('reads %s, with a note of what stands behind', async (_, bytes, times) => {
    const expected = concatBytes(Array.from({ length: times }, () => content));
    expect(await inflateAll(bytes, 'a.gz')).toEqual({ bytes: expected, notes: [] });
    const { bytes: read, notes } = await inflateAll(concatBytes([bytes, junk]), 'a.gz');
    expect(read).toEqual(expected);
    expect(notes).toEqual(['15 bytes behind its gzip data are none, and are ignored']);
  });

  it('refuses a wrong checksum and a cut, with junk behind or not', async () => {
    const bytes = gzipSync(content);
    const wrong = bytes.slice();
    wrong[wrong.length - 6] = (wrong[wrong.length - 6] as number) ^ 1;
    for (const damaged of [
      wrong,
      concatBytes([wrong, junk]),
      bytes.subarray(0, -3),
      bytes.subarray(0, bytes.length >> 1),
    ]) {
      await expect(inflateAll(damaged, 'a.gz')).rejects.toThrow('a.gz: the gzip compression is damaged or cut off');
    }
  });
});

describe('files that are compressed as a whole', () => {
  it('are read, whatever they are', async () => {
    const image = makeImage();
    expect(await readVolume(gzipSync(image), 'a.dcm.gz')).toEqual(await readVolume(image, 'a.dcm'));
    const png = writeLabelPng({ data: Uint8Array.of(1, 2), shape: [1, 1, 2], geometry: PIXEL_GEOMETRY });
    expect([...(await readLabels(gzipSync(png), 'a.png.gz')).data]).toEqual([1, 2]);
  });

  it('of NIfTI tell of what stands behind', async () => {
    const bytes = writeNifti({ data: new Float32Array(8), shape: [1, 2, 2, 2], geometry: PIXEL_GEOMETRY });
    const { notes, shape } = await readVolume(concatBytes([bytes, junk]), 'a.nii.gz');
    expect(shape).toEqual([1, 2, 2, 2]);
    expect(notes).toEqual([expect.stringContaining('15 bytes behind its gzip data')]);
  });
});

/** The file with the two texts that a gzip header may have. */
function withName(bytes: Uint8Array): Uint8Array {
  const header = bytes.slice(0, 10);
  header[3] = 8 | 16;
  return concatBytes([header, new TextEncoder().encode('scan.nii\0by nobody\0'), bytes.subarray(10)]);
}

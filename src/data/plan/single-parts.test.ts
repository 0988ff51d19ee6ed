import { describe, expect, it } from 'vitest';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import type { Case } from '../dataset.ts';
import { fingerprintOf } from './fingerprint.ts';

const singleParts = async (cases: readonly Case[]) => (await fingerprintOf(cases)).singleParts;

/** A mask from rows of digits, one string per slice. */
function annotated(id: string, slices: readonly string[], more: Partial<Case> = {}): Case {
  const rows = slices.map((slice) => slice.trim().split(/\s+/));
  const shape = [slices.length, rows[0]?.length ?? 0, rows[0]?.[0]?.length ?? 0] as const;
  const label = { data: Uint8Array.from(rows.flat().join(''), Number), shape, geometry: PIXEL_GEOMETRY };
  const image = { data: new Float32Array(label.data.length), shape: [1, ...shape] as const, geometry: PIXEL_GEOMETRY };
  return { id, patient: id, image: async () => image, label: async () => label, ...more };
}

describe('singleParts', () => {
  it('are classes in one piece, in scans and in slices', async () => {
    // Class 1 is a bridge over two slices, 2 is in two places, 3 lies apart in the depth, 4 touches at a corner.
    const scan = annotated('bridge', [
      '10101 00000 40200 04000',
      '11111 00000 00002 33000',
      '00000 00000 00000 00000',
      '00000 00000 00000 33000',
    ]);
    expect(await singleParts([scan])).toEqual({ inScans: [1, 4], inSlices: [2, 3, 4] });
  });

  it('may lose a pixel in a hundred on average', async () => {
    const whole = annotated('whole', ['1'.repeat(200)]);
    const frayed = annotated('frayed', [`${'1'.repeat(197)}001`]);
    const torn = annotated('torn', [`${'1'.repeat(150)}0${'1'.repeat(49)}`]);
    expect((await singleParts([whole, frayed])).inScans).toEqual([1]);
    expect((await singleParts([whole, torn])).inScans).toEqual([]);
  });

  it('are not known of scans that are annotated in part, or not at all', async () => {
    const some = annotated('some', ['110', '000', '011'], { labelledSlices: [0, 2] });
    const { label: _, ...none } = annotated('none', ['101']);
    expect(await singleParts([some, none])).toEqual({ inScans: [], inSlices: [1] });
  });
});

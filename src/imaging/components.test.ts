import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents, keepLargestComponents } from './components.ts';
import { PIXEL_GEOMETRY } from './volume.ts';

const plane = (...rows: string[]) => Uint8Array.from([...rows.join('')].map(Number));

describe('connectedComponents', () => {
  it('joins over corners only in the 26-neighbourhood', () => {
    const mask = plane('100', '010', '001');
    expect([...connectedComponents(mask, [1, 3, 3], 6).sizes]).toEqual([6, 1, 1, 1]);
    expect([...connectedComponents(mask, [1, 3, 3], 26).sizes]).toEqual([6, 3]);
  });

  it('joins arms that meet late in the scan', () => {
    const mask = plane('10101', '10101', '11111');
    expect([...connectedComponents(mask, [1, 3, 5], 6).sizes]).toEqual([4, 11]);
  });

  it('joins across slices, corner to corner', () => {
    const mask = plane('10', '00', '00', '01');
    expect(connectedComponents(mask, [2, 2, 2], 6).sizes.length).toBe(3);
    expect(connectedComponents(mask, [2, 2, 2], 26).sizes.length).toBe(2);
  });

  it('keeps touching classes apart', () => {
    expect([...connectedComponents(plane('1122'), [1, 1, 4]).labels]).toEqual([1, 1, 2, 2]);
  });

  it('finds the same components whichever way the volume is scanned', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 60, maxLength: 60, max: 2 }),
        fc.constantFrom(6 as const, 26 as const),
        (data, n) => {
          const sorted = (sizes: Int32Array) => [...sizes].slice(1).sort((a, b) => a - b);
          const there = connectedComponents(data, [3, 4, 5], n);
          const back = connectedComponents(data.slice().reverse(), [3, 4, 5], n);
          expect(sorted(there.sizes)).toEqual(sorted(back.sizes));
        },
      ),
    );
  });

  it('refuses data that does not fill its shape', () => {
    expect(() => connectedComponents(new Uint8Array(3), [1, 2, 2])).toThrow('does not have 3 values');
  });
});

describe('keepLargestComponents', () => {
  it('keeps one component of each class', () => {
    const data = plane('110020', '100022', '000000', '010200');
    const cleaned = keepLargestComponents({ data, shape: [1, 4, 6], geometry: PIXEL_GEOMETRY });
    expect([...cleaned.data]).toEqual([...plane('110020', '100022', '000000', '000000')]);
  });

  it('keeps the first of equally large ones and leaves an empty volume empty', () => {
    const keep = (data: Uint8Array) => [
      ...keepLargestComponents({ data, shape: [1, 1, 3], geometry: PIXEL_GEOMETRY }).data,
    ];
    expect(keep(plane('101'))).toEqual([1, 0, 0]);
    expect(keep(plane('000'))).toEqual([0, 0, 0]);
  });
});

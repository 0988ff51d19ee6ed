import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonWith } from '../testing/python.ts';
import { isOrientation, orientationOf, reorient, restoreOrientation } from './orientation.ts';
import { inWorld, ORIENTATIONS } from './testing/orientations.ts';
import type { LabelVolume, Volume } from './volume.ts';

type Matrix = readonly (readonly number[])[];

/** Product of a rotation about x, y and z (radians). */
function rotation(x: number, y: number, z: number): number[][] {
  const multiply = (a: Matrix, b: Matrix) =>
    a.map((row) => [0, 1, 2].map((c) => row.reduce((sum, value, i) => sum + value * (b[i]?.[c] ?? 0), 0)));
  const [cx, cy, cz] = [Math.cos(x), Math.cos(y), Math.cos(z)];
  const [sx, sy, sz] = [Math.sin(x), Math.sin(y), Math.sin(z)];
  const about = [
    [
      [1, 0, 0],
      [0, cx, -sx],
      [0, sx, cx],
    ],
    [
      [cy, 0, sy],
      [0, 1, 0],
      [-sy, 0, cy],
    ],
    [
      [cz, -sz, 0],
      [sz, cz, 0],
      [0, 0, 1],
    ],
  ] as const;
  return multiply(multiply(about[2], about[1]), about[0]);
}

function scan(r: number[][], spacing: readonly [number, number, number], channels = 2): Volume {
  const shape = [channels, 2, 3, 4] as const;
  const steps = [spacing[2], spacing[1], spacing[0]];
  const rows = r.flatMap((row, i) => [...row.map((value, c) => value * (steps[c] as number)), 10 * i - 3]);
  return {
    data: Float32Array.from({ length: channels * 24 }, (_, i) => i),
    shape,
    geometry: { spacing, unit: 'mm', affine: [...rows, 0, 0, 0, 1] },
  };
}

const EYE = rotation(0, 0, 0);
const axial = scan(EYE, [4, 2, 1]);
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const anyScan = fc.tuple(angle, angle, angle).map(([x, y, z]) => scan(rotation(x, y, z), [4, 2.5, 1.25]));

describe('orientationOf', () => {
  it.each<[string, number[]]>([
    ['RAS', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]],
    ['LPS', [-2, 0, 0, 5, 0, -2, 0, 5, 0, 0, 9, 5]],
    ['SLP', [0, -1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0]],
    // An oblique scan, named after the nearest axes; by the largest entry of each column, two of them would be A.
    ['ASR', [0.1, 0, 0.9, 0, 0.8, 0.72, 0.1, 0, -0.6, 0.69, 0.2, 0]],
  ])('is %s', (expected, rows) => expect(orientationOf([...rows, 0, 0, 0, 1])).toBe(expected));

  it('tells orientations from other words', () => {
    expect(ORIENTATIONS).toHaveLength(48);
    expect(new Set(ORIENTATIONS).size).toBe(48);
    expect(ORIENTATIONS.every(isOrientation)).toBe(true);
    expect(['', 'RA', 'RRS', 'RLS', 'ras', 'XYZ', 'RASI'].some(isOrientation)).toBe(false);
  });
});

describe('reorient', () => {
  it('moves no voxel in the world, and is undone exactly', () => {
    fc.assert(
      fc.property(anyScan, fc.constantFrom(...ORIENTATIONS), (volume, to) => {
        const turned = reorient(volume, to);
        expect(orientationOf(turned.geometry.affine as readonly number[])).toBe(to);
        expect(inWorld(turned)).toEqual(inWorld(volume));
        const labels: LabelVolume = {
          data: Uint8Array.from(turned.data.subarray(0, 24)),
          shape: turned.shape.slice(1) as [number, number, number],
          geometry: turned.geometry,
        };
        const restored = restoreOrientation(labels, volume.geometry);
        expect([...restored.data]).toEqual([...volume.data.subarray(0, 24)]);
        expect(restored.shape).toEqual([2, 3, 4]);
        expect(restored.geometry).toBe(volume.geometry);
      }),
    );
  });

  it('turns spacing with the axes', () => {
    const { shape, geometry } = reorient(axial, 'SRA');
    expect([shape, geometry.spacing]).toEqual([
      [2, 3, 4, 2],
      [2, 1, 4],
    ]);
    expect(geometry.affine).toEqual([0, 1, 0, -3, 0, 0, 2, 7, 4, 0, 0, 17, 0, 0, 0, 1]);
  });

  it('flips about the last voxel', () => {
    const { data, geometry } = reorient(scan(EYE, [4, 2, 1], 1), 'LAS');
    expect([...data.subarray(0, 4)]).toEqual([3, 2, 1, 0]);
    expect(geometry.affine).toEqual([-1, 0, 0, 0, 0, 2, 0, 7, 0, 0, 4, 17, 0, 0, 0, 1]);
  });

  it('brings all 48 storages of a scan to the same array, also at 45 degrees', () => {
    const quarter = Math.PI / 4;
    for (const r of [rotation(0.3, -0.4, 0.2), rotation(0, 0, quarter), rotation(quarter, 0, 0), rotation(1, 2, 3)]) {
      const original = scan(r, [4, 2, 1]);
      const wanted = reorient(original, 'LPS');
      for (const orientation of ORIENTATIONS) {
        const { data, shape } = reorient(reorient(original, orientation), 'LPS');
        expect([shape, data]).toEqual([wanted.shape, wanted.data]);
      }
    }
  });

  it('leaves alone what has no affine or is right already', () => {
    const flat: Volume = { ...axial, geometry: { spacing: [1, 1, 1], unit: 'px' } };
    expect(reorient(flat, 'LPS')).toBe(flat);
    expect(reorient(axial, 'RAS')).toBe(axial);
    expect(() => reorient(axial, 'up')).toThrow(
      '"up" is no orientation. Give one letter of R/L, one of A/P and one of S/I',
    );
  });
});

const nibabel = pythonWith('nibabel');
const script = `import json, sys, nibabel as nib, numpy as np
out = []
for case in json.load(sys.stdin):
    image = nib.Nifti1Image(np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 1, 0), np.array(case["affine"]).reshape(4, 4))
    start = nib.io_orientation(image.affine)
    turned = image.as_reoriented(nib.orientations.ornt_transform(start, nib.orientations.axcodes2ornt(case["to"])))
    out.append({"codes": "".join(nib.aff2axcodes(image.affine)), "affine": turned.affine.ravel().tolist(), "data": turned.get_fdata().ravel(order="F").tolist()})
json.dump(out, sys.stdout)`;

interface Answer {
  readonly codes: string;
  readonly affine: readonly number[];
  readonly data: readonly number[];
}

it.skipIf(nibabel === undefined)('agrees with nibabel', () => {
  const small = fc.double({ min: -0.5, max: 0.5, noNaN: true });
  const scans = fc
    .sample(fc.tuple(small, small, small, fc.constantFrom(...ORIENTATIONS)), { numRuns: 40, seed: 1 })
    .map(([x, y, z, stored]) => reorient(scan(rotation(x, y, z), [4, 2, 1], 1), stored))
    .filter(({ shape }) => shape.join() === '1,2,3,4');
  expect(scans.length).toBeGreaterThan(3);
  const cases = scans.flatMap((volume) => ['RAS', 'LPS', 'SRA', 'PIR'].map((to) => ({ volume, to })));
  const input = JSON.stringify(cases.map(({ volume, to }) => ({ affine: volume.geometry.affine, to })));
  const answers = nibabel?.(script, [], input) as Answer[];
  cases.forEach(({ volume: { geometry }, to }, i) => {
    const turned = reorient({ ...axial, shape: [1, 2, 3, 4], data: axial.data.slice(0, 24), geometry }, to);
    expect(orientationOf(geometry.affine as readonly number[])).toBe(answers[i]?.codes);
    expect([...turned.data]).toEqual(answers[i]?.data);
    (turned.geometry.affine as readonly number[]).forEach((value, c) => {
      expect(value).toBeCloseTo(answers[i]?.affine[c] as number, 9);
    });
  });
});

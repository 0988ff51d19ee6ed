import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { readLabels, writeNifti } from '../../formats/index.ts';
import { orientationOf, reorient } from '../../imaging/orientation.ts';
import { inWorld } from '../../imaging/testing/orientations.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import { pythonWith } from '../../testing/python.ts';
import { runCommand, TINY, workplace } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const STORED = ['RAS', 'LPS', 'SRA', 'PIR', 'ALI'];
const SHAPE = [3, 24, 20] as const;

/** A bright box in thick axial slices, stored as RAS; patients differ in where it lies. */
function patient(n: number): { image: Volume; mask: LabelVolume } {
  const geometry = {
    spacing: [6, 1.5, 1.25] as const,
    unit: 'mm' as const,
    affine: [1.25, 0, 0, -10, 0, 1.5, 0, 20 + n, 0, 0, 6, 5, 0, 0, 0, 1],
  };
  const [, height, width] = SHAPE;
  const mask = Uint8Array.from({ length: 3 * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return x > 3 && x < 11 && y > 4 + n && y < 14 + n ? 1 : 0;
  });
  const image = Float32Array.from(mask, (inside, i) => 100 * inside + ((i * 37) % 41));
  return { image: { data: image, shape: [1, ...SHAPE], geometry }, mask: { data: mask, shape: SHAPE, geometry } };
}

beforeAll(async () => {
  // Scans of one data set in different orientations; the last mask is stored along other axes than its scan.
  for (const [n, stored] of ['RAS', 'LPS', 'SRA', 'LPS', 'LPS', 'PIR'].entries()) {
    const { image, mask } = patient(n);
    await files.write(at(`data/images/p${n}.nii.gz`), writeNifti(reorient(image, stored)));
    await files.write(at(`data/masks/p${n}.nii.gz`), writeNifti(reorient(mask, n === 5 ? 'RAS' : stored)));
  }
  for (const stored of STORED) {
    await files.write(at(`scans/${stored}.nii.gz`), writeNifti(reorient(patient(2).image, stored)));
  }
  await files.write(at('tiny.yaml'), TINY);
  const args = ['--data', at('data'), '--config', at('tiny.yaml'), '--out', at('run'), '--threads', '1'];
  expect(await runCommand('train', ...args, '--method', 'supervised', '--steps', '60')).toMatchObject({ status: 0 });
  expect(await runCommand('predict', at('run'), at('scans'), '--out', at('masks'))).toMatchObject({ status: 0 });
});

const maskOf = async (stored: string) => readLabels(await files.read(at(`masks/${stored}.nii.gz`)), stored);

describe('a data set whose scans are stored along different axes', () => {
  it('is trained on in the orientation of most, slices across the coarsest spacing', async () => {
    const { preparation } = JSON.parse(await readText(files, at('run/run.json')));
    expect(preparation.orientation).toBe('LPS');
  });

  it('gives masks that are the same in the world and lie on their scans', async () => {
    const world = ({ data, shape, geometry }: LabelVolume) => inWorld({ data, shape: [1, ...shape], geometry });
    const wanted = world(await maskOf('RAS'));
    expect([...wanted.values()].filter(([label]) => label === 1).length).toBeGreaterThan(50);
    for (const stored of STORED) {
      const mask = await maskOf(stored);
      expect(orientationOf(mask.geometry.affine as readonly number[])).toBe(stored);
      expect(world(mask)).toEqual(wanted);
    }
  });

  it('agrees with the truth in every orientation', async () => {
    const args = ['--data', at('data'), '--split', 'val', '--json', at('scores.json')];
    expect(await runCommand('evaluate', at('run'), ...args)).toMatchObject({ status: 0 });
    const { mean } = JSON.parse(await readText(files, at('scores.json')));
    expect(mean.dice).toBeGreaterThan(0.5);
  });
});

const script = `import sys, json, nibabel as nib, numpy as np
out = []
for mask, scan in zip(sys.argv[1::2], sys.argv[2::2]):
    m, s = nib.load(mask), nib.load(scan)
    same = [np.array_equal(m.affine, s.affine), m.shape == s.shape, np.array_equal(m.get_qform(), s.get_qform()),
            np.array_equal(m.get_sform(), s.get_sform()), int(m.header["qform_code"]) == int(s.header["qform_code"])]
    canonical = nib.as_closest_canonical(m).get_fdata()
    out.append({"same": all(map(bool, same)), "dtype": str(m.get_data_dtype()), "codes": "".join(nib.aff2axcodes(m.affine)), "canonical": canonical.ravel().tolist()})
json.dump(out, sys.stdout)`;
const nibabel = pythonWith('nibabel');

it.skipIf(nibabel === undefined)('nibabel finds the masks on their scans, and all alike', () => {
  const paths = STORED.flatMap((stored) => [at(`masks/${stored}.nii.gz`), at(`scans/${stored}.nii.gz`)]);
  const found = nibabel?.(script, paths) as { canonical: number[] }[];
  for (const [i, stored] of STORED.entries()) {
    expect(found[i]).toEqual({ same: true, dtype: 'uint8', codes: stored, canonical: found[0]?.canonical });
  }
});

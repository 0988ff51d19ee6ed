import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../imaging/volume.ts';
import { pythonWith } from '../../testing/python.ts';
import { sharedData } from '../testing/shared-data.ts';
import { readNifti, writeNifti } from './nifti.ts';

const nibabel = pythonWith('nibabel');
const { folder: shared, isMissing } = sharedData('readers/nifti');
const folder = mkdtempSync(join(tmpdir(), 'patchcl-nifti-'));

/** Writes one file of every kind: data type, byte order, version, gzip, slope, and every way to state the orientation. */
const makeFiles = `import sys, json, nibabel as nib, numpy as np
rng = np.random.default_rng(1)
names = []
for version, image in (1, nib.Nifti1Image), (2, nib.Nifti2Image):
    for order in "<>":
        for dtype in "u1 i1 u2 i2 u4 i4 u8 i8 f4 f8 rgb".split():
            for extra in (), (2,):
                shape = (5, 4, 3) + extra
                if dtype == "rgb":
                    data = rng.integers(0, 256, shape + (3,)).astype("u1").view([("R", "u1"), ("G", "u1"), ("B", "u1")]).reshape(shape)
                else:
                    data = rng.integers(0, 100, shape).astype(order + dtype)
                header = nib.Nifti1Header(endianness=order) if version == 1 else nib.Nifti2Header(endianness=order)
                c, s = np.cos(0.3), np.sin(0.3)
                affine = np.array([[2*c, -1.5*s, 0, 7], [2*s, 1.5*c, 0, -9], [0, 0, -3.25, 4], [0, 0, 0, 1]])
                i = image(data, None if len(names) % 5 == 0 else affine, header)
                i.set_data_dtype(data.dtype)
                i.header["descrip"] = b"made for a test"
                i.header.set_xyzt_units("mm", "sec")
                if len(names) % 5 == 1: i.set_sform(None, 0); i.set_qform(affine, 2)
                if len(names) % 5 == 2: i.set_sform(affine, 4); i.set_qform(None, 0)
                if len(names) % 5 == 3: i.set_sform(affine, 3); i.set_qform(np.diag([2, 1.5, 3.25, 1]), 1)
                if dtype in ("u1", "i2") : i.header.set_slope_inter(0.5, -3)
                name = f"{version}{'le' if order == '<' else 'be'}{dtype}{len(extra)}.nii" + ("" if len(names) % 2 else ".gz")
                nib.save(i, sys.argv[1] + "/" + name)
                names.append(name)
json.dump(names, sys.stdout)`;

const readFiles = `import sys, json, nibabel as nib, numpy as np
out = []
for path in sys.argv[1:]:
    i = nib.load(path)
    data = np.asanyarray(i.dataobj)
    if data.dtype.fields: data = np.stack([data[n] for n in ("R", "G", "B")], axis=-1)[:, :, :, 0] if data.ndim == 4 else np.stack([data[n] for n in ("R", "G", "B")], axis=-1)
    elif data.ndim == 4: data = data[..., 0]
    h = i.header
    out.append({"data": data.astype(float).ravel(order="F").tolist(), "affine": (h.get_best_affine() if h["sform_code"] > 0 or h["qform_code"] > 0 else np.zeros((4, 4))).ravel().tolist(),
                "zooms": [float(z) for z in h.get_zooms()[:3]], "codes": [int(h["qform_code"]), int(h["sform_code"])], "kind": type(i).__name__,
                "qform": [float(h[k]) for k in ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z")],
                "sform": np.array([h["srow_x"], h["srow_y"], h["srow_z"]]).ravel().tolist(), "pixdim": h["pixdim"][:4].tolist(),
                "dtype": str(i.get_data_dtype()), "descrip": h["descrip"].item().decode(), "shape": list(i.shape[:3])})
json.dump(out, sys.stdout)`;

interface Found {
  readonly data: readonly number[];
  readonly affine: readonly number[];
  readonly zooms: readonly number[];
  readonly codes: readonly number[];
  readonly dtype: string;
  readonly [key: string]: unknown;
}

describe.skipIf(nibabel === undefined)('beside nibabel', () => {
  const ask = (paths: readonly string[]) => nibabel?.(readFiles, paths) as Found[];
  const made =
    nibabel === undefined ? [] : (nibabel(makeFiles, [folder]) as string[]).map((name) => join(folder, name));
  const real = isMissing ? [] : readdirSync(shared).map((name) => join(fileURLToPath(shared), name));
  const paths = [...made, ...real];

  it('every kind of file has the same values and the same place', async () => {
    expect(made).toHaveLength(88);
    const answers = ask(paths);
    for (const [n, path] of paths.entries()) {
      const { data, affine, zooms, codes } = answers[n] as Found;
      const volume = await readNifti(readFileSync(path), path);
      expect(volume.data.length).toBe(data.length);
      const worst = volume.data.reduce(
        (gap, value, i) => Math.max(gap, Math.abs(value - (data[i] as number)) / (1 + Math.abs(value))),
        0,
      );
      expect([path, worst < 1e-6]).toEqual([path, true]);
      zooms.forEach((step, axis) => {
        expect(volume.geometry.spacing[2 - axis]).toBeCloseTo(step, 5);
      });
      if (codes.every((code) => code === 0)) expect(volume.geometry.affine).toBeUndefined();
      else
        affine.forEach((value, i) => {
          expect(volume.geometry.affine?.[i]).toBeCloseTo(value, 4);
        });
    }
  });

  it('masks written like their scans have the same header, in the version of the scan', async () => {
    const masks = [];
    for (const [n, path] of paths.entries()) {
      const bytes = readFileSync(path);
      const { shape, geometry } = await readNifti(bytes, path);
      const voxels = shape[1] * shape[2] * shape[3];
      const mask: LabelVolume = {
        data: Uint8Array.from({ length: voxels }, (_, i) => i % 3),
        shape: shape.slice(1) as [number, number, number],
        geometry,
      };
      masks.push(join(folder, `mask${n}.nii.gz`));
      writeFileSync(masks.at(-1) as string, writeNifti(mask, { like: bytes }));
    }
    const [scans, written] = [ask(paths), ask(masks)];
    for (const [n, scan] of scans.entries()) {
      const { data, dtype, ...header } = scan;
      expect(written[n]).toMatchObject({ ...header, dtype: 'uint8', descrip: '' });
      expect(written[n]?.data.every((value, i) => value === i % 3)).toBe(true);
    }
  });
});

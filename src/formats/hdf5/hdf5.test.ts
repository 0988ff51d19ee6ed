import { readdirSync, readFileSync } from 'node:fs';
import * as h5wasm from 'h5wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PatchclError } from '../../core/errors.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { pythonWith } from '../../testing/python.ts';
import { sharedData } from '../testing/shared-data.ts';
import { readHdf5Image, readHdf5Labels } from './hdf5.ts';

type Datasets = Record<string, { data: Parameters<h5wasm.File['create_dataset']>[0]['data']; shape: number[] }>;

function file(datasets: Datasets, compression?: number): Uint8Array {
  const made = new h5wasm.File('/made.h5', 'w');
  for (const [name, { data, shape }] of Object.entries(datasets)) {
    made.create_dataset({ name, data, shape, ...(compression === undefined ? {} : { compression, chunks: shape }) });
  }
  made.close();
  const { FS } = h5wasm.Module;
  const bytes = (FS.readFile('/made.h5') as Uint8Array).slice();
  FS.unlink('/made.h5');
  return bytes;
}

const problem = (bytes: Uint8Array) =>
  readHdf5Image(bytes, 'a.h5').then(
    () => 'no error',
    (error: PatchclError) => `${error.name} ${error.code}: ${error.message}`,
  );

beforeAll(async () => {
  await h5wasm.ready;
});

describe('reading SSL4MIS files', () => {
  it('reads slices and volumes', async () => {
    const slice = file({ image: { data: Float32Array.of(0, 0.25, 0.5, 1, 0, 0), shape: [2, 3] } });
    expect(await readHdf5Image(slice, 'a.h5')).toEqual({
      data: Float32Array.of(0, 0.25, 0.5, 1, 0, 0),
      shape: [1, 1, 2, 3],
      geometry: PIXEL_GEOMETRY,
    });
    const volume = file({ label: { data: Uint8Array.of(0, 1, 2, 3), shape: [2, 1, 2] } });
    expect(await readHdf5Labels(volume, 'a.h5')).toMatchObject({ data: Uint8Array.of(0, 1, 2, 3), shape: [2, 1, 2] });
  });

  it('reads each data set without the other', async () => {
    expect(
      (await readHdf5Image(file({ image: { data: Float32Array.of(1), shape: [1, 1] } }), 'a.h5')).data.length,
    ).toBe(1);
    expect((await readHdf5Labels(file({ label: { data: Uint8Array.of(1), shape: [1, 1] } }), 'a.h5')).data.length).toBe(
      1,
    );
  });

  it.each([
    ['float64', Float64Array.of(1, 2)],
    ['int16', Int16Array.of(1, 2)],
    ['int64', BigInt64Array.of(1n, 2n)],
  ])('reads %s', async (_, data) => {
    const bytes = file({ image: { data, shape: [1, 2] }, label: { data, shape: [1, 2] } });
    expect([...(await readHdf5Image(bytes, 'a.h5')).data]).toEqual([1, 2]);
    expect([...(await readHdf5Labels(bytes, 'a.h5')).data]).toEqual([1, 2]);
  });

  it('refuses labels that are no class index', async () => {
    const bytes = file({ label: { data: Float32Array.of(0, 0.5), shape: [1, 2] } });
    await expect(readHdf5Labels(bytes, 'a.h5')).rejects.toThrow('a.h5: a segmentation holds class indices');
  });

  it('keeps nothing of the files it has read', async () => {
    const image = { data: new Float32Array(1 << 16), shape: [256, 256] };
    const bytes = file({ image, label: { data: new Uint8Array(1 << 16), shape: [256, 256] } }, 4);
    const cut = bytes.subarray(0, bytes.length - 100);
    const read = async () => {
      await readHdf5Image(bytes, 'a.h5');
      await readHdf5Labels(bytes, 'a.h5');
      await problem(cut);
    };
    for (let i = 0; i < 20; i++) await read();
    const files = h5wasm.Module.FS.readdir('/');
    const memory = h5wasm.Module.HEAPU8.length;
    for (let i = 0; i < 1000; i++) await read();
    expect(h5wasm.Module.FS.readdir('/')).toEqual(files);
    expect(h5wasm.Module.HEAPU8.length).toBe(memory);
  });
});

describe('damaged and foreign files', () => {
  const whole = () =>
    file({ image: { data: Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i)), shape: [64, 64] } }, 4);

  it('refuses every cut', async () => {
    const bytes = whole();
    for (let length = 0; length < bytes.length; length += 101) {
      expect(await problem(bytes.subarray(0, length))).toContain(
        'PatchclError bad-file: a.h5: this is not an HDF5 file, or it is cut off.',
      );
    }
  });

  it('survives damage anywhere', async () => {
    const bytes = whole();
    for (let at = 0; at < bytes.length; at += 13) {
      const damaged = bytes.map((byte, i) => (i === at ? byte ^ 0x55 : byte));
      expect(await problem(damaged)).toMatch(/^no error$|^PatchclError (bad-file|unsupported): a\.h5: /);
    }
    expect(await problem(bytes)).toBe('no error');
  });

  it.each<[string, Datasets, RegExp]>([
    [
      'a missing data set',
      { label: { data: Uint8Array.of(1), shape: [1, 1] } },
      /bad-file: a\.h5: the HDF5 file has no data set "image"/,
    ],
    ['text', { image: { data: ['a', 'b'], shape: [1, 2] } }, /unsupported: a\.h5: .* does not hold integers or floats/],
    [
      'a line',
      { image: { data: Float32Array.of(1), shape: [1] } },
      /bad-file: .* has the shape \[1\], expected 2 or 3 dimensions/,
    ],
  ])('explains %s', async (_, datasets, expected) => {
    expect(await problem(file(datasets))).toMatch(expected);
  });
});

const { folder, isMissing } = sharedData('acdc/data');

describe.skipIf(isMissing)('ACDC', () => {
  it('reads slices and volumes in their native size', async () => {
    const names = readdirSync(folder);
    for (const name of [...names.slice(0, 2), ...names.filter((n) => n.includes('slice')).slice(0, 10)]) {
      const bytes = readFileSync(new URL(name, folder));
      const image = await readHdf5Image(bytes, name);
      const label = await readHdf5Labels(bytes, name);
      expect(image.shape.slice(1)).toEqual(label.shape);
      expect(image.data.length).toBe(label.data.length);
      expect(image.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(label.data.every((value) => value <= 3)).toBe(true);
    }
  });
});

const python = pythonWith('h5py');

describe.skipIf(python === undefined)('files of h5py', () => {
  const written = python?.(
    `
import base64, io, json
import h5py, numpy as np
out = {}
values = np.array([[0, 0.25, -2], [65504, 6e-8, np.inf]])
kinds = dict(half=values.astype("f2"), bool=values > 0, big=(np.arange(6).reshape(2, 3) * 100).astype(">i4"), lzf=np.zeros((50, 50), "u1"))
for name, data in kinds.items():
    file = io.BytesIO()
    with h5py.File(file, "w") as f:
        for key in ("image", "label"):
            f.create_dataset(key, data=data, compression="lzf" if name == "lzf" else None)
    out[name] = base64.b64encode(file.getvalue()).decode()
print(json.dumps(out))`,
    [],
  ) as Record<string, string>;
  const bytesOf = (name: string) => new Uint8Array(Buffer.from(written[name] as string, 'base64'));

  it('of half floats, truth values and either byte order are read', async () => {
    const half = await readHdf5Image(bytesOf('half'), 'a.h5');
    expect([...half.data]).toEqual([0, 0.25, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect([...(await readHdf5Labels(bytesOf('bool'), 'a.h5')).data]).toEqual([0, 1, 0, 1, 1, 1]);
    expect([...(await readHdf5Image(bytesOf('big'), 'a.h5')).data]).toEqual([0, 100, 200, 300, 400, 500]);
  });

  it('that are compressed by LZF are refused by its name, not as damaged', async () => {
    expect(await problem(bytesOf('lzf'))).toMatch(
      /unsupported: a\.h5: .* compressed by lzf \(filter 32000\).*h5repack/,
    );
  });
});

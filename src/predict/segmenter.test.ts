import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { ModelProtoSchema } from '../graph/onnx/onnx_pb.ts';
import { keepLargestComponents } from '../imaging/components.ts';
import { orientationOf, reorient } from '../imaging/orientation.ts';
import { inWorld, ORIENTATIONS } from '../imaging/testing/orientations.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { initialise, namedSpecs } from '../nn/parameters.ts';
import { unetSpec } from '../nn/unet.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { largestDifference } from '../testing/compare.ts';
import { type ModelInfo, readModelInfo, writeModelFile } from './model-file.ts';
import { mostProbable, Segmenter, type SegmenterOptions } from './segmenter.ts';
import { TINY_INFO, TINY_NETWORK, tinyModel } from './testing/tiny-model.ts';

const info = TINY_INFO;
const model = tinyModel();
const runtime = nodeRuntime({ threads: 1 });

const scan: Volume = {
  data: Float32Array.from({ length: 3 * 20 * 28 }, (_, i) => (i % 101) / 100),
  shape: [1, 3, 20, 28],
  geometry: { spacing: [8, 1.5, 1.5], unit: 'mm', affine: [1.5, 0, 0, 1, 0, 1.5, 0, 2, 0, 0, 8, 3, 0, 0, 0, 1] },
};

/** The upper left corner of every slice. */
function cut({ data, shape: [, depth, , width], geometry }: Volume, rows: number, columns: number): Volume {
  const kept = Float32Array.from({ length: depth * rows * columns }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    return data[(z * 20 + y) * width + x] as number;
  });
  return { data: kept, shape: [1, depth, rows, columns], geometry };
}

describe('a model file', () => {
  it('gives back what it says about itself', () => {
    expect(readModelInfo(model, 'model.onnx')).toEqual(info);
  });

  const proto = fromBinary(ModelProtoSchema, model);
  const without = (key: string) => {
    const metadataProps = proto.metadataProps.filter((entry) => entry.key !== key);
    return toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...proto, metadataProps }));
  };
  const foreign = toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...proto, metadataProps: [] }));
  const renamed = fromBinary(ModelProtoSchema, model);
  for (const entry of renamed.graph?.input ?? []) entry.name = 'x';

  it.each([
    ['text', new TextEncoder().encode('{"a": 1}'), 'this is not a whole ONNX file'],
    ['nothing', new Uint8Array(), 'this is not a whole ONNX file'],
    ['its first half', model.subarray(0, model.length / 2), 'this is not a whole ONNX file'],
    ['a model of another program', foreign, 'does not say how images are prepared for it'],
    ['a missing entry', without('patchcl.preparation'), 'entry patchcl.preparation is missing or damaged'],
    ['another input', toBinary(ModelProtoSchema, renamed), 'the model has no input "image"'],
  ])('is refused when it is %s', (_, bytes, message) => {
    const hint = 'Take a model.onnx that patchcl train or patchcl export has written.';
    expect(() => readModelInfo(bytes, 'm.onnx')).toThrow(new RegExp(`^m\\.onnx: .*${message}.*${hint}$`));
  });
});

describe('a segmenter', () => {
  it('says which file it is that ONNX Runtime cannot load', async () => {
    const damaged = fromBinary(ModelProtoSchema, model);
    for (const node of damaged.graph?.node ?? []) node.opType = 'Unknown';
    await expect(Segmenter.load(runtime, toBinary(ModelProtoSchema, damaged), 'mine/model.onnx')).rejects.toThrow(
      /^mine\/model\.onnx: ONNX Runtime could not load the model on cpu: .*Unknown.* write it anew with patchcl export\.$/s,
    );
  });

  it('answers in the size and geometry of the scan, slice by slice', async () => {
    const segmenter = await Segmenter.load(runtime, model, 'model.onnx');
    const labels = await segmenter.segment(scan, 'scan');
    expect(labels.shape).toEqual([3, 20, 28]);
    expect(labels.geometry).toBe(scan.geometry);
    expect(new Set(labels.data).size).toBeGreaterThan(1);
    const second: Volume = { ...scan, data: scan.data.slice(560, 1120), shape: [1, 1, 20, 28] };
    expect((await segmenter.segment(second, 'slice')).data).toEqual(labels.data.slice(560, 1120));
    await segmenter.dispose();
  });

  it('keeps the largest parts of the classes that its model names, of all or of none on demand', async () => {
    const cleaning = tinyModel({ largestParts: [1] });
    const [plain, byModel, never, always] = await Promise.all(
      [
        [model, {}],
        [cleaning, {}],
        [cleaning, { keepLargest: false }],
        [cleaning, { keepLargest: true }],
      ].map(async ([bytes, options]) => {
        const segmenter = await Segmenter.load(runtime, bytes as Uint8Array, 'model.onnx', options as SegmenterOptions);
        const labels = await segmenter.segment(scan, 'scan');
        expect(segmenter.labels(await segmenter.probabilities(scan, 'scan'))).toEqual(labels);
        await segmenter.dispose();
        return labels;
      }),
    );
    expect(byModel).toEqual(keepLargestComponents(plain as LabelVolume, [1]));
    expect(byModel).not.toEqual(plain);
    expect(never).toEqual(plain);
    expect(always).toEqual(keepLargestComponents(plain as LabelVolume));
    expect(always).not.toEqual(plain);
  });

  it('gives probabilities that its segmentation follows from', async () => {
    const segmenter = await Segmenter.load(runtime, model, 'model.onnx');
    const probabilities = await segmenter.probabilities(scan, 'scan');
    expect(probabilities.shape).toEqual([3, 3, 20, 28]);
    expect(mostProbable(probabilities)).toEqual(await segmenter.segment(scan, 'scan'));
    const voxels = 3 * 20 * 28;
    for (let i = 0; i < voxels; i++) {
      const sum = [0, 1, 2].reduce((total, k) => total + (probabilities.data[k * voxels + i] as number), 0);
      expect(sum).toBeCloseTo(1, 5);
    }
    // Three quarters of each side are kept; the corner is background for certain.
    expect([0, 1, 2].map((k) => probabilities.data[k * voxels])).toEqual([1, 0, 0]);
    await segmenter.dispose();
  });

  it('sees the slices beside each slice, and the border ones again at the ends', async () => {
    const three = { ...TINY_NETWORK, channels: 3 };
    const seeing = initialise(namedSpecs(unetSpec(three)), new Rng(1));
    const stacked = { ...info, preparation: { ...info.preparation, context: 1 } };
    const segmenter = await Segmenter.load(runtime, writeModelFile(three, seeing, stacked), 'model.onnx');
    const colour = await Segmenter.load(runtime, writeModelFile(three, seeing, { ...info, channels: 3 }), 'model.onnx');
    const probabilities = await segmenter.probabilities(scan, 'scan');
    const plane = 20 * 28;
    for (const [z, stack] of [
      [0, [0, 0, 1]],
      [1, [0, 1, 2]],
      [2, [1, 2, 2]],
    ] as const) {
      const data = Float32Array.from(
        stack.flatMap((slice) => [...scan.data.slice(slice * plane, (slice + 1) * plane)]),
      );
      const alone = await colour.probabilities({ ...scan, data, shape: [3, 1, 20, 28] }, 'stack');
      for (let k = 0; k < 3; k++) {
        const found = probabilities.data.slice((k * 3 + z) * plane, (k * 3 + z + 1) * plane);
        expect(largestDifference([...found], [...alone.data.slice(k * plane, (k + 1) * plane)])).toBeLessThan(1e-5);
      }
    }
    await segmenter.dispose();
    await colour.dispose();
  });

  it('sees large pictures through tiles, in their own resolution', async () => {
    const tiles = { scale: 1, overlap: 0.25 };
    const tiled = { ...info, preparation: { ...info.preparation, crop: 1, tiles } };
    const segmenter = await Segmenter.load(runtime, tinyModel(tiled), 'model.onnx');
    const whole = await Segmenter.load(
      runtime,
      tinyModel({ ...tiled, preparation: { ...info.preparation, crop: 1 } }),
      'm',
    );
    const probabilities = await segmenter.probabilities(scan, 'scan');
    expect(probabilities.shape).toEqual([3, 3, 20, 28]);
    expect(mostProbable(probabilities)).toEqual(await segmenter.segment(scan, 'scan'));
    // The upper left corner lies in one tile only, and so has the answer for that tile alone.
    const corner = cut(scan, 16, 16);
    const alone = await whole.probabilities(corner, 'corner');
    for (const [y, x] of [
      [0, 0],
      [3, 3],
      [0, 5],
    ] as const) {
      for (let k = 0; k < 3; k++) {
        const found = probabilities.data[((k * 3 + 1) * 20 + y) * 28 + x] as number;
        expect(found).toBeCloseTo(alone.data[((k * 3 + 1) * 16 + y) * 16 + x] as number, 5);
      }
    }
    const small = await segmenter.segment(cut(scan, 5, 9), 'smaller than a tile');
    expect(small.shape).toEqual([3, 5, 9]);
    await segmenter.dispose();
    await whole.dispose();
  });

  it('with flips, gives a mirrored scan the mirrored answer', async () => {
    const columns = 28;
    // The whole slice: what is cut out of it may lie half a pixel off its middle.
    const whole = { ...info, preparation: { ...info.preparation, crop: 1 } };
    const mirror = ({ data, ...rest }: Volume): Volume => ({
      ...rest,
      data: data.map((_, i) => data[i - (i % columns) + columns - 1 - (i % columns)] as number),
    });
    const answers = async (flips: boolean | undefined, own: ModelInfo = whole) => {
      const bytes = tinyModel(own);
      const segmenter = await Segmenter.load(runtime, bytes, 'model.onnx', { flips });
      const [plain, turned] = [
        await segmenter.probabilities(scan, 'scan'),
        await segmenter.probabilities(mirror(scan), 'scan'),
      ];
      await segmenter.dispose();
      return { plain: [...plain.data], turned: [...mirror(turned).data] };
    };
    const [without, withFlips] = [await answers(false), await answers(true)];
    expect(largestDifference(withFlips.turned, withFlips.plain)).toBeLessThan(1e-4);
    expect(largestDifference(without.turned, without.plain)).toBeGreaterThan(1e-2);
    expect(await answers(undefined)).toEqual(without);
    expect(await answers(undefined, { ...whole, flips: true })).toEqual(withFlips);
  });

  it('says what does not fit', async () => {
    const segmenter = await Segmenter.load(runtime, model, 'model.onnx');
    const colours: Volume = { ...scan, data: new Float32Array(3 * 560), shape: [3, 1, 20, 28] };
    await expect(segmenter.segment(colours, 'a.png')).rejects.toThrow(
      'a.png: the image has 3 channel(s), the model was trained on images with 1.',
    );
    const bright: Volume = { ...scan, data: scan.data.map((value) => 900 * value) };
    await expect(segmenter.segment(bright, 'a.nii')).rejects.toThrow(
      'a.nii: its intensities do not lie in [0, 1], as those of the training images did.',
    );
    await segmenter.dispose();
  });
});

describe('orientation', () => {
  const preparation = { ...info.preparation, normalise: 'percentile' as const, crop: 1, orientation: 'LPS' };
  const oriented = tinyModel({ preparation });
  // An oblique grid, so that rounding has something to bite on.
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const affine = [1.5 * c, -1.5 * s, 0, 1, 1.5 * s, 1.5 * c, 0, 2, 0, 0, 8, 3, 0, 0, 0, 1];
  const oblique: Volume = { ...scan, geometry: { spacing: [8, 1.5, 1.5], unit: 'mm', affine } };
  const world = ({ data, shape, geometry }: LabelVolume) => inWorld({ data, shape: [1, ...shape], geometry });

  it('of a scan does not matter: all 48 give the same mask in the world', async () => {
    const segmenter = await Segmenter.load(runtime, oriented, 'model.onnx');
    const wanted = world(await segmenter.segment(oblique, 'scan'));
    expect(new Set([...wanted.values()].flat()).size).toBeGreaterThan(1);
    for (const orientation of ORIENTATIONS) {
      const stored = reorient(oblique, orientation);
      expect(orientationOf(stored.geometry.affine as readonly number[])).toBe(orientation);
      const labels = await segmenter.segment(stored, orientation);
      expect(mostProbable(await segmenter.probabilities(stored, orientation))).toEqual(labels);
      expect(labels.geometry).toBe(stored.geometry);
      expect(world(labels)).toEqual(wanted);
    }
    await segmenter.dispose();
  });

  it('matters to a model that was trained without one: it sees scans as stored', async () => {
    const segmenter = await Segmenter.load(runtime, model, 'model.onnx');
    const labels = await segmenter.segment(reorient(scan, 'PIR'), 'scan');
    expect(world(labels)).not.toEqual(world(await segmenter.segment(scan, 'scan')));
    await segmenter.dispose();
  });

  it('means nothing to a scan that does not say how it lies', async () => {
    const [turning, plain] = [oriented, tinyModel({ preparation: stored() })];
    const flat: Volume = { ...scan, geometry: { spacing: [1, 1, 1], unit: 'px' } };
    const masks = [];
    for (const bytes of [turning, plain]) {
      const segmenter = await Segmenter.load(runtime, bytes, 'model.onnx');
      masks.push((await segmenter.segment(flat, 'a.png')).data);
      await segmenter.dispose();
    }
    expect(masks[0]).toEqual(masks[1]);
  });

  function stored() {
    const { orientation: _, ...rest } = preparation;
    return rest;
  }
});

import { describe, expect, it } from 'vitest';
import { pythonWith } from '../../../testing/python.ts';
import { TAG } from '../tags.ts';
import { hasValidator, validated } from '../testing/dciodvfy.ts';
import { codesOf } from './codes.ts';
import { readSegOn } from './read-on.ts';
import { everyKind } from './testing/seg-source.ts';

const identity = (segment: number) => segment;

describe('binary, label map and fractional segmentations', () => {
  it('are read back on their series, voxel for voxel', async () => {
    const { stack, labels, kinds } = await everyKind();
    for (const bytes of Object.values(kinds)) {
      expect((await readSegOn(stack, bytes, 'seg.dcm', identity)).data).toEqual(labels.data);
    }
  });

  it('carry codes of SNOMED where a class is a common structure, else codes of their own', () => {
    const text = (name: string) => codesOf(name, 3).type.text(TAG.CodeValue);
    expect(['Liver', 'left_kidney', 'tumour', 'left heart'].map(text)).toEqual([
      '10200004',
      '64033007',
      '108369006',
      'class-3',
    ]);
  });
});

const highdicom = pythonWith('highdicom');

describe.skipIf(highdicom === undefined)('highdicom', () => {
  it('reads every kind', async () => {
    const { labels, kinds } = await everyKind();
    for (const [kind, bytes] of Object.entries(kinds)) {
      const read = highdicom?.(
        `
import base64, io, json, sys
import highdicom as hd, numpy as np
seg = hd.seg.segread(io.BytesIO(base64.b64decode(sys.stdin.read())))
fractional = seg.segmentation_type == hd.seg.SegmentationTypeValues.FRACTIONAL
array = seg.get_volume(combine_segments=not fractional).array
if fractional: array = np.where(array.max(-1) > 0.5, array.argmax(-1) + 1, 0)
names = [seg.get_segment_description(n).segment_label for n in seg.segment_numbers]
print(json.dumps(dict(names=names, values=array.ravel().tolist(), shape=array.shape)))`,
        [],
        Buffer.from(bytes).toString('base64'),
      ) as { names: string[]; values: number[]; shape: number[] };
      expect(read.names).toEqual(['left heart', 'Größe']);
      // It gives the slices from the first to the last that holds something, from either side.
      const planes = Array.from({ length: 4 }, (_, z) => [...labels.data.subarray(15 * z, 15 * z + 15)].join());
      const [depth = 0] = read.shape;
      const theirs = Array.from({ length: depth }, (_, z) => read.values.slice(15 * z, 15 * z + 15).join());
      expect([kind, [planes, planes.toReversed()].some((own) => own.join(' ') === theirs.join(' '))]).toEqual([
        kind,
        true,
      ]);
    }
  }, 60_000);
});

describe.skipIf(!hasValidator)('dciodvfy', () => {
  it.each(['binary', 'fractional'] as const)('finds no error in a %s segmentation', async (kind) => {
    const { kinds } = await everyKind();
    const { text, errors } = validated(kinds[kind]);
    expect(text).toContain('Segmentation');
    expect(errors).toEqual([]);
  });
});

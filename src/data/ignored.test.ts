import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { IGNORED, type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import { foregroundExtent } from './auto-crop.ts';
import { makeBatch } from './batch.ts';
import type { Case } from './dataset.ts';
import { hasIgnored, ignoredShare } from './ignored.ts';
import { foregroundSample } from './plan/measure.ts';
import { PartsTally } from './plan/single-parts.ts';
import { makePreparation } from './preparation.ts';
import { prepareCases } from './prepare.ts';
import { drawTile } from './tiles/draw-tile.ts';

/** `.` background, digits classes, `?` what nobody has annotated. */
function mask(...slices: (readonly string[])[]): LabelVolume {
  const rows = slices.flat();
  const value = (sign: string) => (sign === '?' ? IGNORED : sign === '.' ? 0 : Number(sign));
  return {
    data: Uint8Array.from([...rows.join('')].map(value)),
    shape: [slices.length, slices[0]?.length ?? 0, rows[0]?.length ?? 0],
    geometry: PIXEL_GEOMETRY,
  };
}

function imageOf({ shape }: LabelVolume): Volume {
  const voxels = shape[0] * shape[1] * shape[2];
  return {
    data: Float32Array.from({ length: voxels }, (_, i) => i / voxels),
    shape: [1, ...shape],
    geometry: PIXEL_GEOMETRY,
  };
}

describe('pixels that nobody has annotated', () => {
  it('are no foreground that is kept, measured or looked for', () => {
    const partial = mask(['????', '.11.', '.11.', '....']);
    expect(foregroundExtent(partial)).toBe(foregroundExtent(mask(['....', '.11.', '.11.', '....'])));
    const values = [...foregroundSample(imageOf(partial), partial)];
    expect(values).toEqual([5, 6, 9, 10].map((i) => i / 16));
  });

  it('say nothing of whether a class is one part', () => {
    const parts = (label: LabelVolume) => {
      const tally = new PartsTally();
      tally.add(mask(['1.1.']), true);
      tally.add(label, true);
      return tally.result();
    };
    expect(parts(mask(['1?1?'])).inScans).toEqual([]);
    const partial = new PartsTally();
    partial.add(mask(['11.?'], ['11..']), true);
    expect(partial.result()).toEqual({ inScans: [], inSlices: [1] });
  });

  it('make a slice unlabelled where there are no others', async () => {
    const label = mask(['1.', '..'], ['??', '??'], ['?1', '..']);
    const item: Case = {
      ...{ id: 'a', patient: 'a', image: async () => imageOf(label), label: async () => label },
      mayBeIgnored: true,
    };
    const slices = await prepareCases([item], makePreparation('ssl4mis', { size: 2 }), { classes: 2 });
    expect(slices.map(({ label: own }) => own && [...own])).toEqual([[1, 0, 0, 0], undefined, [IGNORED, 1, 0, 0]]);
    expect(hasIgnored(slices)).toBe(true);
    expect(ignoredShare(slices)).toBe(1 / 8);
  });

  it('stay what they are when an image is turned, and where its border is repeated', () => {
    const size = 16;
    const label = Uint8Array.from({ length: size * size }, (_, i) => (i % size < size / 2 ? IGNORED : 1));
    // What is annotated is bright, so that the image tells where each pixel came from.
    const image = Float32Array.from(label, (value) => (value === IGNORED ? 0 : 1));
    const weak = { rotation: 1, rightAngles: true, flip: true, scale: 0.5, shift: 0.3 };
    const slice = { id: 'a', patient: 'a', image, label };
    for (let seed = 0; seed < 20; seed++) {
      const { images, labels } = makeBatch([slice], [0], { size, weak }, new Rng(seed));
      for (const [i, value] of (labels as Int32Array).entries()) {
        expect([1, IGNORED]).toContain(value);
        if (images[i] === 0) expect(value).toBe(IGNORED);
        if (images[i] === 1) expect(value).toBe(1);
      }
    }
  });

  it('are not what tiles are drawn for', () => {
    const [height, width] = [64, 64];
    const label = new Uint8Array(height * width).fill(IGNORED);
    for (let y = 40; y < 48; y++) label.fill(y === 40 ? 1 : 0, y * width + 8, y * width + 16);
    for (let seed = 0; seed < 200; seed++) {
      const { top, left } = drawTile([height, width], 16, label, new Rng(seed));
      const isSeen = top < 48 && top + 16 > 40 && left < 16 && left + 16 > 8;
      expect(isSeen).toBe(true);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { contrastSettings } from '../settings.ts';
import { patchGrid } from './geometry.ts';

const NETWORK = {
  channels: 1,
  classes: 3,
  widths: [4, 6],
  stem: 'plain',
  normalisation: 'instance',
  upsampling: 'nearest',
  dropout: [],
} as const;

describe('patchGrid', () => {
  it.each([
    [
      { size: 256, widths: [16, 32, 64, 128, 256], stem: 'plain' },
      { size: 64, stride: 32, perSide: 7 },
    ],
    [
      { size: 128, widths: [16, 32, 64, 128], stem: 'space-to-depth' },
      { size: 32, stride: 16, perSide: 7 },
    ],
    [
      { size: 16, widths: [4, 6], stem: 'plain' },
      { size: 4, stride: 2, perSide: 7 },
    ],
    // 64 is nearer to a quarter, but blocks of 32 do not tile 208 pixels.
    [
      { size: 208, widths: [16, 32, 64, 128], stem: 'space-to-depth' },
      { size: 32, stride: 16, perSide: 12 },
    ],
    [
      { size: 192, widths: [16, 32, 64, 128, 256], stem: 'space-to-depth' },
      { size: 64, stride: 32, perSide: 5 },
    ],
  ] as const)('takes a quarter of the image, every half patch: %o', ({ size, widths, stem }, expected) => {
    expect(patchGrid({ size, network: { ...NETWORK, widths, stem } }, contrastSettings.parse({}))).toMatchObject(
      expected,
    );
  });

  it.each([
    [{ patchSize: 6 }, 'patches of 6 pixels do not fit images of 16 pixels'],
    [{ patchSize: 32 }, 'patches of 32 pixels do not fit'],
    [{ patchSize: 12 }, 'a multiple of 4 whose half divides 16'],
  ])('refuses %o', (settings, message) => {
    expect(() => patchGrid({ size: 16, network: NETWORK }, contrastSettings.parse(settings))).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import type { ValueMeaning, Volume } from '../imaging/volume.ts';
import { valuesOf } from './scan-views.ts';

/** A scan with air or without, whose file says something of its values or nothing. */
function scan(lowest: number, meaning?: ValueMeaning, channels = 1): Volume {
  const data = Float32Array.from({ length: 400 * channels }, (_, i) => (i % 4 === 0 ? lowest : 30 + (i % 100)));
  const geometry = { spacing: [1, 1, 1], unit: 'mm' } as const;
  return { data, shape: [channels, 1, 20, 20], geometry, ...(meaning && { meaning }) };
}

describe('whether values are Hounsfield units', () => {
  it('is what the file says, else the data set, else what they look like', () => {
    expect(valuesOf(scan(0, { isHounsfield: true }))).toEqual({ hounsfield: 'stated' });
    expect(valuesOf(scan(-1000, { isHounsfield: false }))).toEqual({});
    expect(valuesOf(scan(0), ['CT'])).toEqual({ hounsfield: 'stated' });
    expect(valuesOf(scan(-1000))).toEqual({ hounsfield: 'likely' });
    expect(valuesOf(scan(0), ['T1w'])).toEqual({});
    expect(valuesOf(scan(-1000, undefined, 3))).toEqual({});
  });

  it('stands beside the windows of the file', () => {
    const windows = [{ name: 'ABDOMEN', low: -115, high: 235 }];
    expect(valuesOf(scan(0, { windows }))).toEqual({ windows });
  });
});

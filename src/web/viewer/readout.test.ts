import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { Measures, SliceState } from '../../studio/api/index.ts';
import { classAmounts } from '../annotation/class-amounts.ts';
import { amountText, lengthText, readoutOf } from './readout.ts';
import { dragged, levelWidth, presetsOf, windowNumber, windowOf } from './windows.ts';

const measures: Measures = {
  ...{ shape: [3, 2, 4], channels: 1, spacing: [5, 0.5, 0.25], unit: 'mm', window: [0, 10] },
  affine: [-0.25, 0, 0, 10, 0, 0.5, 0, -20, 0, 0, 5, 100, 0, 0, 0, 1],
};
const slice = Float32Array.from({ length: 8 }, (_, i) => i * 100 - 1000);

describe('what is under the pointer', () => {
  it('is a value, a voxel counted as slices are, and a place in millimetres', () => {
    expect(readoutOf(measures, [2, 1, 3], slice)).toEqual({
      ...{ value: '-300', voxel: '4, 2, 3', place: 'R 9.3 P 19.5 S 110.0 mm' },
    });
    expect(readoutOf({ ...measures, hounsfield: 'stated' }, [2, 1, 3], slice).value).toBe('-300 HU');
    expect(readoutOf({ ...measures, hounsfield: 'likely' }, [2, 1, 3], slice).value).toBe('-300');
  });

  it('has no place where the file does not say, and no value while the slice is loading', () => {
    const { affine: _affine, ...silent } = measures;
    expect(readoutOf(silent, [0, 0, 1], undefined)).toEqual({ voxel: '2, 1, 1' });
  });

  it('is a pixel and three colours in a picture', () => {
    const picture: Measures = { shape: [1, 2, 2], channels: 3, spacing: [1, 1, 1], unit: 'px', window: [0, 255] };
    const colours = Float32Array.from({ length: 12 }, (_, i) => i);
    expect(readoutOf(picture, [0, 1, 0], colours)).toEqual({ value: '2, 6, 10', voxel: '1, 2' });
  });
});

describe('a ruler', () => {
  it('measures along each axis with its own spacing, and pixels where that is not known', () => {
    expect(lengthText([0, 0], [6, 16], [0.5, 0.25], 'mm')).toBe('5.0 mm');
    expect(lengthText([0, 0], [3, 4], [1, 1], 'px')).toBe('5.0 px');
  });
});

describe('how much of a class there is', () => {
  it('is counted on slices with a label, and told in millilitres', () => {
    const states = signal<SliceState[]>(['drawn', 'unlabelled', 'accepted', 'given']);
    const slices = [Uint8Array.of(1, 1, 0, 2), Uint8Array.of(1, 1, 1, 1), Uint8Array.of(0, 2, 2, 0), undefined];
    const amounts = classAmounts({ states, labels: { get: (z: number) => slices[z] } as never });
    expect(amounts.missing).toBe(1);
    expect(amounts.slices).toBe(2);
    expect([amounts.voxels.get(1), amounts.voxels.get(2)]).toEqual([2, 3]);
    expect(amountText(16_000, measures)).toBe('10 ml');
    expect(amountText(16_000, { ...measures, shape: [1, 2, 4] })).toBe('2000 mm²');
    expect(amountText(16_000, { ...measures, unit: 'px' })).toBe('16,000 voxels');
  });
});

describe('windows', () => {
  const names = (of: Partial<Measures>) => presetsOf({ ...measures, ...of }).map(({ name }) => name);

  it('are those of the file, and the usual ones of CT only where values are Hounsfield units', () => {
    const windows = [{ name: 'LIVER', low: -20, high: 180 }];
    expect(names({})).toEqual(['automatic']);
    expect(names({ windows })).toEqual(['automatic', 'LIVER']);
    expect(names({ windows, hounsfield: 'stated' })).toEqual([
      ...['automatic', 'LIVER', 'soft tissue', 'lung', 'bone', 'brain'],
    ]);
    const brain = presetsOf({ ...measures, hounsfield: 'likely' }).at(-1);
    expect(brain).toEqual({ name: 'brain', window: [0, 80] });
  });

  it('are told as level and width, there and back', () => {
    expect(levelWidth([-160, 240])).toEqual({ level: 40, width: 400 });
    expect(windowOf({ level: 40, width: 400 })).toEqual([-160, 240]);
    expect([windowNumber(39.6, 400), windowNumber(0.12345, 0.5), windowNumber(1.2345, 8)]).toEqual([
      '40',
      '0.123',
      '1.23',
    ]);
  });

  it('get wider to the right and move down, and never turn inside out', () => {
    expect(levelWidth(dragged([0, 100], [200, 0])).width).toBeCloseTo(100 * Math.E);
    expect(levelWidth(dragged([0, 100], [0, 30])).level).toBeCloseTo(60);
    const [low, high] = dragged([0, 100], [-5000, 0]);
    expect(high).toBeGreaterThan(low);
  });
});

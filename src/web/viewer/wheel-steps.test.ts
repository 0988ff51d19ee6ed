import { describe, expect, it } from 'vitest';
import { WheelSteps } from './wheel-steps.ts';

/** Slices gone with events of these sizes, so many milliseconds apart. */
function gone(sizes: readonly number[], { apart = 16, deltaMode = 0, steps = new WheelSteps(), from = 0 } = {}) {
  return sizes.map((deltaY, i) => steps.take({ deltaY, deltaMode, timeStamp: from + i * apart }));
}
const sum = (steps: readonly number[]) => steps.reduce((total, step) => total + step, 0);
const swipe = [1, 4, 12, 31, 58, 74, 80, 71, 60, 52, 41, 33, 27, 20, 16, 12, 9, 7, 5, 4, 3, 2, 2, 1, 1, 1];

describe('what scrolling does', () => {
  it('is one slice a gesture of fingers, however long it runs on', () => {
    expect(gone(swipe)).toEqual([1, ...Array(swipe.length - 1).fill(0)]);
    expect(sum(gone(swipe.map((size) => -size)))).toBe(-1);
    expect(sum(gone([3, 9, 8, 30, 90, 130, 120, 90]))).toBe(1);
  });

  it('is another slice with another gesture: after a pause, back, or pushed anew while it fades', () => {
    const steps = new WheelSteps();
    expect(sum([...gone(swipe, { steps }), ...gone(swipe, { steps, from: 2000 })])).toBe(2);
    expect(gone([5, 20, 30, 9, -4, -20, -30])).toEqual([1, 0, 0, 0, -1, 0, 0]);
    expect(sum(gone([...swipe, 40, 80, 60, 30, 10]))).toBe(2);
  });

  it('is one slice a notch of a wheel', () => {
    expect(gone([100, 100, 100, -100], { apart: 30 })).toEqual([1, 1, 1, -1]);
    expect(gone([3, 3, 3], { deltaMode: 1, apart: 20 })).toEqual([1, 1, 1]);
  });

  it('is nothing sideways', () => {
    expect(new WheelSteps().take({ deltaX: 40, deltaY: 3, deltaMode: 0, timeStamp: 0 })).toBe(0);
  });
});

import { signal } from '@preact/signals';
import type { Over } from '../drawing/plane.ts';

export const TOOLS = ['look', 'ruler', 'brush', 'erase', 'lasso', 'fill'] as const;
export type Tool = (typeof TOOLS)[number];

/** What the pointer does on the slice, and how labels are shown. Kept while one goes from case to case. */
export const tool = signal<Tool>('brush');
/** The class that is painted. */
export const label = signal(1);
/** Of the brush, in pixels of the slice. */
export const diameter = signal(7);
/** Whether drawing spares what has a class already. */
export const isSparing = signal(false);
export const opacity = signal(0.45);
export const areLabelsShown = signal(true);
export const isProposalShown = signal(true);
export const isDoubtShown = signal(false);
/** Whether intensities are shown with straight lines between them, or as the pixels that they are. */
export const isSmooth = signal(true);

const LARGEST = 99;

export function resizeBrush(by: number): void {
  diameter.value = Math.min(LARGEST, Math.max(1, diameter.value + by));
}

/** Whether a tool changes labels. */
export function draws(name: Tool): boolean {
  return name !== 'look' && name !== 'ruler';
}

/** Which pixels drawing may change. */
export function over(): Over {
  return isSparing.value ? 0 : 'all';
}

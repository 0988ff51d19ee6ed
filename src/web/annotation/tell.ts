import { notify } from '../state/notices.ts';
import type { LeftSlices } from './stroke.ts';

/** What is done to a slice that is not on screen yet is not done, and not passed over in silence. */
export function tellLoading(slice: number): void {
  notify(`Slice ${slice + 1} is still loading. Try again when it is there.`);
}

/** Says which slices a stroke through many of them has left as they are, and why. @param changed how many it has changed */
export function tellLeft({ unlabelled, loading }: LeftSlices, changed: number): void {
  const text = leftText({ unlabelled, loading }, changed);
  if (text !== undefined) notify(text);
}

/** Undefined where nothing was left. */
export function leftText({ unlabelled, loading }: LeftSlices, changed: number): string | undefined {
  if (unlabelled.length + loading.length === 0) return undefined;
  const done = changed === 0 ? 'Nothing was drawn.' : `${slicesText(changed)} changed.`;
  const reasons = [
    ...(unlabelled.length === 0
      ? []
      : [
          `${slicesText(unlabelled.length)} left as ${unlabelled.length === 1 ? 'it is' : 'they are'}: no label yet. Label them one by one first, or interpolate between labelled ones.`,
        ]),
    ...(loading.length === 0 ? [] : [`${slicesText(loading.length)} still loading: try again when they are there.`]),
  ];
  return [done, ...reasons].join(' ');
}

const slicesText = (count: number) => (count === 1 ? '1 slice' : `${count} slices`);

import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { viridis } from '../../report/colours.ts';
import type { SliceState } from '../../studio/api/index.ts';
import type { Annotation } from '../annotation/annotation.ts';
import { theme } from '../state/theme.ts';

export const STATE_NAMES: Readonly<Record<SliceState, string>> = {
  unlabelled: 'no label',
  drawn: 'drawn',
  interpolated: 'filled in between',
  accepted: 'accepted proposal',
  corrected: 'corrected proposal',
  imported: 'imported',
  given: 'from the data set',
  rejected: 'proposal rejected',
};

/** Colours are named by the styles, so that they follow the theme. */
const COLOURS: Readonly<Partial<Record<SliceState, string>>> = {
  drawn: '--accent',
  interpolated: '--accent',
  corrected: '--accent',
  accepted: '--good',
  imported: '--series-5',
  given: '--series-5',
  rejected: '--bad',
};

/** Slices that the keys for larger steps go. */
const STEP = 10;

/** Where a key takes a slider of slices; undefined for other keys. */
export function placeByKey(key: string, slice: number, depth: number): number | undefined {
  const last = depth - 1;
  const places: Readonly<Record<string, number>> = {
    ...{ ArrowRight: slice + 1, ArrowUp: slice + 1, ArrowLeft: slice - 1, ArrowDown: slice - 1 },
    ...{ PageUp: slice + STEP, PageDown: slice - STEP, Home: 0, End: last },
  };
  const place = places[key];
  return place === undefined ? undefined : Math.min(last, Math.max(0, place));
}

/** All slices of the open case side by side: which have labels, and where the model doubts. */
export function SliceRuler({ open }: { readonly open: Annotation }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const depth = open.measures.shape[0];
  useSignalEffect(() => {
    const element = canvas.current;
    theme.value;
    if (element === null) return;
    const [states, cursor, proposal] = [open.states.value, open.cursor.value[0], open.proposal.info.value];
    const [width, height] = [element.clientWidth * devicePixelRatio, element.clientHeight * devicePixelRatio];
    Object.assign(element, { width, height });
    const context = element.getContext('2d') as CanvasRenderingContext2D;
    const style = getComputedStyle(element);
    const step = width / depth;
    const gap = step > 4 ? 1 : 0;
    const highest = Math.max(1e-9, ...(proposal?.slices ?? []).map(({ doubt }) => doubt));
    for (let z = 0; z < depth; z++) {
      const state = states[z] ?? 'unlabelled';
      context.fillStyle = style.getPropertyValue(COLOURS[state] ?? '--line');
      context.fillRect(z * step, height * 0.42, step - gap, height * 0.58);
      const doubt = proposal?.slices[z]?.doubt;
      if (doubt === undefined) continue;
      context.fillStyle = `rgb(${viridis(doubt / highest).join(' ')})`;
      context.fillRect(z * step, 0, step - gap, height * 0.3);
    }
    context.fillStyle = style.getPropertyValue('--text');
    context.fillRect(cursor * step + step / 2 - devicePixelRatio, 0, 2 * devicePixelRatio, height);
  });
  const pick = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const slice = Math.floor(((event.clientX - box.left) / box.width) * depth);
    open.moveTo([slice, open.cursor.value[1], open.cursor.value[2]]);
  };
  const slice = open.cursor.value[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeByKey(event.key, slice, depth);
    if (to === undefined) return;
    event.preventDefault();
    // The page's own keys would move the cursor within the slice.
    event.stopPropagation();
    open.moveTo([to, open.cursor.value[1], open.cursor.value[2]]);
  };
  return (
    <canvas
      ref={canvas}
      role="slider"
      tabIndex={0}
      aria-label="Slice"
      aria-valuemin={1}
      aria-valuemax={depth}
      aria-valuenow={slice + 1}
      aria-valuetext={`Slice ${slice + 1} of ${depth}, ${STATE_NAMES[open.states.value[slice] ?? 'unlabelled']}`}
      onPointerDown={pick}
      onPointerMove={pick}
      onKeyDown={onKeyDown}
    />
  );
}

import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { planeLayout } from '../../imaging/planes.ts';
import type { Measures, SliceState, StudioCase } from '../../studio/api/index.ts';
import { notices } from '../state/notices.ts';
import type { PendingEdit } from '../state/outbox.ts';
import { paletteOf } from '../state/palette.ts';
import type { Session } from '../state/session.ts';
import { transformOf, WHOLE } from '../viewer/transform.ts';
import { interpolateHere, markEmpty } from './actions.ts';
import { Annotation } from './annotation.ts';
import { DrawingHand } from './drawing-hand.ts';
import { areLabelsShown, tool } from './tools.ts';

const [DEPTH, HEIGHT, WIDTH] = [40, 8, 10];
const PLANE = HEIGHT * WIDTH;
const measures: Measures = {
  ...{ shape: [DEPTH, HEIGHT, WIDTH], channels: 1, spacing: [1, 1, 1], unit: 'mm', window: [0, 1] },
};

/** A case whose slices come when they are let, and what was saved of it. */
function opened(states: Record<number, SliceState> = {}) {
  const saved: PendingEdit[] = [];
  const waiting: (() => void)[] = [];
  const studio = {
    ask: (name: string, { count }: { count: number }) =>
      new Promise((resolve) => waiting.push(() => resolve(new Uint8Array(count * PLANE * (name === 'mask' ? 1 : 4))))),
  };
  const saving = {
    settled: async () => undefined,
    add: (edit: PendingEdit) => saved.push(edit),
    isPending: () => false,
  };
  const session = {
    ...{ studio, case: () => undefined, palette: signal(paletteOf([])) },
    edits: { project: 'p', of: () => saving },
  } as unknown as Session;
  const slices = Array.from({ length: DEPTH }, (_, z): SliceState => states[z] ?? 'unlabelled');
  const item = { id: 'scan', measures, slices, revision: 0 } as unknown as StudioCase & { readonly measures: Measures };
  const open = new Annotation(session, item, 20);
  const layout = planeLayout('slice', measures);
  const hand = new DrawingHand(open, layout, () => transformOf(layout, { width: 100, height: 80 }, WHOLE));
  /** Lets so many requests be answered. */
  const answer = async (count = 1000) => {
    await tick();
    for (let i = 0; i < count && waiting.length > 0; i++) {
      waiting.shift()?.();
      await tick();
    }
  };
  notices.value = [];
  tool.value = 'brush';
  return { open, hand, saved, answer };
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 0));
const told = () => notices.value.map(({ text }) => text);

describe('a slice that is still loading', () => {
  it('is not drawn on, and whoever tries is told; then it is', async () => {
    const { open, hand, saved, answer } = opened();
    void open.load();
    await answer(0);
    hand.down(50, 40);
    hand.up();
    expect(told()).toEqual(['Slice 21 is still loading. Try again when it is there.']);
    markEmpty(open);
    expect(saved).toEqual([]);
    await answer();
    hand.down(50, 40);
    hand.up();
    expect(saved.map(({ slices }) => slices)).toEqual([[20]]);
  });

  it('is not drawn on before its picture is there, though its labels are', async () => {
    const { open, hand, saved, answer } = opened();
    const loading = open.labels.loadAround(20);
    await answer();
    await loading;
    expect(open.labels.get(20)).toBeDefined();
    hand.down(50, 40);
    hand.up();
    expect([saved, told().length]).toEqual([[], 1]);
  });

  it('is loaded before those far away, wherever one goes', async () => {
    const { open, answer } = opened();
    void open.load();
    await answer(0);
    open.moveTo([2, 0, 0]);
    await answer(4);
    expect(open.isReady(2)).toBe(true);
  });

  it('is not filled in between, nor are those beyond it', async () => {
    const { open, saved, answer } = opened({ 18: 'drawn', 22: 'drawn' });
    void open.load();
    await answer(2);
    open.labels.drop(18, 1);
    interpolateHere(open);
    expect([saved, told()]).toEqual([[], ['The labelled slices beside it are still loading.']]);
  });
});

describe('a stroke', () => {
  it('stays on its slice, whatever is scrolled meanwhile', async () => {
    const { open, hand, saved, answer } = opened();
    void open.load();
    await answer();
    hand.down(50, 40);
    open.moveSlice(3);
    expect(open.slice).toBe(20);
    hand.move(60, 40);
    hand.up();
    open.moveSlice(3);
    expect([open.slice, saved.map(({ slices }) => slices)]).toEqual([23, [[20]]]);
  });

  it('is seen, though labels were hidden', async () => {
    const { open, hand, answer } = opened();
    void open.load();
    await answer();
    areLabelsShown.value = false;
    hand.down(50, 40);
    hand.up();
    expect(areLabelsShown.value).toBe(true);
  });

  it('on a cut through all slices is one action, which changes those that have a label', async () => {
    const { open, saved, answer } = opened({ 18: 'drawn', 19: 'accepted', 21: 'given', 22: 'rejected' });
    void open.load();
    await answer();
    const layout = planeLayout('row', measures);
    const hand = new DrawingHand(open, layout, () => transformOf(layout, { width: 100, height: 400 }, WHOLE));
    open.moveTo([20, 4, 5]);
    hand.down(55, 180);
    open.moveTo([20, 7, 5]);
    expect(open.cursor.value).toEqual([20, 4, 5]);
    hand.move(55, 230);
    hand.up();
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatchObject({ name: 'brush', slices: [18, 19, 21], state: 'drawn', corrected: [19] });
    expect(open.states.value.slice(18, 23)).toEqual(['drawn', 'corrected', 'unlabelled', 'drawn', 'rejected']);
    expect(told()).toEqual([expect.stringMatching(/^3 slices changed\. \d+ slices left as they are: no label yet\./)]);
  });
});

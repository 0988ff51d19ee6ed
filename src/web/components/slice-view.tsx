import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import {
  type Axis,
  edgeLetters,
  type PlaneLayout,
  placeOf,
  planeLayout,
  type Voxel,
  voxelAt,
} from '../../imaging/planes.ts';
import type { Annotation } from '../annotation/annotation.ts';
import { brushPixel } from '../annotation/brush-pixel.ts';
import { DrawingHand } from '../annotation/drawing-hand.ts';
import { sceneOf } from '../annotation/scene.ts';
import { draws, label, tool } from '../annotation/tools.ts';
import type { Window } from '../viewer/paint.ts';
import { lengthText } from '../viewer/readout.ts';
import { SlicePainter } from '../viewer/slice-painter.ts';
import { type Look, type Transform, toCanvas, toPlane, transformOf, WHOLE, zoomAt } from '../viewer/transform.ts';
import { WheelSteps } from '../viewer/wheel-steps.ts';
import { dragged } from '../viewer/windows.ts';
import { EdgeLetters } from './edge-letters.tsx';
import { drawBrush, drawCursor, drawRuler, type Measured } from './view-marks.ts';

export interface SliceViewProps {
  readonly open: Annotation;
  readonly axis: Axis;
  readonly window: Signal<Window>;
  readonly look?: Signal<Look>;
  /** The voxel under the pointer, told to others. */
  readonly pointed?: Signal<Voxel | undefined>;
  /** Whether the cursor is drawn and follows what is drawn, since other cuts are shown beside. */
  readonly isLinked?: boolean;
  /** Whether the pointer draws, when a tool that draws is chosen; else it moves the cursor. */
  readonly canDraw?: boolean;
  /** Name for those who do not see it. */
  readonly name: string;
}

/** What the pointer is at, and where it was last. */
interface Drag {
  readonly kind: 'draw' | 'cursor' | 'pan' | 'window' | 'ruler';
  readonly at: readonly [number, number];
}

/** One cut through the open case: its slices, its rows or its columns. */
export function SliceView(props: SliceViewProps) {
  const { open, axis, window, look, pointed, isLinked = false, canDraw = axis === 'slice', name } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const pointer = useSignal<readonly [number, number] | undefined>(undefined);
  const measured = useSignal<Measured | undefined>(undefined);
  const ownLook = useSignal<Look>(WHOLE);
  const shownLook = look ?? ownLook;
  const painter = useMemo(() => new SlicePainter(), []);
  const wheel = useMemo(() => new WheelSteps(), []);
  const { measures } = open;
  const layout = useMemo(() => planeLayout(axis, measures, measures.orientation), [axis, measures]);
  const transform = (): Transform => transformOf(layout, size.value, shownLook.value);
  const pixel = brushPixel(layout);
  const hand = useMemo(
    () => new DrawingHand(open, layout, () => transformOf(layout, size.peek(), shownLook.peek())),
    [open, layout],
  );

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const watcher = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);

  useSignalEffect(() => {
    const element = canvas.current;
    const { width, height } = size.value;
    if (element === null || width === 0 || height === 0) return;
    const ratio = devicePixelRatio;
    const scene = sceneOf(open, layout, window.value);
    const [cursor, at, mark, line] = [open.cursor.value, transform(), pointer.value, measured.value];
    const isDrawing = canDraw && draws(tool.value);
    const frame = requestAnimationFrame(() => {
      if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
      if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
      painter.draw(element, scene, at, ratio);
      const context = element.getContext('2d') as CanvasRenderingContext2D;
      if (!isDrawing || isLinked) drawCursor(context, toCanvas(at, placeAt(layout, cursor)), size.peek());
      if (line?.at === cursor[layout.across]) drawRuler(context, at, line, textOf(line));
      if (!canDraw) return;
      hand.drawTrace(context, at);
      if (mark !== undefined) drawBrush(context, at, mark, { colour: open.palette.peek().colour(label.peek()), pixel });
    });
    return () => cancelAnimationFrame(frame);
  });

  const textOf = ({ from, to }: Measured) => lengthText(from, to, layout.spacing, measures.unit);
  const onPlane = ([x, y]: readonly [number, number]) => {
    const { row, column } = toPlane(transform(), x, y);
    return [row, column] as const;
  };
  const voxelUnder = (at: readonly [number, number]): Voxel | undefined => {
    const [row, column] = onPlane(at).map(Math.round) as [number, number];
    const isInside = row >= 0 && column >= 0 && row < layout.height && column < layout.width;
    return isInside ? voxelAt(layout, row, column, open.cursor.peek()) : undefined;
  };
  const moveCursor = (at: readonly [number, number]) => {
    const [row, column] = onPlane(at);
    open.moveTo(voxelAt(layout, Math.round(row), Math.round(column), open.cursor.value));
  };
  const measure = (at: readonly [number, number], isNew: boolean) => {
    const [to, place] = [onPlane(at), open.cursor.peek()[layout.across]];
    measured.value = { from: isNew ? to : (measured.peek()?.from ?? to), to, at: place };
  };
  const drag = useRef<Drag | undefined>(undefined);

  const onPointerDown = (event: PointerEvent) => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const at = placeWithin(event, event);
    if (event.button === 1 || (event.button === 0 && event.shiftKey)) drag.current = { kind: 'pan', at };
    else if (event.button === 2) drag.current = { kind: 'window', at };
    else if (tool.value === 'ruler') {
      drag.current = { kind: 'ruler', at };
      measure(at, true);
    } else if (canDraw && draws(tool.value)) {
      drag.current = { kind: 'draw', at };
      hand.down(...at);
      if (isLinked) moveCursor(at);
    } else {
      drag.current = { kind: 'cursor', at };
      moveCursor(at);
    }
  };
  const onPointerMove = (event: PointerEvent) => {
    const at = placeWithin(event, event);
    pointer.value = at;
    if (pointed !== undefined) pointed.value = voxelUnder(at);
    const { kind, at: before } = drag.current ?? {};
    if (kind === undefined || before === undefined) return;
    const moved = [at[0] - before[0], at[1] - before[1]] as const;
    // Pointers tell of the places they came by between two frames, too.
    if (kind === 'draw')
      for (const one of event.getCoalescedEvents?.() ?? [event]) hand.move(...placeWithin(event, one));
    else if (kind === 'cursor') moveCursor(at);
    else if (kind === 'ruler') measure(at, false);
    else {
      drag.current = { kind, at };
      if (kind === 'pan')
        shownLook.value = { ...shownLook.value, x: shownLook.value.x + moved[0], y: shownLook.value.y + moved[1] };
      else window.value = dragged(window.value, moved);
    }
  };
  const onPointerUp = () => {
    if (drag.current?.kind === 'draw') {
      hand.up();
      if (isLinked && pointer.value !== undefined) moveCursor(pointer.value);
    }
    drag.current = undefined;
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey) {
      const factor = Math.exp(-event.deltaY / 300);
      shownLook.value = zoomAt(shownLook.value, factor, placeWithin(event, event), size.value);
      return;
    }
    const cursor = [...open.cursor.value] as [number, number, number];
    cursor[layout.across] += wheel.take(event);
    open.moveTo(cursor);
  };
  return (
    <div class="view">
      <canvas
        ref={canvas}
        tabIndex={axis === 'slice' ? 0 : -1}
        role="img"
        aria-label={name}
        data-axis={axis}
        style={{ cursor: tool.value === 'ruler' || (canDraw && draws(tool.value)) ? 'crosshair' : 'default' }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onPointerLeave={() => {
          pointer.value = undefined;
          if (pointed !== undefined) pointed.value = undefined;
        }}
        onContextMenu={(event) => event.preventDefault()}
        onWheel={onWheel}
      />
      <EdgeLetters letters={edgeLetters(layout, measures.orientation)} />
      {axis === 'slice' && <LoadingText open={open} />}
    </div>
  );
}

/** Says of a slice that is not there yet that it is coming, or why it is not. */
function LoadingText({ open }: { readonly open: Annotation }) {
  const isReady = useComputed(() => {
    // Slices are changed in place: only their number tells.
    open.version.value;
    return open.isReady(open.cursor.value[0]);
  });
  if (isReady.value) return null;
  const problem = open.problem.value;
  return (
    <span class="overlay-text top-left" role="status">
      {problem === undefined ? 'loading…' : `${problem} Move on, or come back, to try again.`}
    </span>
  );
}

function placeAt(layout: PlaneLayout, voxel: Voxel) {
  const [row, column] = placeOf(layout, voxel);
  return { row, column };
}

/** Where an event took place on the element that hears of it. */
function placeWithin({ currentTarget }: Event, one: MouseEvent): readonly [number, number] {
  const box = (currentTarget as HTMLElement).getBoundingClientRect();
  return [one.clientX - box.left, one.clientY - box.top];
}

import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type Axis, edgeLetters, placeOf, planeLayout, voxelAt } from '../../imaging/planes.ts';
import { cssColour, type Rgb } from '../../report/colours.ts';
import type { Annotation } from '../annotation/annotation.ts';
import { DrawingHand } from '../annotation/drawing-hand.ts';
import { sceneOf } from '../annotation/scene.ts';
import { diameter, label, tool } from '../annotation/tools.ts';
import type { Window } from '../viewer/paint.ts';
import { SlicePainter } from '../viewer/slice-painter.ts';
import { type Look, type Transform, toCanvas, toPlane, transformOf, WHOLE, zoomAt } from '../viewer/transform.ts';
import { EdgeLetters } from './edge-letters.tsx';

export interface SliceViewProps {
  readonly open: Annotation;
  readonly axis: Axis;
  readonly window: Signal<Window>;
  readonly look?: Signal<Look>;
  /** Name for those who do not see it. */
  readonly name: string;
}

/** What the pointer is at, and where it was last. */
interface Drag {
  readonly kind: 'draw' | 'cursor' | 'pan' | 'window';
  readonly at: readonly [number, number];
}

/** One cut through the open case. In the cut across its slices the pointer draws; in the others it moves the cursor. */
export function SliceView({ open, axis, window, look, name }: SliceViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const pointer = useSignal<readonly [number, number] | undefined>(undefined);
  const ownLook = useSignal<Look>(WHOLE);
  const shownLook = look ?? ownLook;
  const painter = useMemo(() => new SlicePainter(), []);
  const layout = useMemo(() => planeLayout(axis, open.measures, open.measures.orientation), [axis, open]);
  const transform = (): Transform => transformOf(layout, size.value, shownLook.value);
  const hand = useMemo(
    () => new DrawingHand(open, layout, () => transformOf(layout, size.peek(), shownLook.peek())),
    [open, layout],
  );
  const canDraw = axis === 'slice';

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
    const [cursor, at, mark] = [open.cursor.value, transform(), pointer.value];
    const frame = requestAnimationFrame(() => {
      if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
      if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
      painter.draw(element, scene, at, ratio);
      const context = element.getContext('2d') as CanvasRenderingContext2D;
      if (canDraw) {
        hand.drawTrace(context, at);
        if (mark !== undefined) drawBrush(context, at, mark, open.palette.peek().colour(label.peek()));
      }
      if (!canDraw || tool.peek() === 'look') drawCursor(context, toCanvas(at, placeAt(layout, cursor)), size.peek());
    });
    return () => cancelAnimationFrame(frame);
  });

  const place = (event: MouseEvent): readonly [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const moveCursor = ([x, y]: readonly [number, number]) => {
    const { row, column } = toPlane(transform(), x, y);
    open.moveTo(voxelAt(layout, Math.round(row), Math.round(column), open.cursor.value));
  };
  const drag = useRef<Drag | undefined>(undefined);

  const onPointerDown = (event: PointerEvent) => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const at = place(event);
    if (event.button === 1 || (event.button === 0 && event.shiftKey)) drag.current = { kind: 'pan', at };
    else if (event.button === 2) drag.current = { kind: 'window', at };
    else if (canDraw && tool.value !== 'look') {
      drag.current = { kind: 'draw', at };
      hand.down(...at);
    } else {
      drag.current = { kind: 'cursor', at };
      moveCursor(at);
    }
  };
  const onPointerMove = (event: PointerEvent) => {
    const at = place(event);
    pointer.value = at;
    const { kind, at: before } = drag.current ?? {};
    if (kind === undefined || before === undefined) return;
    const moved = [at[0] - before[0], at[1] - before[1]] as const;
    // Pointers tell of the places they came by between two frames, too.
    if (kind === 'draw')
      for (const one of event.getCoalescedEvents?.() ?? [event]) hand.move(...placeWithin(event, one));
    else if (kind === 'cursor') moveCursor(at);
    else {
      drag.current = { kind, at };
      if (kind === 'pan')
        shownLook.value = { ...shownLook.value, x: shownLook.value.x + moved[0], y: shownLook.value.y + moved[1] };
      else window.value = shifted(window.value, moved);
    }
  };
  const onPointerUp = () => {
    if (drag.current?.kind === 'draw') hand.up();
    drag.current = undefined;
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey)
      shownLook.value = zoomAt(shownLook.value, Math.exp(-event.deltaY / 300), place(event), size.value);
    else {
      const cursor = [...open.cursor.value] as [number, number, number];
      cursor[layout.across] += Math.sign(event.deltaY);
      open.moveTo(cursor);
    }
  };
  return (
    <div class="view">
      <canvas
        ref={canvas}
        tabIndex={canDraw ? 0 : -1}
        role="img"
        aria-label={name}
        data-axis={axis}
        style={{ cursor: canDraw && tool.value !== 'look' ? 'crosshair' : 'default' }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onPointerLeave={() => {
          pointer.value = undefined;
        }}
        onContextMenu={(event) => event.preventDefault()}
        onWheel={onWheel}
      />
      <EdgeLetters letters={edgeLetters(layout, open.measures.orientation)} />
    </div>
  );
}

function placeAt(layout: ReturnType<typeof planeLayout>, voxel: Annotation['cursor']['value']) {
  const [row, column] = placeOf(layout, voxel);
  return { row, column };
}

function placeWithin(event: PointerEvent, one: PointerEvent): readonly [number, number] {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [one.clientX - box.left, one.clientY - box.top];
}

/** Right and left make the window wider and narrower, up and down brighter and darker. */
function shifted([low, high]: Window, [across, down]: readonly [number, number]): Window {
  const span = high - low;
  const middle = (low + high) / 2 + (down * span) / 300;
  const half = Math.max(span / 1000, (span / 2) * Math.exp(across / 200));
  return [middle - half, middle + half];
}

function drawCursor(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  { width, height }: { width: number; height: number },
) {
  context.strokeStyle = 'rgb(88 196 204 / 65%)';
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
}

function drawBrush(
  context: CanvasRenderingContext2D,
  { across, down }: Transform,
  [x, y]: readonly [number, number],
  colour: Rgb,
) {
  const kind = tool.peek();
  if (kind !== 'brush' && kind !== 'erase') return;
  context.strokeStyle = kind === 'erase' ? '#fff' : cssColour(colour);
  context.lineWidth = 1.5;
  context.beginPath();
  context.ellipse(x, y, (diameter.peek() / 2) * across, (diameter.peek() / 2) * down, 0, 0, 2 * Math.PI);
  context.stroke();
}

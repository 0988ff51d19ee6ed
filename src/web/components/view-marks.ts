import { cssColour, type Rgb } from '../../report/colours.ts';
import { diameter, tool } from '../annotation/tools.ts';
import { reachOf } from '../drawing/brush.ts';
import { type Transform, toCanvas } from '../viewer/transform.ts';

type Context = CanvasRenderingContext2D;

/** Lines through the voxel that all cuts go through. */
export function drawCursor(
  context: Context,
  [x, y]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number },
): void {
  context.strokeStyle = 'rgb(88 196 204 / 65%)';
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
}

/** What the brush would reach. */
export function drawBrush(
  context: Context,
  { across, down }: Transform,
  [x, y]: readonly [number, number],
  { colour, pixel }: { readonly colour: Rgb; readonly pixel: readonly [number, number] },
): void {
  const kind = tool.peek();
  if (kind !== 'brush' && kind !== 'erase') return;
  context.strokeStyle = kind === 'erase' ? '#fff' : cssColour(colour);
  context.lineWidth = 1.5;
  context.beginPath();
  const [rows, columns] = reachOf({ diameter: diameter.peek(), pixel });
  context.ellipse(x, y, columns * across, rows * down, 0, 0, 2 * Math.PI);
  context.stroke();
}

/** A distance that was measured, in places of a plane. */
export interface Measured {
  readonly from: readonly [row: number, column: number];
  readonly to: readonly [row: number, column: number];
  /** Where the plane lies along the axis it is across. */
  readonly at: number;
}

export function drawRuler(context: Context, transform: Transform, { from, to }: Measured, text: string): void {
  const [start, end] = [from, to].map(([row, column]) => toCanvas(transform, { row, column })) as [
    readonly [number, number],
    readonly [number, number],
  ];
  for (const [colour, width] of [
    ['rgb(0 0 0 / 60%)', 4],
    ['#ffe08a', 1.75],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...end);
    context.stroke();
  }
  context.font = '600 12px system-ui, sans-serif';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 75%)';
  context.fillStyle = '#ffe08a';
  context.strokeText(text, end[0] + 8, end[1] - 8);
  context.fillText(text, end[0] + 8, end[1] - 8);
}

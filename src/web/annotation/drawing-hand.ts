import type { PlaneLayout } from '../../imaging/planes.ts';
import { cssColour } from '../../report/colours.ts';
import { strokeLine } from '../drawing/brush.ts';
import { floodFill } from '../drawing/fill.ts';
import { fillOutline } from '../drawing/lasso.ts';
import type { Plane, Point } from '../drawing/plane.ts';
import { type Transform, toCanvas, toPlane } from '../viewer/transform.ts';
import type { Annotation } from './annotation.ts';
import { brushPixel } from './brush-pixel.ts';
import { diameter, label, over, tool } from './tools.ts';

/** Turns what a pointer does into labels of the slice that is looked at, or of all slices that a cut goes through: from `down` to `up` it is one action. */
export class DrawingHand {
  readonly #open: Annotation;
  readonly #layout: PlaneLayout;
  readonly #transform: () => Transform;
  #plane: Plane | undefined;
  #last: Point | undefined;
  #outline: Point[] = [];

  /** @param layout of the plane as it is shown */
  constructor(open: Annotation, layout: PlaneLayout, transform: () => Transform) {
    this.#open = open;
    this.#layout = layout;
    this.#transform = transform;
  }

  down(x: number, y: number): void {
    const name = tool.value;
    this.#plane = this.#open.begin(name, this.#layout);
    if (this.#plane === undefined) return;
    const at = this.#stored(toPlane(this.#transform(), x, y));
    this.#last = at;
    if (name === 'lasso') this.#outline = [at];
    else if (name === 'fill') floodFill(this.#plane, at, label.value);
    else this.#stroke(this.#plane, at, at);
    this.#open.show();
  }

  move(x: number, y: number): void {
    const name = tool.value;
    if (this.#plane === undefined || this.#last === undefined || name === 'fill') return;
    const at = this.#stored(toPlane(this.#transform(), x, y));
    if (name === 'lasso') this.#outline.push(at);
    else this.#stroke(this.#plane, this.#last, at);
    this.#last = at;
    this.#open.show();
  }

  up(): void {
    if (this.#plane !== undefined && tool.value === 'lasso') {
      fillOutline(this.#plane, this.#outline, label.value, over());
    }
    this.#plane = undefined;
    this.#outline = [];
    this.#open.commit();
    this.#open.redraw();
  }

  /** The outline that is being drawn, if there is one. */
  drawTrace(context: CanvasRenderingContext2D, transform: Transform): void {
    if (this.#outline.length < 2) return;
    context.beginPath();
    for (const point of this.#outline) context.lineTo(...toCanvas(transform, this.#shown(point)));
    context.setLineDash([5, 4]);
    context.strokeStyle = cssColour(this.#open.palette.peek().colour(label.peek()));
    context.lineWidth = 1.5;
    context.stroke();
    context.setLineDash([]);
  }

  /** From where a place is shown to where it is drawn: slices are drawn on as they are stored. */
  #stored({ row, column }: Point): Point {
    if (this.#layout.across !== 0) return { row, column };
    const { height, width, down, upwards, mirrored } = this.#layout;
    const [along, across] = [upwards ? height - 1 - row : row, mirrored ? width - 1 - column : column];
    return down === 1 ? { row: along, column: across } : { row: across, column: along };
  }

  #shown({ row, column }: Point): Point {
    if (this.#layout.across !== 0) return { row, column };
    const { height, width, down, upwards, mirrored } = this.#layout;
    const [along, across] = down === 1 ? [row, column] : [column, row];
    return { row: upwards ? height - 1 - along : along, column: mirrored ? width - 1 - across : across };
  }

  #stroke(plane: Plane, from: Point, to: Point): void {
    const erases = tool.value === 'erase';
    strokeLine(plane, from, to, {
      label: erases ? 0 : label.value,
      diameter: diameter.value,
      pixel: brushPixel(this.#layout),
      over: erases ? 'all' : over(),
    });
  }
}

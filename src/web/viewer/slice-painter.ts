import type { PlaneLayout } from '../../imaging/planes.ts';
import { cssColour, viridis } from '../../report/colours.ts';
import { outlinesOf, PLAIN_COLOURS } from './paint.ts';
import { paintClasses, paintImage, planeOf, type Scene } from './scene.ts';
import { type Transform, toCanvas } from './transform.ts';

/** Draws planes. Keeps its pictures between two drawings, so that drawing costs no memory. */
export class SlicePainter {
  readonly #image = new Layer();
  readonly #labels = new Layer();
  readonly #doubt = new Layer();

  /** Draws the scene on a canvas that is `ratio` times as fine as its transform says. */
  draw(canvas: HTMLCanvasElement, scene: Scene, transform: Transform, ratio: number): void {
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.width / ratio, canvas.height / ratio);
    this.#drawImage(context, scene, transform);
    const { labels, doubt, proposal } = scene;
    if (doubt !== undefined) this.#drawDoubt(context, scene, doubt, transform);
    if (labels !== undefined) this.#drawLabels(context, scene, labels, transform);
    if (proposal !== undefined) drawOutlines(context, scene, proposal, transform);
  }

  #drawImage(context: CanvasRenderingContext2D, scene: Scene, transform: Transform): void {
    paintImage(scene, this.#image.pixels(scene.layout));
    // Pixels smaller than those of the screen are always mixed: else some would not be seen.
    const isSmall = Math.min(transform.across, transform.down) * context.getTransform().a < 1;
    context.imageSmoothingEnabled = isSmall || (scene.isSmooth ?? transform.across < 6);
    this.#image.drawOn(context, transform);
  }

  #drawLabels(
    context: CanvasRenderingContext2D,
    scene: Scene,
    labels: NonNullable<Scene['labels']>,
    transform: Transform,
  ) {
    paintClasses(scene, labels, this.#labels.pixels(scene.layout));
    context.imageSmoothingEnabled = false;
    this.#labels.drawOn(context, transform);
  }

  #drawDoubt(
    context: CanvasRenderingContext2D,
    scene: Scene,
    doubt: NonNullable<Scene['doubt']>,
    transform: Transform,
  ) {
    const values = planeOf(scene, doubt);
    const rgba = this.#doubt.pixels(scene.layout);
    for (let i = 0; i < values.length; i++) {
      const share = (values[i] as number) / 255;
      rgba.set(viridis(share), 4 * i);
      rgba[4 * i + 3] = 40 + 170 * share;
    }
    context.imageSmoothingEnabled = true;
    this.#doubt.drawOn(context, transform);
  }
}

/** A picture of the size of a plane, to be laid on a canvas. */
class Layer {
  readonly #canvas = document.createElement('canvas');
  #data: ImageData | undefined;

  pixels({ height, width }: PlaneLayout): Uint8ClampedArray {
    if (this.#data?.width !== width || this.#data.height !== height) {
      Object.assign(this.#canvas, { width, height });
      this.#data = new ImageData(width, height);
    }
    return this.#data.data;
  }

  drawOn(context: CanvasRenderingContext2D, { left, top, across, down }: Transform): void {
    const { width, height } = this.#canvas;
    this.#canvas.getContext('2d', { willReadFrequently: true })?.putImageData(this.#data as ImageData, 0, 0);
    context.drawImage(this.#canvas, left, top, width * across, height * down);
  }
}

function drawOutlines(
  context: CanvasRenderingContext2D,
  scene: Scene,
  proposal: NonNullable<Scene['proposal']>,
  transform: Transform,
) {
  const { height, width } = scene.layout;
  const { edges } = outlinesOf(planeOf(scene, proposal), height, width);
  const { colour, isShown } = scene.classes ?? PLAIN_COLOURS;
  for (const [label, ends] of edges) {
    if (!isShown(label)) continue;
    context.beginPath();
    for (let i = 0; i < ends.length; i += 4) {
      // Corners of pixels lie half a pixel before their centres.
      context.moveTo(...toCanvas(transform, { row: (ends[i] as number) - 0.5, column: (ends[i + 1] as number) - 0.5 }));
      context.lineTo(
        ...toCanvas(transform, { row: (ends[i + 2] as number) - 0.5, column: (ends[i + 3] as number) - 0.5 }),
      );
    }
    // A dark seam keeps the line visible on bright tissue.
    context.strokeStyle = 'rgb(0 0 0 / 55%)';
    context.lineWidth = 3.5;
    context.stroke();
    context.strokeStyle = cssColour(colour(label));
    context.lineWidth = 1.75;
    context.stroke();
  }
}

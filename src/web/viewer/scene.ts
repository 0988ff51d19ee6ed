import { cutPlane, type Grid, type PlaneLayout } from '../../imaging/planes.ts';
import { type ClassColours, paintIntensities, paintLabels, type Window } from './paint.ts';

/** What one plane shows. Slices that are not loaded are undefined. */
export interface Scene {
  readonly grid: Grid;
  readonly layout: PlaneLayout;
  /** Place of the plane along the axis it is across. */
  readonly at: number;
  readonly channels: number;
  readonly window: Window;
  readonly intensities: (slice: number) => Float32Array | undefined;
  /** Filled with the colours of their classes; absent: not shown. */
  readonly labels?: ((slice: number) => Uint8Array | undefined) | undefined;
  readonly opacity: number;
  /** Straight lines between the middles of pixels; default: while they are small. */
  readonly isSmooth?: boolean;
  /** Default: every class in the colour of its value. */
  readonly classes?: ClassColours;
  /** Outlined in the colours of their classes. */
  readonly proposal?: ((slice: number) => Uint8Array | undefined) | undefined;
  /** Entropy, 255 is the highest, laid over all. */
  readonly doubt?: ((slice: number) => Uint8Array | undefined) | undefined;
}

/** The grey or colour pixels of a scene as they are shown. @param rgba [height, width, 4] of its layout, filled */
export function paintImage({ layout, grid, channels, at, intensities, window }: Scene, rgba: Uint8ClampedArray): void {
  const pixels = grid.shape[1] * grid.shape[2];
  const shown = channels === 3 ? [0, 1, 2] : [0];
  const planes = shown.map((channel) => {
    const sliceOf = (z: number) => intensities(z)?.subarray(channel * pixels, (channel + 1) * pixels);
    return cutPlane(sliceOf, layout, grid, at, new Float32Array(layout.height * layout.width), Number.NaN);
  });
  paintIntensities(rgba, planes, window);
}

/** The classes of a scene as they are shown. @param rgba [height, width, 4] of its layout, filled */
export function paintClasses(scene: Scene, labels: NonNullable<Scene['labels']>, rgba: Uint8ClampedArray): void {
  paintLabels(rgba, planeOf(scene, labels), scene.opacity, scene.classes);
}

/** One plane of masks or doubts. @returns [height, width] of the layout, 0 where slices are not loaded */
export function planeOf({ layout, grid, at }: Scene, sliceOf: (slice: number) => Uint8Array | undefined): Uint8Array {
  return cutPlane(sliceOf, layout, grid, at, new Uint8Array(layout.height * layout.width), 0);
}

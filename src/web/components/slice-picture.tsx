import { useEffect, useMemo, useRef } from 'preact/hooks';
import { edgeLetters, planeLayout } from '../../imaging/planes.ts';
import type { Measures } from '../../studio/api/index.ts';
import type { Session } from '../state/session.ts';
import { SlicePainter } from '../viewer/slice-painter.ts';
import { transformOf, WHOLE } from '../viewer/transform.ts';
import { EdgeLetters } from './edge-letters.tsx';

export interface SlicePictureProps {
  readonly session: Session;
  readonly measures: Measures;
  readonly slice: number;
  /** [channels, height, width]; undefined while they load. */
  readonly intensities: Float32Array | undefined;
  /** [height, width] class values, filled and outlined. */
  readonly mask?: Uint8Array | undefined;
  /** What it shows, read out. */
  readonly name: string;
}

/** One slice as a picture, with a mask over it. */
export function SlicePicture({ session, measures, slice, intensities, mask, name }: SlicePictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useMemo(() => new SlicePainter(), []);
  const classes = session.palette.value;
  useEffect(() => {
    const element = canvas.current;
    if (element === null || intensities === undefined) return;
    const [width, height] = [element.clientWidth * devicePixelRatio, element.clientHeight * devicePixelRatio];
    Object.assign(element, { width, height });
    const layout = planeLayout('slice', measures, measures.orientation);
    const masked = mask && { labels: () => mask, proposal: () => mask };
    const scene = {
      ...{ grid: measures, layout, at: slice, channels: measures.channels, window: measures.window },
      ...{ opacity: 0.3, classes, intensities: () => intensities, labels: undefined },
      ...masked,
    };
    painter.draw(element, scene, transformOf(layout, { width, height }, WHOLE), 1);
  }, [session, painter, measures, slice, intensities, mask, classes]);
  const letters = edgeLetters(planeLayout('slice', measures, measures.orientation), measures.orientation);
  return (
    <span class="lettered">
      <canvas ref={canvas} role="img" aria-label={name} />
      <EdgeLetters letters={letters} />
    </span>
  );
}

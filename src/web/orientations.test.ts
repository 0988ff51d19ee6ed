import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { turned } from '../data/layouts/studio.ts';
import { reorient, restoreOrientation } from '../imaging/orientation.ts';
import { AXES, edgeLetters, type PlaneLayout, placeOf, planeLayout, voxelAt } from '../imaging/planes.ts';
import { ORIENTATIONS } from '../imaging/testing/orientations.ts';
import { PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import { placeOfVoxel, voxelOfPlace } from '../imaging/world.ts';
import { sliceOverlay } from '../runs/report/slice-overlay.ts';
import { measuresOf, thumbnail } from '../studio/scan-views.ts';
import { codedPhantom, placeOfValue, WAYS } from './testing/coded-phantom.ts';
import { paintImage } from './viewer/scene.ts';
import { toCanvas, toPlane, transformOf } from './viewer/transform.ts';

/** Orientations of projects; undefined: one that began with pictures. */
const PROJECTS = [undefined, 'LPS', 'RSA', 'PIR'];
const WINDOW = [0, 255] as [number, number];
const phantom = codedPhantom();

/** A scan as a project takes it in. */
function takenIn(stored: Volume, project: string | undefined) {
  const image = turned(stored, project);
  const measures = { ...measuresOf(image, stored.geometry.affine), window: WINDOW };
  const plane = image.shape[2] * image.shape[3];
  const intensities = (z: number) => image.data.subarray(z * plane, (z + 1) * plane);
  /** What is on screen, in grey values. */
  const painted = (layout: PlaneLayout, at: number) => {
    const rgba = new Uint8ClampedArray(4 * layout.height * layout.width);
    paintImage({ grid: measures, layout, at, channels: 1, window: WINDOW, intensities, opacity: 1 }, rgba);
    return rgba.filter((_, i) => i % 4 === 0);
  };
  return { image, measures, painted };
}

const red = (png: Uint8Array) => [...decode(png).data].filter((_, i) => i % 3 === 0);

/** A picture of the middle slice as the report draws it, a pixel a voxel. */
function reported(image: Volume, z: number) {
  const [, ...shape] = image.shape;
  const prediction = { data: new Uint8Array(image.data.length), shape, geometry: image.geometry };
  const shades = { ...image, data: image.data.map((value) => value / 255) };
  const { pixels } = sliceOverlay({ image: shades, slice: z, prediction, z, classes: 2, scale: 1 });
  return [...pixels].filter((_, i) => i % 3 === 0);
}

describe.each(PROJECTS)('in a project of orientation %s, a scan in each of 48', (project) => {
  it('lies where its letters say, in every plane', () => {
    for (const orientation of ORIENTATIONS) {
      const { measures, painted } = takenIn(reorient(phantom, orientation), project);
      expect(measures.orientation).toBe(project ?? orientation);
      for (const axis of AXES) {
        const layout = planeLayout(axis, measures, measures.orientation);
        const [top, right, bottom, left] = edgeLetters(layout, measures.orientation) as [
          string,
          string,
          string,
          string,
        ];
        // As radiologists look at scans: front or head up, the left or the back at the right.
        expect(`${'AS'.includes(top)} ${'LP'.includes(right)}`).toBe('true true');
        const middle = Math.floor(measures.shape[layout.across] / 2);
        const grey = painted(layout, middle);
        const at = (row: number, column: number) => placeOfValue(grey[row * layout.width + column] as number);
        const steps = { [right]: at(1, 2), [left]: at(1, 0), [top]: at(0, 1), [bottom]: at(2, 1) };
        for (const [letter, place] of Object.entries(steps)) {
          expect(place.map((value, line) => value - (at(1, 1)[line] as number))).toEqual(WAYS[letter]);
        }
      }
    }
  });

  it('looks alike in the list, where it is labelled, and in the report', () => {
    for (const orientation of ORIENTATIONS) {
      const { image, measures, painted } = takenIn(reorient(phantom, orientation), project);
      const middle = Math.floor(measures.shape[0] / 2);
      const shown = [...painted(planeLayout('slice', measures, measures.orientation), middle)];
      expect(red(thumbnail(image, measures))).toEqual(shown);
      expect(reported(image, middle)).toEqual(shown);
    }
  });

  it('has the pixel that was clicked on, everywhere and in the export', () => {
    for (const orientation of ORIENTATIONS) {
      const stored = reorient(phantom, orientation);
      const { image, measures, painted } = takenIn(stored, project);
      for (const axis of AXES) {
        const layout = planeLayout(axis, measures, measures.orientation);
        const transform = transformOf(layout, { width: 333, height: 217 }, { zoom: 1.7, x: 13, y: -4 });
        const through = [2, 3, 1] as const;
        const grey = painted(layout, through[layout.across]);
        const [row, column] = [layout.height - 2, 1];
        const point = toPlane(transform, ...toCanvas(transform, { row: row + 0.3, column: column - 0.3 }));
        const voxel = voxelAt(layout, Math.round(point.row), Math.round(point.column), through);
        const place = placeOfVoxel(measures.affine as number[], voxel);
        const back = voxelOfPlace(measures.affine as number[], place).map(Math.round) as unknown as typeof voxel;
        expect(back).toEqual(voxel);
        expect(placeOf(layout, back)).toEqual([row, column]);
        const value = grey[row * layout.width + column] as number;
        expect(place).toEqual(
          placeOfVoxel(phantom.geometry.affine as number[], [...placeOfValue(value)].reverse() as never),
        );
        const labels = { data: new Uint8Array(image.data.length), shape: measures.shape, geometry: image.geometry };
        labels.data[(voxel[0] * measures.shape[1] + voxel[1]) * measures.shape[2] + voxel[2]] = 1;
        const exported = restoreOrientation(labels, stored.geometry);
        expect(stored.data[exported.data.indexOf(1)]).toBe(value);
      }
    }
  });

  it.each([
    ['a picture', PIXEL_GEOMETRY],
    ['a radiograph', { spacing: [1, 1, 1], unit: 'mm' } as const],
  ])('but %s that does not say how it lies is neither turned nor lettered', (_, geometry) => {
    const stored: Volume = { data: phantom.data.slice(0, 42), shape: [1, 1, 6, 7], geometry };
    const { image, measures, painted } = takenIn(stored, project);
    expect([measures.orientation, measures.affine]).toEqual([undefined, undefined]);
    const layout = planeLayout('slice', measures, measures.orientation);
    expect(edgeLetters(layout, measures.orientation).join('')).toBe('');
    for (const shown of [[...painted(layout, 0)], red(thumbnail(image, measures)), reported(image, 0)]) {
      expect(shown).toEqual([...stored.data]);
    }
  });
});

describe('a place in the world', () => {
  it('is found again, however the scan lies', () => {
    const affine = [0.9, -0.3, 0.7, 12.5, 0.31, 1.1, -0.2, -80, -0.4, 0.25, 4.8, 33.3, 0, 0, 0, 1];
    for (const voxel of [
      [0, 0, 0],
      [3, 200, 17],
      [99, 1, 511],
    ] as const) {
      const back = voxelOfPlace(affine, placeOfVoxel(affine, voxel));
      expect(back.map(Math.round)).toEqual(voxel);
      for (const [axis, value] of back.entries()) expect(value).toBeCloseTo(voxel[axis] as number, 8);
    }
  });
});

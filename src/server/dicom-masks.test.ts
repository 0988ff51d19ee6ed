import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeImage } from '../formats/dicom/testing/make-dicom.ts';
import { stacksOfFiles } from '../formats/dicom/testing/open-files.ts';
import { readLabels, readSegOn, writeDicomSeg } from '../formats/index.ts';
import { sharedData } from '../formats/testing/shared-data.ts';
import type { LabelVolume } from '../imaging/volume.ts';
import { nodeFiles } from '../node/node-files.ts';
import type { Measures, StudioClient } from '../studio/api/index.ts';
import { type ServedStudio, serveScans } from './testing/serve-scans.ts';

const [DEPTH, ROWS, COLUMNS] = [4, 6, 8];
const CLASSES = ['background', 'ring', 'core'];
const images = sharedData('readers/dicom');
const segmentations = sharedData('readers/dicom-seg');
const isReal = !images.isMissing && !segmentations.isMissing;
const bytesOf = ({ folder }: typeof images, name: string) => new Uint8Array(readFileSync(new URL(name, folder)));

/** Directions of rows and columns, and of the slices: two patients as most are, one cut otherwise. */
const CUTS = {
  p1: { orientation: [1, 0, 0, 0, 1, 0], normal: [0, 0, 1] },
  p2: { orientation: [1, 0, 0, 0, 1, 0], normal: [0, 0, 1] },
  sagittal: { orientation: [0, 1, 0, 0, 0, -1], normal: [-1, 0, 0] },
} as const;
type Id = keyof typeof CUTS;

/** The files of a series. @param shift moves it, mm */
function series(id: Id, shift = 0): Record<string, Uint8Array> {
  const { orientation, normal } = CUTS[id];
  const slices = Array.from({ length: DEPTH }, (_, z) =>
    makeImage({
      rows: ROWS,
      columns: COLUMNS,
      patient: id,
      series: `1.2.3.${Object.keys(CUTS).indexOf(id) + 1}`,
      instance: z + 1,
      orientation,
      position: normal.map((value) => value * (2 * z + shift)) as [number, number, number],
      spacing: [1, 1],
    }),
  );
  return Object.fromEntries(slices.map((bytes, z) => [`${z}.dcm`, bytes]));
}

/** A segmentation as another program may write it. @param at shifted by so many mm */
async function drawnElsewhere(id: Id, labels: Uint8Array, classes: readonly string[], at = 0): Promise<Uint8Array> {
  const files = series(id, at);
  const { stacks } = await stacksOfFiles(files);
  const [stack] = stacks as [(typeof stacks)[0]];
  const mask: LabelVolume = { data: labels, shape: [DEPTH, ROWS, COLUMNS], geometry: stack.geometry };
  let count = 0;
  const uid = () => `2.25.${++count}`;
  return writeDicomSeg(mask, {
    stack,
    source: files['0.dcm'] as Uint8Array,
    classes,
    uid,
    now: new Date(0),
    version: '9',
  });
}

let folder: string;
let served: ServedStudio;
let studio: StudioClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-dicom-masks-'));
  const files = nodeFiles(folder);
  for (const id of Object.keys(CUTS) as Id[]) {
    for (const [name, bytes] of Object.entries(series(id))) await files.write(`scans/${id}/${name}`, bytes);
  }
  if (isReal) await files.write('scans/real/ct.dcm', bytesOf(images, 'ct_image.dcm'));
  served = await serveScans(folder);
  studio = served.studio;
  await studio.ask('setClasses', { body: { classes: CLASSES } });
});

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

async function shapeOf(id: string): Promise<Measures['shape']> {
  return ((await studio.ask('case', { case: id })).measures as Measures).shape;
}

async function maskOf(id: string): Promise<Uint8Array> {
  return studio.ask('mask', { case: id, first: 0, count: (await shapeOf(id))[0] });
}

/** Draws what no turn or flip maps to itself. */
async function draw(id: string): Promise<Uint8Array> {
  const [depth, height, width] = await shapeOf(id);
  const body = Uint8Array.from({ length: depth * height * width }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    return z === 1 && y < 2 ? 1 : z >= 1 && x === 0 ? 2 : 0;
  });
  await studio.ask('saveMask', { case: id, first: 0, count: depth, provenance: 'drawn', body });
  return body;
}

describe('DICOM SEG of a mask in the studio', { timeout: 60_000 }, () => {
  it.each(['p1', 'sagittal'] as const)('lies on its series, and comes back as it was drawn: %s', async (id) => {
    const drawn = await draw(id);
    const body = await studio.ask('exportMask', { case: id });
    const { stacks } = await stacksOfFiles(series(id));
    const [stack] = stacks as [(typeof stacks)[0]];
    const stored = await readSegOn(stack, body, 'mask.dcm', (segment) => segment);
    const count = (of: Uint8Array, label: number) => of.filter((value) => value === label).length;
    for (const label of [1, 2]) expect(count(stored.data, label)).toBe(count(drawn, label));

    await studio.ask('removeMask', { case: id, first: 0, count: (await shapeOf(id))[0] });
    expect((await maskOf(id)).some((value) => value > 0)).toBe(false);
    const { slices } = await studio.ask('importMask', { case: id, name: 'mask.dcm', slices: 'foreground', body });
    expect(Buffer.from(await maskOf(id)).equals(Buffer.from(drawn))).toBe(true);
    expect(slices[0]).toBe('unlabelled');
    expect(slices[1]).toBe('imported');
  });

  it('drawn elsewhere is imported by the names of its segments, whatever their numbers', async () => {
    const labels = Uint8Array.from({ length: DEPTH * ROWS * COLUMNS }, (_, i) => (i < 5 ? 1 : i < 9 ? 2 : 0));
    const body = await drawnElsewhere('p2', labels, ['background', 'Core', 'Ring']);
    await studio.ask('importMask', { case: 'p2', name: 'other.dcm', slices: 'foreground', body });
    const mask = await maskOf('p2');
    const own = await readLabels(await studio.ask('exportMask', { case: 'p2', format: 'dicom-seg' }), 'mask.dcm');
    expect([...own.data.subarray(0, 10)]).toEqual([2, 2, 2, 2, 2, 1, 1, 1, 1, 0]);
    expect(mask.filter((value) => value === 2)).toHaveLength(5);
    expect(mask.filter((value) => value === 1)).toHaveLength(4);
  });

  it('that lies beside the scan is refused in a sentence, and nothing is saved', async () => {
    const before = await maskOf('p2');
    const body = await drawnElsewhere('p2', new Uint8Array(DEPTH * ROWS * COLUMNS).fill(1), CLASSES, 0.7);
    await expect(studio.ask('importMask', { case: 'p2', name: 'beside.dcm', body })).rejects.toThrow(
      /beside\.dcm: this segmentation does not fit its series: frame 1 lies on no slice of its series/,
    );
    expect(Buffer.from(await maskOf('p2')).equals(Buffer.from(before))).toBe(true);
  });

  it.skipIf(!isReal)('of another program lies on its image', async () => {
    const body = bytesOf(segmentations, 'seg_image_ct_binary_single_frame.dcm');
    const { slices } = await studio.ask('importMask', { case: 'real', name: 'seg.dcm', body });
    expect(slices).toEqual(['imported']);
    const again = await studio.ask('exportMask', { case: 'real' });
    const [there, here] = [await readLabels(body, 'there.dcm'), await readLabels(again, 'here.dcm')];
    expect(here.data.some((value) => value > 0)).toBe(true);
    expect(Buffer.from(here.data).equals(Buffer.from(there.data))).toBe(true);
  });
});

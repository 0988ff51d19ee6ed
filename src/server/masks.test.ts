import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../formats/index.ts';
import { reorient } from '../imaging/orientation.ts';
import type { Volume } from '../imaging/volume.ts';
import { nodeFiles } from '../node/node-files.ts';
import type { Measures, StudioClient } from '../studio/api/index.ts';
import { pythonWith } from '../testing/python.ts';
import { BALL_GEOMETRY, BALL_SHAPE, ballScan, writeBalls } from './testing/ball-scans.ts';
import { type ServedStudio, serveScans } from './testing/serve-scans.ts';

const python = pythonWith('nibabel');
const files = nodeFiles();

let folder: string;
let served: ServedStudio;
let studio: StudioClient;

/** Two scans as most are, one whose axes are permuted and flipped against theirs. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-masks-'));
  await writeBalls(nodeFiles(folder), 'scans', 2);
  const scan: Volume = { data: ballScan(3).image, shape: [1, ...BALL_SHAPE], geometry: BALL_GEOMETRY };
  await files.write(join(folder, 'scans/images/odd.nii.gz'), writeNifti(reorient(scan, 'SPR')));
  served = await serveScans(folder);
  studio = served.studio;
});

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

const BRIGHT = 100;

/** Draws what is bright in the scan as the studio shows it. @returns the mask */
async function drawBright(id: string): Promise<Uint8Array> {
  const { measures } = await studio.ask('case', { case: id });
  const count = (measures as Measures).shape[0];
  const bytes = await studio.ask('intensities', { case: id, first: 0, count });
  const mask = Uint8Array.from(new Float32Array(bytes.buffer), (value) => (value > BRIGHT ? 2 : 0));
  await studio.ask('saveMask', { case: id, first: 0, count, provenance: 'drawn', body: mask });
  return mask;
}

describe('a mask that was drawn and exported', { timeout: 60_000 }, () => {
  it('is shown in the orientation of most scans', async () => {
    expect((await studio.ask('project', {})).orientation).toBe('LAS');
    const { measures } = await studio.ask('case', { case: 'odd' });
    expect(measures).toMatchObject({ shape: BALL_SHAPE, stored: 'SPR', spacing: BALL_GEOMETRY.spacing });
  });

  it.skipIf(python === undefined).each(['ball1', 'odd'])(
    'lies on its scan exactly, as nibabel sees both: %s',
    async (id) => {
      const drawn = await drawBright(id);
      expect(drawn.some((label) => label > 0)).toBe(true);
      const path = join(folder, `${id}_mask.nii.gz`);
      await files.write(path, await studio.ask('exportMask', { case: id }));
      const script = `
import json, sys, numpy, nibabel
scan, mask = nibabel.load(sys.argv[1]), nibabel.load(sys.argv[2])
print(json.dumps({
  'affine': bool((scan.affine == mask.affine).all()),
  'shape': scan.shape == mask.shape,
  'codes': int(mask.header['sform_code']) == int(scan.header['sform_code']),
  'axes': ''.join(nibabel.aff2axcodes(mask.affine)),
  'voxels': bool((numpy.asarray(mask.dataobj) == 2 * (scan.get_fdata() > ${BRIGHT})).all()),
}))`;
      expect(python?.(script, [join(folder, `scans/images/${id}.nii.gz`), path])).toEqual({
        affine: true,
        shape: true,
        codes: true,
        axes: id === 'odd' ? 'SPR' : 'LAS',
        voxels: true,
      });
    },
  );

  it('comes back as it was when it is imported, with its provenance', async () => {
    const drawn = await drawBright('odd');
    const body = await studio.ask('exportMask', { case: 'odd' });
    await studio.ask('removeMask', { case: 'odd', first: 0, count: BALL_SHAPE[0] });
    const empty = await studio.ask('mask', { case: 'odd', first: 0, count: BALL_SHAPE[0] });
    expect(empty.some((label) => label > 0)).toBe(false);
    const { slices } = await studio.ask('importMask', {
      case: 'odd',
      name: 'odd_seg.nii.gz',
      slices: 'foreground',
      body,
    });
    expect(slices).toContain('imported');
    const plane = drawn.length / BALL_SHAPE[0];
    for (const [z, state] of slices.entries()) {
      const holds = drawn.subarray(z * plane, (z + 1) * plane).some((label) => label > 0);
      expect(state).toBe(holds ? 'imported' : 'unlabelled');
    }
    const mask = await studio.ask('mask', { case: 'odd', first: 0, count: BALL_SHAPE[0] });
    expect(Buffer.from(mask).equals(Buffer.from(drawn))).toBe(true);
  });

  it('a mask of another size is refused in a sentence', async () => {
    const other = { data: new Uint8Array(8), shape: [2, 2, 2] as const, geometry: BALL_GEOMETRY };
    const sent = { case: 'ball1', name: 'other.nii.gz', body: writeNifti(other) };
    await expect(studio.ask('importMask', sent)).rejects.toThrow(
      /other\.nii\.gz: the mask has 2 x 2 x 2 pixels, its image/,
    );
  });

  it('a new scan is a case that can be labelled, and is not among the scans of the data folder', async () => {
    const volume: Volume = { data: ballScan(4).image, shape: [1, ...BALL_SHAPE], geometry: BALL_GEOMETRY };
    const { cases } = await studio.ask('uploadScan', { name: 'new.nii.gz', body: writeNifti(volume) });
    expect(cases.find(({ id }) => id === 'new')).toMatchObject({ origin: 'uploaded', state: 'ready' });
    await expect(studio.ask('uploadScan', { name: 'new.nii.gz', body: writeNifti(volume) })).rejects.toThrow(/already/);
    expect(await files.kind(join(folder, 'scans/images/new.nii.gz'))).toBeUndefined();
    await drawBright('new');
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { writeLabelPng, writeNifti } from '../../formats/index.ts';
import { type LabelVolume, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { pythonWith } from '../../testing/python.ts';
import { runCommand, workplace } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);

const picture = (...rows: string[]) =>
  writeLabelPng({
    data: Uint8Array.from([...rows.join('')].map((digit) => (digit === '?' ? 255 : Number(digit)))),
    shape: [1, rows.length, rows[0]?.length ?? 0],
    geometry: PIXEL_GEOMETRY,
  });

async function write(name: string, masks: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  for (const [path, content] of Object.entries(masks)) await files.write(at(`${name}/${path}`), content);
  return at(name);
}

async function score(predictions: string, masks: string, ...more: string[]) {
  const json = at('scores.json');
  await files.remove(json);
  const result = await runCommand('score', predictions, masks, '--json', json, ...more);
  const written = (await files.kind(json)) === 'file' ? JSON.parse(await readText(files, json)) : undefined;
  return { ...result, json: written };
}

describe('patchcl score', () => {
  it('has tables, intervals and JSON as evaluate has, for masks of any name of a case', async () => {
    const masks = await write('a/masks', { 'p1_gt.png': picture('0110'), 'sub/P2.png': picture('0011') });
    const predictions = await write('a/found', { 'p1_pred.png': picture('0111'), 'p2_seg.png': picture('0011') });
    const { status, out, error, json } = await score(predictions, masks, '--surface-dice', '1', '--lesions');
    expect(error).toMatch(/^2 patients: [^\n]*\n*$/);
    expect(status).toBe(0);
    expect(out).toMatch(/class +Dice +Jaccard +HD95 \(px\) +ASD \(px\)\n-+.*\nclass 1 +0\.900 ±/);
    expect(out).toMatch(/class +sensitivity +precision +volume difference +surface Dice at 1 px\n/);
    expect(out).toMatch(/class +lesion sensitivity +lesion precision +lesion F1\n/);
    expect(out).toContain('2 scored cases; mean ± sd over cases [95 % CI of the mean, bootstrap over patients]');
    expect(out).toContain('distances are in pixels: the masks do not say how large one is');
    expect(json.classes).toEqual(['background', 'class 1']);
    expect(json.mean).toMatchObject({ dice: 0.9, sensitivity: 1, precision: expect.closeTo(5 / 6), surfaceDice: 1 });
    expect(json.cases.map(({ id }: { id: string }) => id)).toEqual(['p1_gt', 'sub/P2']);
    expect(json.statistics[0].metrics.dice.interval).toHaveLength(2);
  });

  it('takes label values with gaps, names them, and leaves out what no mask has', async () => {
    const masks = await write('gap/labelsTr', { 'a.png': picture('0124'), 'b.png': picture('0114') });
    await files.write(
      at('gap/dataset.json'),
      '{"labels": {"background": 0, "core": 1, "edema": 2, "enhancing": 4, "rest": 7}}',
    );
    const predictions = await write('gap/found', { 'a.png': picture('0124'), 'b.png': picture('0314') });
    const { out, json } = await score(predictions, masks);
    expect(json.classes).toEqual(['background', 'core', 'edema', 'class 3', 'enhancing', 'rest']);
    expect(json.values).toEqual([0, 1, 2, 3, 4, 7]);
    expect(json.absent).toEqual(['class 3', 'rest']);
    expect(json.cases[1].dice).toEqual([expect.closeTo(2 / 3), 1, null, 1, null]);
    expect(json.mean.dice).toBeCloseTo((1 + 1 + 1 + 2 / 3 + 1 + 1) / 6);
    expect(json.statistics.map(({ name }: { name: string }) => name)).toEqual(['core', 'edema', 'enhancing', 'mean']);
    expect(out).toContain('class 3: no mask has it, so it is in no mean, though the prediction has it in 1 of 2 cases');
    expect(out).toContain('rest: no mask has it, so it is in no mean\n');
  });

  it('does not count what nobody has annotated', async () => {
    const masks = await write('ignore/masks', { 'a.png': picture('01?0'), 'b.png': picture('00??') });
    const predictions = await write('ignore/found', { 'a.png': picture('0110'), 'b.png': picture('0011') });
    const { json } = await score(predictions, masks, '--ignore', '255');
    expect(json.mean.dice).toBe(1);
    // Black and white: what is 255 would be foreground.
    const bare = await score(predictions, masks);
    expect(bare.json.classes).toEqual(['background', 'class 1', 'class 255']);
  });

  it('turns a prediction that is stored along other axes', async () => {
    const reference: LabelVolume = {
      data: Uint8Array.of(0, 1, 1, 0, 0, 0),
      shape: [1, 2, 3],
      geometry: { spacing: [5, 2, 1], unit: 'mm', affine: [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1] },
    };
    const mirrored: LabelVolume = {
      data: Uint8Array.of(1, 1, 0, 0, 0, 0),
      shape: [1, 2, 3],
      geometry: { ...reference.geometry, affine: [-1, 0, 0, 2, 0, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1] },
    };
    const elsewhere = {
      ...reference,
      geometry: { ...reference.geometry, affine: reference.geometry.affine?.with(3, 9) },
    };
    const masks = await write('axes/masks', { 'a.nii.gz': writeNifti(reference) });
    const same = await score(await write('axes/found', { 'a.nii.gz': writeNifti(mirrored) }), masks);
    expect(same.json.mean).toMatchObject({ dice: 1, hd95: 0 });
    expect(same.error).not.toContain('does not lie');
    const moved = await score(await write('axes/moved', { 'a.nii.gz': writeNifti(elsewhere as LabelVolume) }), masks);
    expect(moved.error).toContain('a.nii.gz: it does not lie where its mask lies; the two are compared voxel by voxel');
  });

  it('tells what is missing, broken or too many, and measures the rest', async () => {
    const masks = await write('part/masks', {
      'a.png': picture('01'),
      'b.png': picture('01'),
      'c.png': picture('01'),
      'd.png': picture('01'),
    });
    const predictions = await write('part/found', {
      'a.png': picture('01'),
      'c.png': 'no picture',
      'd.png': picture('011'),
      'e.png': picture('01'),
    });
    const { status, error, json } = await score(predictions, masks);
    expect(status).toBe(1);
    expect(error).toContain('3 of 4 cases could not be measured and are left out');
    expect(error).toMatch(/b\.png: there is no prediction of this name/);
    expect(error).toMatch(/c\.png: /);
    expect(error).toMatch(/found\/d\.png: the prediction has 1 x 3 voxels, its mask .*masks\/d\.png has 1 x 2\./);
    expect(error).toMatch(/1 of 4 predictions have no mask and are left out: .*e\.png/);
    expect(json.failures.map(({ id }: { id: string }) => id)).toEqual(['b', 'c', 'd']);
    expect(json.cases).toHaveLength(1);
    const strict = await score(predictions, masks, '--strict');
    expect(strict).toMatchObject({ status: 1, out: '', json: undefined });
  });

  it.each<[string, () => Promise<[string, string]>, RegExp]>([
    ['no folder', async () => [at('nowhere'), at('a/masks')], /nowhere: there is no such file or folder\. Check/],
    [
      'an empty folder',
      async () => [await write('empty', { 'x.txt': '' }), at('a/masks')],
      /empty: there is no mask in/,
    ],
    [
      'other names',
      async () => [await write('other', { 'x.png': picture('01') }), at('a/masks')],
      /other: no prediction has the name of a mask: the masks are called as p1_gt\.png, the predictions as x\.png/,
    ],
    [
      'names that are not clear',
      async () => [await write('twice', { 'p1.png': picture('01'), 's/p1.png': picture('01') }), at('a/masks')],
      /p1_gt\.png: it has the same name as .*p1\.png and .*p1\.png, so it is not clear which belong together/,
    ],
  ])('refuses %s', async (_, folders, message) => {
    const [predictions, masks] = await folders();
    const { status, out, error } = await runCommand('score', predictions, masks);
    expect([status, out]).toEqual([1, '']);
    expect(error).toMatch(message);
  });
});

const script = fileURLToPath(new URL('../../metrics/golden/scores.py', import.meta.url));
const run = pythonWith('medpy.metric.binary, nibabel');
/** The script as it is, with its neighbours in reach. */
const source = `import sys; sys.path.insert(0, ${JSON.stringify(script.replace(/\/[^/]+$/, ''))})\n${readFileSync(script, 'utf8')}`;

describe.skipIf(run === undefined)('patchcl score beside MedPy, live', () => {
  it('agrees to 1e-6 on 200 random masks that nibabel has written', { timeout: 120_000 }, async () => {
    await files.write(at('live/.keep'), '');
    const expected = run?.(source, [at('live')]) as (number | null)[][];
    const more = ['--surface-dice', '2', '--lesions'];
    const { status, json } = await score(at('live/predictions'), at('live/masks'), ...more);
    expect(status).toBe(0);
    expect(json.cases).toHaveLength(200);
    const names = ['dice', 'jaccard', 'hd95', 'asd', 'sensitivity', 'precision', 'volumeDifference', 'surfaceDice'];
    names.push('lesionSensitivity', 'lesionPrecision', 'lesionF1');
    for (const [index, wanted] of expected.entries()) {
      for (const [i, name] of names.entries()) {
        const value = json.cases[index][name][0];
        if (wanted[i] === null) expect(value, `${name} of case ${index}`).toBeNull();
        else expect(Math.abs(value - (wanted[i] as number)), `${name} of case ${index}`).toBeLessThan(1e-6);
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { joinPath } from '../../core/files.ts';
import { readLabels, readVolume, writeNifti } from '../../formats/index.ts';
import { keepLargestComponents } from '../../imaging/components.ts';
import { mostProbable } from '../../predict/segmenter.ts';
import { greyPng, runCommand } from '../testing/run-command.ts';
import { trainedSquares } from '../testing/trained-squares.ts';

const { folder, files, run } = await trainedSquares();

describe('a trained run', () => {
  it('predicts with the ONNX file alone, geometry kept, past a broken scan', async () => {
    const model = joinPath(folder, 'elsewhere/model.onnx');
    expect((await runCommand('export', run, '--out', model)).status).toBe(0);
    const scans = joinPath(folder, 'scans');
    const masks = joinPath(folder, 'masks');
    const affine = [0, -2, 0, 7, 3, 0, 0, 8, 0, 0, 5, 9, 0, 0, 0, 1];
    const geometry = { spacing: [5, 2, 3] as const, unit: 'mm' as const, affine };
    const scan = writeNifti({
      data: new Float32Array(2 * 20 * 24).map((_, i) => i % 97),
      shape: [1, 2, 20, 24],
      geometry,
    });
    await files.write(`${scans}/a.nii.gz`, scan);
    await files.write(
      `${scans}/b.png`,
      greyPng(40, (row) => row),
    );
    await files.write(`${scans}/c.png`, greyPng(40, (row) => row).subarray(0, 60));
    const { status, error } = await runCommand('predict', model, scans, '--out', masks, '--overlay', '--threads', '1');
    expect(status).toBe(1);
    expect(error).toContain('2 of 3 scans segmented');
    expect(error).toContain(`patchcl: ${scans}/c.png: `);
    const names = (await files.list(masks)).map(({ name }) => name);
    expect(names).toEqual(['a.nii.gz', 'a_overlay.png', 'b.png', 'b_overlay.png']);
    const mask = await readLabels(await files.read(`${masks}/a.nii.gz`), 'a.nii.gz');
    expect(mask.shape).toEqual([2, 20, 24]);
    expect(mask.geometry.affine).toEqual(affine);
    expect((await readLabels(await files.read(`${masks}/b.png`), 'b.png')).shape).toEqual([1, 40, 40]);
  });

  it('says where it segments one frame of several', async () => {
    const frames = (n: number) =>
      writeNifti({
        data: new Float32Array(n * 24 * 24).map((_, i) => i % 89),
        shape: [n, 1, 24, 24],
        geometry: { spacing: [5, 1, 1], unit: 'mm' },
      });
    for (const [name, n] of [
      ['cine', 20],
      ['still', 1],
    ] as const)
      await files.write(joinPath(folder, `frames/${name}.nii`), frames(n));
    const out = joinPath(folder, 'frame-masks');
    const { status, error } = await runCommand(
      'predict',
      run,
      joinPath(folder, 'frames'),
      '--out',
      out,
      '--threads',
      '1',
    );
    expect([status, error]).toEqual([
      0,
      `2 of 2 scans segmented; masks in ${out}\n${joinPath(folder, 'frames/cine.nii')}: 4-D, only frame 1 of 20 is used\n`,
    ]);
    const mask = await readLabels(await files.read(`${out}/cine.nii`), 'cine.nii');
    expect(mask.shape).toEqual([1, 24, 24]);
  });

  it('predicts in parts, again without harm, past what is there already', async () => {
    const scans = joinPath(folder, 'many');
    for (const name of ['a', 'b', 'deep/c', 'deep/d', 'e']) {
      await files.write(
        `${scans}/${name}.png`,
        greyPng(24, (row, column) => row * column),
      );
    }
    await files.write(`${scans}/masks/a.png`, 'never looked at');
    const whole = joinPath(folder, 'whole');
    const parts = joinPath(folder, 'parts');
    const predict = (out: string, ...more: string[]) =>
      runCommand('predict', run, scans, '--out', out, '--threads', '1', ...more);
    expect((await predict(whole)).status).toBe(0);
    const first = await predict(parts, '--shard', '1/2');
    expect(first.error).toContain('3 of 3 scans of part 1/2 segmented');
    const missing = await predict(parts, '--missing');
    expect(missing.status).toBe(1);
    expect(missing.out.trim().split('\n')).toEqual([`${scans}/b.png`, `${scans}/deep/d.png`]);
    expect(missing.error).toContain('2 of 5 scans have no mask');
    const rest = await predict(parts, '--skip-existing');
    expect(rest.error).toContain('2 of 5 scans segmented, 3 had their mask already');
    expect((await predict(parts, '--missing')).status).toBe(0);
    for (const name of ['a', 'b', 'deep/c', 'deep/d', 'e']) {
      expect(await files.read(`${parts}/${name}.png`)).toEqual(await files.read(`${whole}/${name}.png`));
    }
  });

  it('writes other formats, probabilities and the largest parts on demand', async () => {
    const scan = joinPath(folder, 'one/scan.png');
    await files.write(
      scan,
      greyPng(24, (row, column) => 9 * ((row * 5 + column * 7) % 23)),
    );
    const out = joinPath(folder, 'formats');
    const predict = (...more: string[]) => runCommand('predict', run, scan, '--out', out, '--threads', '1', ...more);
    expect((await predict('--format', 'nifti', '--probabilities', '--no-keep-largest')).status).toBe(0);
    const maps = await readVolume(await files.read(`${out}/scan_probabilities.nii.gz`), 'maps', { frame: 'all' });
    const mask = await readLabels(await files.read(`${out}/scan.nii.gz`), 'mask');
    expect(mask).toEqual({ ...mostProbable(maps), geometry: mask.geometry });
    expect((await predict('--probabilities', '--keep-largest')).status).toBe(0);
    const foreground = await readVolume(await files.read(`${out}/scan_probability_1.png`), 'map');
    foreground.data.forEach((value, i) => {
      expect(value).toBe(Math.round(65535 * (maps.data[576 + i] as number)));
    });
    expect(await readLabels(await files.read(`${out}/scan.png`), 'mask')).toEqual({
      ...keepLargestComponents(mask),
      geometry: { spacing: [1, 1, 1], unit: 'px' },
    });
  });

  it('never gives two scans one mask', async () => {
    const twins = ['left/a.png', 'right/a.png'].map((name) => joinPath(folder, name));
    for (const twin of twins)
      await files.write(
        twin,
        greyPng(24, (row) => row),
      );
    const { status, error } = await runCommand('predict', run, ...twins, '--out', joinPath(folder, 'twins'));
    expect(status).toBe(1);
    expect(error).toContain(`${twins[1]}: its mask would replace that of ${twins[0]}.`);
  });

  it('never replaces a scan by its mask', async () => {
    const scans = joinPath(folder, 'mine');
    await files.write(
      `${scans}/b.png`,
      greyPng(40, (row) => row),
    );
    const { status, error } = await runCommand('predict', run, scans, '--out', scans);
    expect(status).toBe(1);
    expect(error).toContain('b.png: its mask would replace the scan');
  });
});

import { relative } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { joinPath, readText } from '../core/files.ts';
import { readLabels, readVolume, writeNifti } from '../formats/index.ts';
import { keepLargestComponents } from '../imaging/components.ts';
import { readModelInfo } from '../predict/model-file.ts';
import { mostProbable } from '../predict/segmenter.ts';
import { greyPng, runCommand, TINY, workplace, writeSquares } from './testing/run-command.ts';

/** The demo with smaller hearts: what is shown is how it ends, not how good it is. */
vi.mock('./demo/demo-plan.ts', async (load) => {
  const plan = await load<typeof import('./demo/demo-plan.ts')>();
  return { ...plan, demoData: (seed: number) => ({ ...plan.demoData(seed), unannotated: 4, size: 48, slices: 3 }) };
});

const { folder, files } = await workplace();
const data = joinPath(folder, 'data');
const run = joinPath(folder, 'run');
const config = joinPath(folder, 'tiny.yaml');

beforeAll(async () => {
  await writeSquares(files, data);
  await files.write(config, TINY);
  const args = [
    'train',
    '--data',
    relative('.', data),
    '--out',
    run,
    '--config',
    config,
    '--labelled',
    '2',
    '--steps',
    '6',
    '--threads',
    '1',
  ];
  const { status, error } = await runCommand(...args);
  expect(error).toContain('2 (2 images) labelled');
  expect(status).toBe(0);
});

describe('a trained run', () => {
  it('leaves everything in its folder', async () => {
    const names = (await files.list(run)).map(({ name }) => name);
    expect(names).toEqual([
      'best.safetensors',
      'checkpoint-before.safetensors',
      'checkpoint.safetensors',
      'checksums.json',
      'clock.json',
      'config.yaml',
      'events.out.tfevents.patchcl',
      'metrics.csv',
      'model.onnx',
      'patches.png',
      'report.html',
      'run.json',
      'scores-val.json',
      'split.json',
    ]);
    const report = await readText(files, joinPath(run, 'report.html'));
    for (const title of ['Results', 'Worst and best cases', 'Training', 'Patches and pseudo-labels', 'Configuration']) {
      expect(report).toContain(`>${title}</h2>`);
    }
    const facts = JSON.parse(await readText(files, joinPath(run, 'run.json')));
    expect(Object.keys(facts.versions)).toEqual(['patchcl', 'node', 'onnxruntime-node', 'platform', 'cpu']);
    // It can be used from any folder.
    expect(facts.data).toBe(data);
  });

  it('is evaluated as a table and as JSON', async () => {
    const json = joinPath(folder, 'out.json');
    const { status, out } = await runCommand('evaluate', run, '--data', data, '--split', 'test', '--json', json);
    expect(status).toBe(0);
    expect(out).toMatch(/class +Dice +Jaccard +HD95 \(px\) +ASD \(px\)\n-+.*\nclass 1 +\d\.\d{3} ±/);
    const evaluation = JSON.parse(await readText(files, json));
    expect(Object.keys(evaluation)).toEqual(['classes', 'cases', 'mean', 'patients', 'statistics']);
    expect(Object.keys(evaluation.patients)).toEqual(evaluation.cases.map(({ id }: { id: string }) => id));
    const [{ name, metrics }] = evaluation.statistics;
    expect(name).toBe('class 1');
    expect(metrics.dice.mean).toBeCloseTo(evaluation.mean.dice, 12);
    expect(evaluation.classes).toEqual(['background', 'class 1']);
    const keys = [
      'asd',
      'dice',
      'hd95',
      'id',
      'jaccard',
      'precision',
      'sensitivity',
      'unit',
      'volumeDifference',
      'voxels',
    ];
    expect(Object.keys(evaluation.cases[0]).sort()).toEqual(keys);
    expect(evaluation.cases[0].unit).toBe('px');
    const further = ['sensitivity', 'precision', 'volumeDifference'];
    expect(Object.keys(evaluation.mean)).toEqual(['dice', 'jaccard', 'hd95', 'asd', ...further]);
  });

  it('is measured on the cases that can be read; the others are named', async () => {
    const broken = joinPath(folder, 'broken');
    await writeSquares(files, broken);
    const cut = `${broken}/images/p1.png`;
    await files.write(cut, (await files.read(cut)).subarray(0, 200));
    const copy = joinPath(folder, 'tested');
    for (const name of ['model.onnx', 'run.json'])
      await files.write(`${copy}/${name}`, await files.read(`${run}/${name}`));
    const split = JSON.parse(await readText(files, joinPath(run, 'split.json')));
    const evaluate = async (patients: readonly string[], name: string, ...more: string[]) => {
      const test = patients.map((patient) => ({ patient, cases: [patient] }));
      const parts = { labelled: [], unlabelled: [], val: [], test };
      await files.write(`${copy}/split.json`, JSON.stringify({ ...split, parts }));
      const args = ['evaluate', copy, '--data', broken, '--split', 'test', '--json', joinPath(folder, name), ...more];
      return runCommand(...args, '--threads', '1');
    };
    const scores = async (name: string) => JSON.parse(await readText(files, joinPath(folder, name)));

    const { status, out, error } = await evaluate(['p0', 'p1', 'p2'], 'partial.json');
    expect(status).toBe(1);
    expect(out).toContain('2 test cases; mean');
    const [summary, failure, end] = error.split('\n');
    expect(summary).toBe('1 of 3 cases could not be measured and are left out');
    expect(failure).toMatch(/^patchcl: .*\/broken\/images\/p1\.png: .*\.$/);
    expect(end).toBe('');
    const { failures, ...partial } = await scores('partial.json');
    expect(failures).toEqual([{ id: 'p1', problem: failure?.replace('patchcl: ', '') }]);
    expect((await evaluate(['p0', 'p2'], 'whole.json')).status).toBe(0);
    expect(partial).toEqual(await scores('whole.json'));

    expect(await evaluate(['p0', 'p1'], 'strict.json', '--strict')).toEqual({
      status: 1,
      out: '',
      error: `${failure}\n`,
    });
    const none = await evaluate(['p1'], 'none.json');
    expect(none).toMatchObject({ status: 1, out: '' });
    expect(none.error).toBe(`1 of 1 cases could not be measured and are left out\n${failure}\n`);
    for (const name of ['strict.json', 'none.json']) expect(await files.kind(joinPath(folder, name))).toBeUndefined();
  });

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

  it('says before the work that its output cannot be written', async () => {
    const blocked = joinPath(config, 'out');
    const evaluate = ['evaluate', run, '--data', joinPath(folder, 'nowhere'), '--json'];
    for (const args of [evaluate, ['export', run, '--int8', '--out'], ['export', run, '--out']]) {
      const { status, out, error } = await runCommand(...args, blocked);
      const sentence = 'a part of its path is a file, not a folder. Choose another folder.';
      expect({ status, out, error }).toEqual({ status: 1, out: '', error: `patchcl: ${blocked}: ${sentence}\n` });
    }
  });

  it('never exports a model that is cut off; without it, exports the same bytes from its weights', async () => {
    const model = joinPath(run, 'model.onnx');
    const bytes = await files.read(model);
    const copy = joinPath(folder, 'copy.onnx');
    const exported = () => runCommand('export', run, '--out', copy);
    for (const share of [0.3, 0.9, 0.999]) {
      await files.write(model, bytes.subarray(0, Math.floor(share * bytes.length)));
      const { status, error } = await exported();
      expect(status).toBe(1);
      expect(error).toMatch(
        /^patchcl: .*\/run\/model\.onnx: .*\. Remove it, and it is made again from best\.safetensors\.\n$/,
      );
      expect(await files.kind(copy)).toBeUndefined();
    }
    await files.remove(model);
    expect((await exported()).status).toBe(0);
    expect(await files.read(copy)).toEqual(bytes);
    await files.write(model, bytes);
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

  it('is exported in eight bits with what that costs, and predicts so', async () => {
    const model = joinPath(folder, 'int8.onnx');
    const { status, error } = await runCommand('export', run, '--out', model, '--int8', '--threads', '1');
    expect(status).toBe(0);
    const [, int8, float32] = /Dice (\d\.\d{4}), in float32 (\d\.\d{4}): int8 costs -?\d\.\d{4}/.exec(error) ?? [];
    const info = readModelInfo(await files.read(model), model);
    expect(info.quantisation?.calibrationImages).toBeGreaterThan(0);
    expect(info.quantisation?.int8Dice?.toFixed(4)).toBe(int8);
    expect(info.quantisation?.float32Dice?.toFixed(4)).toBe(float32);
    expect(info.quantisation?.float32Dice).toBeCloseTo(info.training.validationDice as number, 4);
    const masks = joinPath(folder, 'int8-masks');
    expect((await runCommand('predict', model, `${data}/images/p1.png`, '--out', masks)).status).toBe(0);
    expect((await readLabels(await files.read(`${masks}/p1.png`), 'p1.png')).shape).toEqual([1, 32, 32]);
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

  it('resumes with its own settings only', async () => {
    const more = await runCommand('train', '--resume', '--out', run, '--steps', '9');
    expect(more.status).toBe(1);
    expect(more.error).toBe(
      `patchcl: ${run}: --resume keeps the settings of the run, but --steps says 9, the run was started with 6. Leave it out, or start a new run in another folder.\n`,
    );
    expect((await runCommand('train', '--resume', '--out', run, '--threads', '1')).status).toBe(0);
  });

  it('resumes by the very command that began it, threads included', async () => {
    const out = joinPath(folder, 'again');
    const command = ['train', '--data', data, '--out', out, '--config', config, '--steps', '2', '--threads', '1'];
    expect((await runCommand(...command)).status).toBe(0);
    const again = await runCommand(...command, '--resume');
    expect(again.status, again.error).toBe(0);
  });
});

it('the demo leaves a report that compares, a model and masks', async () => {
  const out = joinPath(folder, 'demo');
  const { status, out: printed } = await runCommand('demo', '--out', out, '--steps', '3');
  expect(status).toBe(0);
  expect(printed).toMatch(/Supervised only.*right ventricle.*PatchCL: the same.*Mean Dice of the test patients/s);
  expect(await readText(files, joinPath(out, 'patchcl/report.html'))).toContain('>Comparison</h2>');
  expect(await files.kind(joinPath(out, 'patchcl/model.onnx'))).toBe('file');
  expect(await files.kind(joinPath(out, '.patchcl-demo'))).toBe('file');
  expect((await files.list(joinPath(out, 'predictions'))).length).toBe(10);
}, 240_000);

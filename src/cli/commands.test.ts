import { describe, expect, it } from 'vitest';
import { joinPath, readText } from '../core/files.ts';
import { readLabels } from '../formats/index.ts';
import { readModelInfo } from '../predict/model-file.ts';
import { runCommand, writeSquares } from './testing/run-command.ts';
import { trainedSquares } from './testing/trained-squares.ts';

const { folder, files, data, run, config } = await trainedSquares();

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
      'data-checksums.json',
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

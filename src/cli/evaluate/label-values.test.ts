import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { readLabels, writeLabelPng, writeLabelTiff, writeNifti } from '../../formats/index.ts';
import { sharedData } from '../../formats/testing/shared-data.ts';
import { type LabelVolume, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { readModelInfo } from '../../predict/model-file.ts';
import { runCommand, TINY, workplace } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const SIDE = 32;
/** The values of the masks; what is bright in the pictures is the last of them. */
const VALUES = [0, 20, 70];
const IGNORE = 9;

const grey = (value: (row: number, column: number) => number): LabelVolume => ({
  data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => value(Math.floor(i / SIDE), i % SIDE)),
  shape: [1, SIDE, SIDE],
  geometry: PIXEL_GEOMETRY,
});

/** A band of one class at the left, of another at the right. */
const classAt = (column: number) => (column < 12 ? 1 : column < 22 ? 0 : 2);

/** Eight pictures, six with masks. @param value what stands in a mask for a class and place */
async function writeBands(
  name: string,
  value: (klass: number, row: number, column: number) => number,
): Promise<string> {
  for (let n = 0; n < 8; n++) {
    const brightness = [60, 140, 220];
    const image = grey((row, column) => (brightness[classAt(column)] as number) + ((row * 7 + column * 3 + n) % 20));
    await files.write(at(`${name}/images/p${n}.png`), writeLabelPng(image));
    const mask = grey((row, column) => value(classAt(column), row, column));
    if (n < 6) await files.write(at(`${name}/masks/p${n}.png`), writeLabelPng(mask));
  }
  return at(name);
}

const valueIn = (klass: number) => VALUES[klass] as number;

async function train(data: string, run: string, config = 'tiny.yaml', ...more: string[]) {
  const args = ['--data', data, '--out', run, '--config', at(config), '--steps', '12', '--threads', '1', ...more];
  const result = await runCommand('train', ...args);
  expect(result.status, result.error).toBe(0);
  return result;
}

async function evaluate(...args: string[]) {
  const json = at('scores.json');
  await files.remove(json);
  const result = await runCommand('evaluate', ...args, '--json', json, '--threads', '1');
  const written = (await files.kind(json)) === 'file' ? JSON.parse(await readText(files, json)) : undefined;
  return { ...result, json: written };
}

const distinct = async (path: string) => [...new Set((await readLabels(await files.read(path), path)).data)].sort();

const run = at('run');
let trained: Awaited<ReturnType<typeof train>>;
beforeAll(async () => {
  await files.write(at('tiny.yaml'), `${TINY}method: supervised\ndata: { ignore: ${IGNORE} }\n`);
  // The upper third of each mask is not annotated.
  const data = await writeBands('data', (klass, row) => (row < 10 ? IGNORE : valueIn(klass)));
  trained = await train(data, run);
});

describe('masks with gaps between their values, annotated in part', () => {
  it('train with a class for each value, which the run and its model remember', async () => {
    expect(trained.error).toContain(
      'label values: 0 background, 20 class 20, 70 class 70; masks are written with them',
    );
    expect(trained.error).toMatch(/label value 9 is what nobody has annotated: 31\.\d % of the pixels/);
    const scheme = { classes: ['background', 'class 20', 'class 70'], values: VALUES };
    expect(JSON.parse(await readText(files, joinPath(run, 'split.json')))).toMatchObject({ ...scheme, ignore: IGNORE });
    expect(JSON.parse(await readText(files, joinPath(run, 'run.json')))).toMatchObject({ ...scheme, ignore: IGNORE });
    expect(readModelInfo(await files.read(joinPath(run, 'model.onnx')), 'model')).toMatchObject(scheme);
  });

  it('are measured by class, on what is annotated', async () => {
    const { json, status } = await evaluate(run, '--split', 'test');
    expect(status).toBe(0);
    expect(json).toMatchObject({ classes: ['background', 'class 20', 'class 70'], values: VALUES });
    // 22 of 32 rows, 12 and 10 columns.
    expect(json.cases[0].voxels.reference).toEqual([22 * 12, 22 * 10]);
  });

  it('are written with the values that they were read with', async () => {
    const scan = grey((_, column) => [60, 140, 220][classAt(column)] as number);
    const volume = { ...scan, data: Float32Array.from(scan.data), shape: [1, 1, SIDE, SIDE] as const };
    await files.write(at('scans/a.png'), writeLabelPng(scan));
    await files.write(at('scans/b.tif'), writeLabelTiff(scan));
    await files.write(at('scans/c.nii.gz'), writeNifti(volume));
    const { status } = await runCommand(
      'predict',
      run,
      at('scans'),
      '--out',
      at('masks'),
      '--overlay',
      '--threads',
      '1',
    );
    expect(status).toBe(0);
    for (const name of ['a.png', 'b.tif', 'c.nii.gz']) {
      const values = await distinct(at(`masks/${name}`));
      expect(values.length, name).toBeGreaterThan(1);
      expect(
        values.filter((value) => !VALUES.includes(value)),
        name,
      ).toEqual([]);
    }
  });

  it('resume with the same classes', async () => {
    const { status, error } = await runCommand(
      'train',
      '--resume',
      '--out',
      run,
      '--data',
      at('data'),
      '--threads',
      '1',
    );
    expect([status, error]).toEqual([
      0,
      expect.stringContaining('label values: 0 background, 20 class 20, 70 class 70'),
    ]);
  });
});

describe('patchcl evaluate on another data set', () => {
  const model = at('alone/model.onnx');
  beforeAll(async () => files.write(model, await files.read(joinPath(run, 'model.onnx'))));

  it('measures all its annotated cases with a model alone, whose label values it takes where it has no names', async () => {
    const data = await writeBands('other', valueIn);
    const { status, out, error, json } = await evaluate(model, '--data', data);
    expect(status).toBe(0);
    expect(out).toContain('6 annotated cases; mean');
    expect(error).toContain(
      'label values are taken to mean what they mean in the model: 0 background, 20 class 20, 70 class 70',
    );
    expect(json.cases).toHaveLength(6);
    // Told of a run that has learned from cases of these names.
    const known = await evaluate(run, '--data', data, '--split', 'all');
    expect(known.json).toEqual(json);
    expect(known.error).toMatch(/\d of the 6 cases have names of cases that .*run was trained or validated on/);
  });

  it('matches classes by name, whatever their values and order', async () => {
    const named = await writeBands('named', (klass) => [0, 1, 2][klass] as number);
    await files.write(`${named}/dataset.json`, '{"labels": {"background": 0, "left": 1, "right": 2}}');
    await files.write(at('plain.yaml'), `${TINY}method: supervised\n`);
    await train(named, at('named-run'), 'plain.yaml');
    const other = await writeBands('exchanged', (klass) => [0, 5, 1][klass] as number);
    await files.write(`${other}/dataset.json`, '{"labels": {"background": 0, "Right": 1, "LEFT": 5}}');
    const own = await evaluate(at('named-run'), '--data', named, '--split', 'all');
    const exchanged = await evaluate(at('named-run/model.onnx'), '--data', other);
    expect(exchanged.json.cases).toEqual(own.json.cases);
    expect(exchanged.json.classes).toEqual(['background', 'left', 'right']);
  });

  it('takes a run as its own data where they are, else as another data set', async () => {
    const elsewhere = await writeBands('elsewhere', valueIn);
    for (const name of await files.list(`${elsewhere}/images`)) {
      await files.write(`${elsewhere}/images/q${name.name}`, await files.read(`${elsewhere}/images/${name.name}`));
      await files.remove(`${elsewhere}/images/${name.name}`);
    }
    for (const { name } of await files.list(`${elsewhere}/masks`)) {
      await files.write(`${elsewhere}/masks/q${name}`, await files.read(`${elsewhere}/masks/${name}`));
      await files.remove(`${elsewhere}/masks/${name}`);
    }
    expect((await evaluate(run, '--data', elsewhere)).out).toContain('6 annotated cases');
    expect((await evaluate(run, '--data', at('data'))).out).toContain('1 validation cases');
    const asked = await evaluate(run, '--data', elsewhere, '--split', 'test');
    expect(asked.error).toMatch(/cases of the split manifest are not in this data set/);
  });

  it('tells why data of the same names may not be those of the run', async () => {
    const other = await writeBands('renamed', (klass) => [0, 1, 2][klass] as number);
    await files.write(`${other}/dataset.json`, '{"labels": {"background": 0, "liver": 1, "right": 2}}');
    const { error } = await evaluate(at('named-run'), '--data', other);
    expect(error).toMatch(/renamed has the cases of the run, so it is taken for its data; for another .* --split all/);
    expect(error).toMatch(/the data set now calls its classes "liver", "right", at training they were "left", "right"/);
  });

  it('measures unlabelled cases whose masks exist after all', async () => {
    const few = at('few-run');
    await train(at('data'), few, 'tiny.yaml', '--labelled', '2');
    const { status, out, error } = await evaluate(few, '--split', 'unlabelled');
    expect(status).toBe(0);
    expect(out).toMatch(/\d unlabelled cases; mean/);
    expect(error).toMatch(/2 of \d unlabelled cases have no mask and are left out/);
  });

  it.each<[string, () => Promise<string[]>, RegExp]>([
    ['a model without data', async () => [model], /a model alone does not know what to be measured on.*--data/],
    [
      'a part of a model',
      async () => [model, '--data', at('data'), '--split', 'test'],
      /a model alone has no test cases, those stand in its run folder/,
    ],
    [
      'classes that differ',
      async () => {
        const other = await writeBands('spleen', (klass) => [0, 1, 2][klass] as number);
        await files.write(`${other}/dataset.json`, '{"labels": {"background": 0, "liver": 1, "right": 2}}');
        return [at('named-run'), '--data', other, '--split', 'all'];
      },
      /the data set has the classes "liver", "right", the model has "left", "right"/,
    ],
    [
      'values that the model does not know',
      async () => {
        const other = await writeBands('values', (klass) => [0, 1, 2][klass] as number);
        await files.write(`${other}/dataset.json`, '{"labels": {"background": 0, "liver": 1, "spleen": 2}}');
        return [model, '--data', other];
      },
      /the data set has the label values 1 \(liver\), 2 \(spleen\), the model knows 0, 20, 70/,
    ],
    [
      'a data set without masks',
      async () => {
        await files.write(at('bare/images/a.png'), writeLabelPng(grey(() => 1)));
        return [model, '--data', at('bare')];
      },
      /no case of this data set has a mask/,
    ],
    [
      'an ignore value for own data',
      async () => [run, '--split', 'test', '--ignore', '3'],
      /--ignore: it is for other data sets; for the run's own data it was settled at training/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { status, out, error, json } = await evaluate(...(await args()));
    expect([status, out, json]).toEqual([1, '', undefined]);
    expect(error).toMatch(message);
  });
});

const { folder: brats, isMissing } = sharedData('cases/brats_gap');

it.skipIf(isMissing)(
  'BraTS: labels 0, 1, 2 and 4 are four classes, and class 3 is in no mean',
  { timeout: 60_000 },
  async () => {
    const data = brats.pathname.replace(/\/$/, '');
    await files.write(at('brats.yaml'), `${TINY}method: supervised\n`);
    await train(data, at('brats'), 'brats.yaml');
    const { json, out } = await evaluate(at('brats'), '--data', data, '--split', 'all');
    expect(json.classes).toEqual(['background', 'class 1', 'class 2', 'class 4']);
    expect(json.cases).toHaveLength(6);
    expect(json.mean.dice).toBeLessThan(0.9);
    expect(out).not.toContain('class 3');
  },
);

import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath } from '../core/files.ts';
import type { RunFacts } from '../runs/facts.ts';
import { greyPng, runCommand, TINY, workplace, writeSquares } from './testing/run-command.ts';
import { untrainedModel } from './testing/untrained-model.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);

/** A copy of the squares with some files replaced. */
async function spoilt(name: string, changes: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  await writeSquares(files, at(name));
  for (const [path, content] of Object.entries(changes)) await files.write(at(`${name}/${path}`), content);
  return at(name);
}

/** A broken file for every patient, so that whichever is read first is one. */
const everyMask = (content: Uint8Array | string) =>
  Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`masks/p${n}.png`, content]));

/** A run whose data are no longer where they were. */
async function writeMoved(): Promise<void> {
  const facts: RunFacts = {
    version: 1,
    versions: {},
    device: '',
    data: at('gone'),
    channels: 1,
    classes: ['background', 'square'],
    preparation: { size: 32, crop: 1, normalise: 'unit', percentiles: [0.5, 99.5] },
    counts: {},
  };
  await files.write(at('moved/run.json'), JSON.stringify(facts));
  for (const name of ['config.yaml', 'checkpoint.safetensors', 'report.html'])
    await files.write(at(`moved/${name}`), '');
  await files.write(at('moved/model.onnx'), untrainedModel());
}

const hdf5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0);

beforeAll(async () => {
  await files.write(at('tiny.yaml'), TINY);
  await files.write(at('typo.yaml'), 'optimiser:\n  learningrate: 3\n');
  await files.write(at('full/checkpoint.safetensors'), 'x');
  await files.write(at('file'), 'x');
  await files.write(at('model.onnx'), 'this is no model');
  await files.write(at('empty/images/.keep'), '');
  await writeSquares(files, at('good'));
  await writeSquares(files, at('own/data'));
  await writeMoved();
  await spoilt('size', everyMask(greyPng(20, () => 1)));
  await spoilt('value', {
    ...everyMask(greyPng(32, () => 7)),
    'dataset.json': '{"labels": {"0": "none", "1": "square"}}',
  });
  await spoilt('png', everyMask(greyPng(32, (row, column) => (row * column) % 2).subarray(0, 70)));
  await files.write(at('hdf5/train_slices.list'), 'patient1_slice_1\npatient2_slice_1\n');
  await files.write(at('hdf5/val.list'), 'patient3\n');
  for (const id of ['patient1_slice_1', 'patient2_slice_1', 'patient3'])
    await files.write(at(`hdf5/data/${id}.h5`), hdf5);
});

const train = (data: string, ...more: string[]) => {
  const usual = { '--out': at('new/run'), '--config': at('tiny.yaml'), '--steps': '2', '--threads': '1' };
  const left = Object.entries(usual).filter(([option]) => !more.includes(option));
  return ['train', '--data', at(data), ...left.flat(), ...more];
};

type Mistake = readonly [what: string, args: () => string[], message: RegExp];

const MISTAKES: readonly Mistake[] = [
  ['no such folder', () => train('nowhere'), /nowhere: there is no such folder\. Check the path\./],
  ['an empty folder', () => train('empty'), /empty\/images: there is no image in this folder\./],
  [
    'image and mask of different size',
    () => train('size'),
    /masks\/p\d\.png: the mask has 20 x 20 pixels, its image .* has 32 x 32\./,
  ],
  [
    'a label value out of range',
    () => train('value'),
    /masks\/p\d\.png: label value 7 was found, but the classes are 0 to 1\./,
  ],
  ['a truncated PNG', () => train('png'), /masks\/p\d\.png: .*(ends|cut)/],
  ['a truncated HDF5 file', () => train('hdf5', '--labelled', '1'), /hdf5\/data\/patient.*\.h5: /],
  [
    'zero labelled patients',
    () => train('good', '--labelled', '0'),
    /'--labelled <n>' argument '0' is invalid\. A whole number of at least 1/,
  ],
  [
    'more labelled patients than there are',
    () => train('good', '--labelled', '50'),
    /labelled: 50 labelled patients were asked for, but only \d/,
  ],
  [
    'an existing run folder',
    () => train('good', '--out', at('full')),
    /full: this folder already holds a run\. Continue it with --resume/,
  ],
  [
    'data for an export that reads none',
    () => ['export', at('full'), '--out', at('x.onnx'), '--data', at('good')],
    /--data: data are read for --int8 only\. Add --int8, or leave --data out\./,
  ],
  [
    'an output that cannot be written',
    () => train('good', '--out', at('file/run')),
    / .*\/file\/run: a part of its path is a file/,
  ],
  [
    'facts that cannot be written',
    () => ['inspect', at('good'), '--json', at('file/x.json')],
    /file\/x\.json: a part of its path is a file/,
  ],
  [
    'facts of a file that cannot be written, before it is read',
    () => ['inspect', at('file'), '--json', at('good')],
    /good: a folder of that name is in the way/,
  ],
  [
    'an unknown setting in a file',
    () => train('good', '--config', at('typo.yaml')),
    /typo\.yaml:2 optimiser\.learningrate: there is no such setting\. Did you mean "learningRate"\?/,
  ],
  [
    'an unknown method',
    () => train('good', '--method', 'magic'),
    /method: there is no method "magic"\. Known: patchcl/,
  ],
  [
    'an unknown option',
    () => train('good', '--labeled', '3'),
    /--labeled: there is no such option\. Did you mean --labelled\?/,
  ],
  ['an unknown command', () => ['trian'], /unknown command 'trian'\. Did you mean train\?/],
  [
    'steps and minutes together',
    () => train('good', '--max-minutes', '3'),
    /'--max-minutes <m>' cannot be used with option '--steps <n>'/,
  ],
  [
    'a run that cannot be resumed',
    () => ['train', '--resume', '--out', at('good')],
    /good: there is no checkpoint to continue from\. Start the run: give the folder/,
  ],
  ['no data', () => ['train', '--out', at('new')], /the folder of the data set is missing\. Give it with --data\./],
  ['a folder that is no run', () => ['evaluate', at('good')], /good: this is not the folder of a training run\./],
  ['a run that is not there', () => ['evaluate', at('nowhere')], /nowhere: there is no such folder\. Check the path\./],
  [
    'a model where a run is needed',
    () => ['evaluate', at('model.onnx')],
    /model\.onnx: a model alone does not know what to be measured on\. Give a data set with --data\./,
  ],
  [
    'a model to export',
    () => ['export', at('model.onnx'), '--out', at('new')],
    /model\.onnx: a run folder is needed, a model\.onnx can only predict\./,
  ],
  [
    'no model to predict with',
    () => ['predict', at('nowhere'), at('good/images'), '--out', at('new')],
    /nowhere: there is no such file or folder\. Point to a folder that patchcl train has written, or to a model\.onnx\./,
  ],
  [
    'a folder without scans',
    () => ['predict', at('model.onnx'), at('empty'), '--out', at('new')],
    /empty: there is no scan in this folder\. Put NIfTI, NRRD, MetaImage, HDF5 or picture files or DICOM series here\./,
  ],
  ...[
    ['train', '--data', at('good')],
    ['predict', at('model.onnx'), at('good/images')],
    ['export', at('full')],
    ['compare', at('full')],
    ['demo'],
  ].map(
    (args): Mistake => [
      `an empty --out: ${args[0]}`,
      () => [...args, '--out', ''],
      /--out: it is empty\. If it comes from a variable, see whether that is set\./,
    ],
  ),
  ['an empty path', () => ['evaluate', ''], /an argument of evaluate: it is empty\./],
  [
    'a size that the network cannot halve',
    () => train('good', '--size', '17'),
    /size: 17 cannot be halved as often as the network does, a multiple of 2 was expected\. Try --size 16 or 18\./,
  ],
  ...[
    ['evaluate', at('moved')],
    ['export', at('moved'), '--out', at('new'), '--int8'],
    ['train', '--resume', '--out', at('moved')],
  ].map(
    (args): Mistake => [
      `data that have moved: ${args[0]}`,
      () => args,
      /moved: the run was trained on .*\/gone, which is not there\. Give its place with --data\./,
    ],
  ),
  [
    'data that have moved: compare',
    () => ['compare', at('moved'), '--out', at('new')],
    /which is not there\. Give its place to: patchcl evaluate .*moved --split val --json .*moved\/scores-val\.json --data DIR/,
  ],
  [
    'a foreign model',
    () => ['predict', at('model.onnx'), at('good/images'), '--out', at('new')],
    /model\.onnx: this is not a whole ONNX file\. Take a model\.onnx/,
  ],
  [
    'a missing scan',
    () => ['predict', at('model.onnx'), at('gone.png'), '--out', at('new')],
    /gone\.png: there is no such file or folder\./,
  ],
  [
    'a part of the work that is none',
    () => ['predict', at('model.onnx'), at('good/images'), '--out', at('new'), '--shard', '0/4'],
    /'--shard <i\/n>' argument '0\/4' is invalid\. A part such as 1\/4/,
  ],
  [
    'keeping and replacing at once',
    () => ['predict', at('model.onnx'), at('good/images'), '--out', at('new'), '--overwrite', '--skip-existing'],
    /'--overwrite' cannot be used with option '--skip-existing'/,
  ],
  [
    "a folder that is not the demo's",
    () => ['demo', '--out', at('good')],
    /good: the folder is not empty and holds no \.patchcl-demo, so the demo will not replace what is in it\. Choose/,
  ],
  [
    "a person's own data under the demo's names",
    () => ['demo', '--out', at('own')],
    /own: the folder is not empty and holds no \.patchcl-demo/,
  ],
];

describe('a mistake is one sentence, status 1, and no file', () => {
  it.each(MISTAKES)('%s', async (_, args, message) => {
    const { status, error, out } = await runCommand(...args());
    const lines = error
      .trimEnd()
      .split('\n')
      .filter((line) => !/^(reading|measuring|\d+ patients:) /.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^patchcl: /);
    expect(lines[0]).toMatch(message);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(await files.kind(at('new'))).toBeUndefined();
    expect(await files.list(at('own/data/images'))).toHaveLength(8);
  });
});

it('prints help with the defaults of the configuration', async () => {
  const { status, out } = await runCommand('train', '--help');
  expect(status).toBe(0);
  expect(out).toContain('(default: patchcl)');
  expect(out).toMatch(
    /--size <px> +side of the training images, pixels; auto: that of\s+the\s+slices,\s+at\s+most\s+data.largest\s+\(default: auto\)/,
  );
  expect(out).toMatch(/NIfTI, PNG, TIFF or JPEG images.*DICOM.*docs\/own-data\.md/s);
  expect((await runCommand('predict', '--help')).out.replace(/\s+/g, ' ')).toContain(
    'TIFF a TIFF with a page per slice',
  );
  expect((await runCommand('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

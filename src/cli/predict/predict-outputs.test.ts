import { symlink } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { writeNifti } from '../../formats/index.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { greyPng, runCommand, workplace } from '../testing/run-command.ts';
import { untrainedModel } from '../testing/untrained-model.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const picture = greyPng(16, (row, column) => (row * 7 + column * 3) % 100);
const volume = writeNifti({ data: picture.slice(0, 64), shape: [1, 8, 8], geometry: PIXEL_GEOMETRY });

beforeAll(() => files.write(at('model.onnx'), untrainedModel()));

const put = async (...paths: readonly string[]) => {
  for (const path of paths) await files.write(at(path), path.endsWith('.png') ? picture : volume);
};
const namesIn = async (path: string) => (await files.list(at(path))).map(({ name }) => name);
const predict = (inputs: readonly string[], out: string, ...more: readonly string[]) =>
  runCommand('predict', at('model.onnx'), ...inputs.map(at), '--out', at(out), '--threads', '1', ...more);
const refusal = (subject: string, problem: string) => ({
  status: 1,
  out: '',
  error: expect.stringMatching(new RegExp(`^patchcl: ${at(subject)}: ${problem}.*\\n$`)),
});

describe('files that are there already', () => {
  it('are kept, unless told otherwise', async () => {
    await put('c/images/a.png', 'c/images/b.png');
    await files.write(at('c/masks/b.png'), 'drawn by an expert');
    const given = ['c/images'];
    expect(await predict(given, 'c/masks')).toEqual(
      refusal('c/masks/b.png', 'this file exists already\\. Choose another .*--out.*--skip-existing.*--overwrite'),
    );
    expect(await namesIn('c/masks')).toEqual(['b.png']);
    expect((await predict(given, 'c/masks', '--skip-existing')).status).toBe(0);
    expect(await namesIn('c/masks')).toEqual(['a.png', 'b.png']);
    expect(await predict(given, 'c/masks')).toEqual(
      refusal('c/masks/a.png', 'this file exists already, and so do 1 more'),
    );
    expect(await readText(files, at('c/masks/b.png'))).toBe('drawn by an expert');
    expect((await predict(given, 'c/masks', '--overwrite')).status).toBe(0);
    expect(await readText(files, at('c/masks/b.png'))).not.toContain('drawn');
  });

  it.each([
    ['--overlay', 'a_overlay.png'],
    ['--probabilities', 'a_probability_1.png'],
  ])('are overlays and probabilities too: %s', async (option, name) => {
    await put('d/a.png');
    await files.write(at(`d-out/${name}`), 'mine');
    expect(await predict(['d'], 'd-out', option)).toEqual(refusal(`d-out/${name}`, 'this file exists already'));
    expect((await predict(['d'], 'd-out')).status).toBe(0);
    expect(await readText(files, at(`d-out/${name}`))).toBe('mine');
    await files.remove(at('d-out'));
  });

  it('of another part are no matter', async () => {
    await put('e/a.png', 'e/b.png', 'e/c.png');
    for (const part of ['2/2', '1/2']) expect((await predict(['e'], 'e-out', '--shard', part)).status).toBe(0);
    expect(await namesIn('e-out')).toEqual(['a.png', 'b.png', 'c.png']);
    expect(await predict(['e'], 'e-out', '--shard', '2/2')).toEqual(refusal('e-out/b.png', 'this file exists'));
  });

  it('may be folders, which stay', async () => {
    await put('f/a.png');
    await files.write(at('f-out/a.png/b'), 'x');
    const blocked = refusal('f-out/a.png', 'a folder of that name is in the way');
    for (const more of [[], ['--overwrite'], ['--skip-existing']]) {
      expect(await predict(['f'], 'f-out', ...more)).toEqual(blocked);
    }
  });
});

describe('a scan is never replaced', () => {
  const bytesOf = async (path: string) => [...(await files.read(at(path)))];

  it.each([
    ['by a mask of its own', ['h/x.png'], 'h/x.png: its mask would replace the scan. Choose'],
    ['by that of another scan', ['h/x.nii', 'h/x.png'], 'its mask would replace that of'],
    ['by the overlay of another scan', ['h/x.nii', 'h/x_overlay.png'], 'its mask would replace that of'],
  ])('%s', async (_, inputs, message) => {
    await put('h/x.nii', 'h/x.png', 'h/x_overlay.png');
    const result = await predict(inputs, 'h', '--format', 'png', '--overlay', '--overwrite');
    expect(result.error).toContain(message);
    expect(result.error.trim().split('\n')).toHaveLength(1);
    expect(await bytesOf('h/x.png')).toEqual([...picture]);
    expect(await namesIn('h')).toEqual(['x.nii', 'x.png', 'x_overlay.png']);
  });

  it('nor one that is not to be segmented, unless told so', async () => {
    await put('i/x.nii', 'i/x.png');
    expect(await predict(['i/x.nii'], 'i', '--format', 'png')).toEqual(refusal('i/x.png', 'this file exists already'));
    expect(await bytesOf('i/x.png')).toEqual([...picture]);
  });

  it('whatever link leads to it', async () => {
    await put('k/x.nii', 'k/sub/x.png');
    await symlink(at('k/sub'), at('k-out'));
    const result = await predict(['k'], 'k-out', '--format', 'png', '--overwrite');
    expect(result).toEqual(refusal('k/x.nii', `its mask would replace the scan ${at('k/sub/x.png')}\\. Choose`));
    expect(await bytesOf('k/sub/x.png')).toEqual([...picture]);
  });
});

it('a scan whose mask cannot be written leaves nothing else either', async () => {
  await files.write(
    at('m/x.nii'),
    writeNifti({ data: picture.slice(0, 128), shape: [2, 8, 8], geometry: PIXEL_GEOMETRY }),
  );
  const { status, error } = await predict(['m'], 'm-out', '--format', 'png', '--probabilities', '--overlay');
  expect(status).toBe(1);
  expect(error).toContain('m/x.nii: a PNG holds one slice, the scan has 2.');
  expect(await namesIn('m-out')).toEqual([]);
});

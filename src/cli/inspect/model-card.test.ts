import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath } from '../../core/files.ts';
import { ModelProtoSchema } from '../../graph/index.ts';
import { runCommand, TINY, workplace, writeSquares } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);

beforeAll(async () => {
  await files.write(at('tiny.yaml'), TINY);
  await writeSquares(files, at('data'));
  const train = ['train', '--data', at('data'), '--out', at('run'), '--config', at('tiny.yaml'), '--steps', '4'];
  expect((await runCommand(...train, '--threads', '1', '--quiet')).status).toBe(0);
});

describe('a model as a document', () => {
  it('says what it is, what it was made of and how good it is', async () => {
    const { status, out } = await runCommand('inspect', at('run/model.onnx'));
    expect(status).toBe(0);
    expect(out).toMatch(/classes: {6}0 background, 1 /);
    expect(out).toMatch(/images: {7}1 channel\(s\), 32 x 32 pixels/);
    expect(out).toMatch(
      /training: {5}patchcl, preset default, seed 1; weights of the (student|teacher) after \d steps/,
    );
    expect(out).toMatch(/data: +labelled \d patients \(\d images\), unlabelled \d patients/);
    expect(out).toMatch(/quality: {6}mean Dice \d\.\d{3}.* on \d validation cases? of \d patients?/);
    expect(out).toMatch(/licence: {6}not stated/);
    expect(out).toMatch(/not for: .*not a medical device/);
  });

  it('gives the same as JSON', async () => {
    const { out } = await runCommand('inspect', at('run/model.onnx'), '--json', '-');
    expect(JSON.parse(out)).toMatchObject({
      channels: 1,
      training: { method: 'patchcl' },
      evaluation: { part: 'validation' },
    });
  });

  it('states the licence that it is exported with', async () => {
    const exported = ['export', at('run'), '--out', at('own.onnx'), '--licence', 'CC-BY-4.0'];
    expect((await runCommand(...exported)).status).toBe(0);
    expect((await runCommand('inspect', at('own.onnx'))).out).toMatch(/licence: {6}CC-BY-4\.0/);
    const predicted = await runCommand('predict', at('own.onnx'), at('data/images/p0.png'), '--out', at('masks'));
    expect(predicted.status, predicted.error).toBe(0);
  });

  it('has named weights, its producer and a description, and no operators that it does not use', async () => {
    const model = fromBinary(ModelProtoSchema, await readFile(at('own.onnx')));
    expect(model.producerName).toBe('patchcl');
    expect(model.producerVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(model.docString).toMatch(/^Segments .*Licence: CC-BY-4\.0\. A research tool/);
    const used = new Set(['', ...(model.graph?.node ?? []).map(({ domain }) => domain)]);
    expect(new Set(model.opsetImport.map(({ domain }) => domain))).toEqual(used);
    const weights = (model.graph?.initializer ?? []).map(({ name }) => name);
    expect(weights).toContain('encoder.0.conv1');
    expect(new Set(weights).size).toBe(weights.length);
  });
});

import { describe, expect, it } from 'vitest';
import type { Files } from '../core/files.ts';
import { readText } from '../core/files.ts';
import type { Overrides } from '../settings/settings-file.ts';
import { RUN, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { runPath } from './run-folder.ts';

const SHORT = { method: 'supervised', budget: { steps: 4 }, validations: 1 };

/** Exchanges every scan for that of another patient, which fits as well. */
async function exchange(files: Files): Promise<void> {
  const paths = (await files.list('data/images')).map(({ name }) => `data/images/${name}`);
  const contents = await Promise.all(paths.map((path) => files.read(path)));
  await Promise.all(paths.map((path, i) => files.write(path, contents[(i + 2) % paths.length] as Uint8Array)));
}

async function notesOf(
  files: Files,
  resume: boolean,
  onNote: (text: string) => void = () => {},
  stopAt?: number,
  overrides: Overrides = SHORT,
) {
  const notes: string[] = [];
  await tinyRun(files, {
    ...{ overrides, resume },
    ...(stopAt !== undefined && { stopAt }),
    onNote: (text) => {
      notes.push(text);
      onNote(text);
    },
  });
  return notes.filter((text) => text.includes('changed since the training was started'));
}

it('data that stay as they are are no news, in a run and when it is resumed', async () => {
  const files = tinyFiles();
  expect(await notesOf(files, false, undefined, 2)).toEqual([]);
  expect(await notesOf(files, true)).toEqual([]);
});

it('data that change while a run trains are told of once, at its end', async () => {
  const files = tinyFiles();
  let changed = Promise.resolve();
  const notes = await notesOf(files, false, (text) => {
    if (text === 'writing model and report') changed = exchange(files);
  });
  await changed;
  expect(notes).toEqual([expect.stringMatching(/^data\/images\/.* the report is about what is there now$/)]);
});

it.each([true, false])(
  'scans that only training reads are looked at again at its end, and told of in the record and the report (names: %s)',
  async (names) => {
    const files = tinyFiles();
    const overrides = { ...SHORT, report: { names } };
    await notesOf(files, false, undefined, 2, overrides);
    const { parts } = JSON.parse(await readText(files, runPath(RUN, 'split')));
    const place = (part: string) => `data/images/${parts[part][0].cases[0]}.png`;
    const [scan, content] = [place('labelled'), await files.read(place('test'))];
    let changed = Promise.resolve();
    const whenRead = (text: string) => {
      if (text === 'writing model and report') changed = files.write(scan, content);
    };
    const notes = await notesOf(files, true, whenRead, undefined, overrides);
    await changed;
    const sentence = `${scan} has changed since the training was started`;
    expect(notes).toEqual([`${sentence}: the report is about what is there now`]);
    expect(JSON.parse(await readText(files, runPath(RUN, 'facts'))).changes).toBe(sentence);
    const report = await readText(files, runPath(RUN, 'report'));
    expect(report).toContain(names ? sentence : 'yes, as run.json says');
    expect(report.includes(scan)).toBe(names);
  },
);

it('data that change before a run is resumed are told of; runs of earlier versions know of none', async () => {
  const files = tinyFiles();
  await notesOf(files, false, undefined, 2);
  await exchange(files);
  const path = runPath(RUN, 'dataChecksums');
  const { data } = JSON.parse(await readText(files, path));
  expect(Object.keys(data)).not.toHaveLength(0);
  /** The same run by a version that kept no such file. */
  const asEarlier = async () => {
    const ofEarlier = tinyFiles();
    for (const { name } of await files.list(RUN))
      if (`${RUN}/${name}` !== path) await ofEarlier.write(`${RUN}/${name}`, await files.read(`${RUN}/${name}`));
    await exchange(ofEarlier);
    return ofEarlier;
  };
  const [ofEarlier, ofLast] = [await asEarlier(), await asEarlier()];
  const checksums = runPath(RUN, 'checksums');
  await ofLast.write(checksums, JSON.stringify({ ...JSON.parse(await readText(ofLast, checksums)), data }));

  const [first, ...others] = await notesOf(files, true);
  expect(first).toMatch(
    /^data\/images\/patient.* and \d+ more have changed .*: the run goes on with what is there now$/,
  );
  expect(others).toEqual([]);
  expect(await notesOf(ofEarlier, true)).toEqual([]);
  // One version kept them with the other checksums.
  expect(await notesOf(ofLast, true)).toEqual([first]);
});

describe('data that go while a run trains', () => {
  it('cost the report and no more, said in one sentence; with the data back it is made', async () => {
    const files = tinyFiles();
    const [image = ''] = (await files.list('data/images')).map(({ name }) => `data/images/${name}`);
    const content = await files.read(image);
    const whenDone = (text: string) => (text === 'writing model and report' ? void files.remove(image) : undefined);
    await expect(tinyRun(files, { onNote: whenDone })).rejects.toThrow(
      /^data\/images\/\S+: the training is finished and run\/model\.onnx is written, but there is no report: .* Put the data back/,
    );
    expect(await files.kind(runPath(RUN, 'report'))).toBeUndefined();
    expect((await files.read(runPath(RUN, 'model'))).length).toBeGreaterThan(1000);
    await files.write(image, content);
    expect(await tinyRun(files, { resume: true })).toBe('finished');
    expect(await files.kind(runPath(RUN, 'report'))).toBe('file');
  });
});

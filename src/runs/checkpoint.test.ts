import { describe, expect, it } from 'vitest';
import type { Files } from '../core/files.ts';
import { outcome, RUN, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import { loadCheckpoint, wholeCheckpoint } from './checkpoint.ts';
import { runPath } from './run-folder.ts';

const CHECKPOINT = runPath(RUN, 'checkpoint');

/** A run that has written several checkpoints. */
async function stoppedTwice(): Promise<Files> {
  const files = tinyFiles();
  await tinyRun(files, { stopAt: 5 });
  await tinyRun(files, { resume: true, stopAt: 11 });
  return files;
}

describe('a damaged checkpoint', () => {
  it('is found wherever a bit is flipped, and the one before it is offered', async () => {
    const files = await stoppedTwice();
    const whole = await files.read(CHECKPOINT);
    const places = Array.from({ length: 64 }, (_, i) => Math.floor((i * (whole.length - 1)) / 63));
    for (const [i, place] of places.entries()) {
      const flipped = whole.slice();
      flipped[place] = (flipped[place] as number) ^ (1 << (i % 8));
      await files.write(CHECKPOINT, flipped);
      await expect(loadCheckpoint(files, RUN), `byte ${place}`).rejects.toThrow(
        /The one before it, of step [1-9]\d*, is whole: continue from that with --resume-before/,
      );
    }
    await files.write(CHECKPOINT, whole.subarray(0, whole.length / 2));
    await expect(loadCheckpoint(files, RUN)).rejects.toThrow('--resume-before');
    expect(await wholeCheckpoint(files, RUN)).toBe('before');
    await files.write(CHECKPOINT, whole);
    expect(await wholeCheckpoint(files, RUN)).toBe('checkpoint');
  });

  it('costs nothing: the run goes on from the one before it, to the same bits', { timeout: 60_000 }, async () => {
    const straight = tinyFiles();
    await tinyRun(straight);
    const files = await stoppedTwice();
    const damaged = await files.read(CHECKPOINT);
    damaged[damaged.length - 9] = (damaged[damaged.length - 9] as number) ^ 4;
    await files.write(CHECKPOINT, damaged);
    await expect(tinyRun(files, { resume: true })).rejects.toThrow('this checkpoint is damaged');
    expect(await tinyRun(files, { resume: 'before' })).toBe('finished');
    expect(await outcome(files)).toEqual(await outcome(straight));
  });

  it('never becomes the one before', async () => {
    const files = await stoppedTwice();
    const before = await files.read(runPath(RUN, 'before'));
    const damaged = await files.read(CHECKPOINT);
    damaged[100] = (damaged[100] as number) ^ 1;
    await files.write(CHECKPOINT, damaged);
    await tinyRun(files, { resume: 'before', stopAt: 8 });
    expect(await files.read(runPath(RUN, 'before'))).toEqual(before);
  });

  it('without checksums, of an earlier version, is read all the same, but not with offsets that lie', async () => {
    const files = await stoppedTwice();
    await files.remove(runPath(RUN, 'checksums'));
    await expect(loadCheckpoint(files, RUN)).resolves.toMatchObject({ progress: { step: expect.any(Number) } });
    const text = Buffer.from(await files.read(CHECKPOINT)).toString('latin1');
    const offsets = [...text.matchAll(/"data_offsets":\[(\d+),(\d+)\]/g)];
    const [first, second] = offsets.filter(
      (entry, i) => offsets.findIndex((other) => other[0].length === entry[0].length) !== i,
    );
    const lying = text.replace((second as RegExpMatchArray)[0], (first as RegExpMatchArray)[0]);
    await files.write(CHECKPOINT, Buffer.from(lying, 'latin1'));
    await expect(loadCheckpoint(files, RUN)).rejects.toThrow(/damaged|does not begin where|is not whole/);
  });
});

import { Rng } from '../../../core/rng.ts';
import { journalFolder, segmentPath } from '../../../data/studio-labels/journal.ts';
import { labelFolder, labelPath } from '../../../data/studio-labels/settings.ts';
import { encodeSliceLabel } from '../../../data/studio-labels/slice-label.ts';
import type { StudioFiles } from '../../studio-files.ts';
import { check, equal, refused } from './check.ts';
import { filled, openCase, PLANE, SIZE } from './one-case.ts';

/** What a label store must do, wherever its files lie. Each is given an empty file system, and throws when it is not so. */
export const LABEL_STORE_SCENARIOS: Readonly<Record<string, (files: StudioFiles) => Promise<void>>> = {
  async 'keeps every version of a slice, with how it came about and from which'(files) {
    const one = await openCase(files);
    await one.draw(2, 1);
    await one.edit({ name: 'accept', slices: [2, 3], kind: 'accepted', run: 'round-01', masks: filled(2, 2) });
    await one.edit({ name: 'clear', slices: [2], kind: 'none' });
    const history = one.store.history((await openCase(files)).entry);
    const told = history.map(({ id, name, slices }) => [
      id,
      name,
      slices.map(({ slice, from, state, run }) => [slice, from, state, run ?? null]),
    ]);
    equal(told, [
      [1, 'brush', [[2, 0, 'drawn', null]]],
      [
        2,
        'accept',
        [
          [2, 1, 'accepted', 'round-01'],
          [3, 0, 'accepted', 'round-01'],
        ],
      ],
      [3, 'clear', [[2, 2, 'unlabelled', null]]],
    ]);
    check(
      history.every(({ at }) => Date.now() - Date.parse(at) < 60_000),
      'it says when',
    );
    const values: number[] = [];
    for (const revision of [0, 1, 2, 3]) values.push((await one.read(2, revision))[0] as number);
    equal(values, [0, 1, 2, 0]);
  },

  async 'undoes and does again, over a restart'(files) {
    const one = await openCase(files);
    await one.draw(0, 1);
    await one.draw(0, 2);
    await one.store.undo(one.entry);
    const again = await openCase(files);
    equal((await again.read(0))[0], 1);
    await again.store.undo(again.entry);
    equal(again.entry.labels.state(0, false), 'unlabelled');
    await again.store.redo(again.entry);
    await again.store.redo(again.entry);
    equal((await again.read(0))[0], 2);
    await refused('409', () => again.store.redo(again.entry));
    await again.store.undo(again.entry);
    await again.draw(1, 1);
    // Something new was done: what was undone is in the history alone.
    await refused('409', () => again.store.redo(again.entry));
    equal((await again.read(0, 2))[0], 2);
  },

  async 'undoes what stands last, and nothing else'(files) {
    const one = await openCase(files);
    await one.draw(0, 1);
    await one.draw(1, 1);
    await refused('stale', () => one.store.undo(one.entry, 1));
    await one.store.undo(one.entry, 2);
    equal([(await one.read(0))[0], (await one.read(1))[0]], [1, 0]);
  },

  async 'refuses what is based on an older version, as a whole'(files) {
    const one = await openCase(files);
    await one.draw(0, 1);
    const stale = { name: 'accept', slices: [1, 0], kind: 'accepted', masks: filled(2, 2), base: 0 } as const;
    await refused('stale', () => one.edit(stale));
    equal([(await one.read(0))[0], (await one.read(1))[0]], [1, 0]);
    await one.edit({ ...stale, base: 1 });
    equal([(await one.read(0))[0], (await one.read(1))[0]], [2, 2]);
  },

  async 'puts strokes of two clients together, and keeps both'(files) {
    const one = await openCase(files);
    const [mine, theirs] = [filled(1, 0), filled(1, 0)];
    mine[0] = 1;
    theirs[5] = 2;
    const stroke = { name: 'brush', slices: [0], kind: 'drawn', base: 0, stale: 'merge' } as const;
    await one.edit({ ...stroke, masks: mine });
    equal((await one.edit({ ...stroke, masks: theirs })).merged, [0]);
    const merged = await one.read(0);
    equal([merged[0], merged[5]], [1, 2]);
    equal((await one.read(0, 1))[5], 0);
  },

  async 'puts each slice of a stroke through many on the revision that it was drawn on'(files) {
    const one = await openCase(files);
    await one.draw(0, 1);
    await one.store.undo(one.entry);
    // Drawn again on what undoing has left on the first slice, and on the second as it always was.
    const stroke = { name: 'brush', slices: [0, 1], kind: 'drawn', stale: 'merge', masks: filled(2, 1) } as const;
    equal((await one.edit({ ...stroke, bases: [2, 0] })).merged, []);
    equal([(await one.read(0))[0], (await one.read(1))[0]], [1, 1]);
    await refused('400', () => one.edit({ ...stroke, bases: [2] }));
    // On the revision of the other slice it would count as not drawn.
    await one.store.undo(one.entry);
    equal((await one.edit({ ...stroke, bases: [1, 1] })).merged, [0, 1]);
    equal((await one.read(0))[0], 0);
  },

  async 'leaves labels of a person as they are where it is told to'(files) {
    const one = await openCase(files);
    await one.draw(1, 1);
    const outcome = await one.edit({
      name: 'accept',
      slices: [0, 1],
      kind: 'accepted',
      masks: filled(2, 2),
      keep: true,
    });
    equal(outcome, { written: [0], kept: [1], merged: [] });
    equal((await one.read(1))[0], 1);
    equal(await one.edit({ name: 'reject', slices: [1], kind: 'rejected', keep: true }), {
      written: [],
      kept: [1],
      merged: [],
    });
  },

  async 'reads what a process that died has left, and goes on behind it'(files) {
    const one = await openCase(files);
    await one.draw(0, 1);
    await one.draw(1, 2);
    const path = segmentPath(labelFolder('project', 'case'), 1);
    const whole = await files.read(path);
    // Every place at which the last record may have been cut.
    for (const cut of [1, 40, 200, whole.length - 1]) {
      const name = `cut-${cut}`;
      const part = whole.subarray(0, Math.max(0, whole.length - cut));
      await files.write(segmentPath(labelFolder('project', name), 1), part);
      const found = await openCase(files, name);
      check(found.entry.labels.revision <= 1, 'what was cut does not count');
      await found.draw(2, 2);
      const again = await openCase(files, name);
      equal((await again.read(2))[0], 2);
      equal(again.entry.labels.revision, found.entry.labels.revision);
    }
  },

  async 'opens the labels of an older project, and keeps them as the first version'(files) {
    const label = { size: SIZE, kind: 'drawn', saved: '2026-01-01', mask: filled(1, 1) } as const;
    const path = labelPath('project', 'case', 3);
    await files.write(path, encodeSliceLabel({ ...label, size: [...SIZE] }));
    const before = await files.read(path);
    const one = await openCase(files);
    equal((await one.read(3))[0], 1);
    await one.draw(3, 2);
    const again = await openCase(files);
    equal([(await again.read(3))[0], (await again.read(3, 0))[0]], [2, 1]);
    await again.store.undo(again.entry);
    equal((await again.read(3))[0], 1);
    equal([...(await files.read(path))], [...before]);
  },

  async 'changes nothing where it cannot write, and goes on when it can'(files) {
    let isFull = false;
    const limited: StudioFiles = {
      ...files,
      appendDurably: async (path, content) => {
        if (!isFull) return files.appendDurably(path, content);
        await files.appendDurably(path, content.subarray(0, 30));
        throw new Error('no space');
      },
    };
    const one = await openCase(limited);
    await one.draw(0, 1);
    isFull = true;
    await refused('no space', () => one.draw(0, 2));
    equal((await one.read(0))[0], 1);
    isFull = false;
    await one.draw(1, 2);
    const again = await openCase(files);
    equal([(await again.read(0))[0], (await again.read(1))[0]], [1, 2]);
  },

  async 'begins another file in time'(files) {
    const one = await openCase(files, 'case', 400);
    for (let n = 0; n < 12; n++) await one.draw(n % 5, 1 + (n % 2));
    const segments = await files.list(journalFolder(labelFolder('project', 'case')));
    check(segments.length > 2, `there are several files, not ${segments.length}`);
    const again = await openCase(files, 'case', 400);
    equal(again.entry.labels.revision, 12);
    for (const slice of [0, 1, 4]) equal([...(await again.read(slice))], [...(await one.read(slice))]);
    await again.draw(0, 2);
    equal((await (await openCase(files)).read(0))[0], 2);
  },

  async 'loses no pixel of two clients that draw, import, undo and restart in any order'(files) {
    const rng = new Rng('two clients');
    let one = await openCase(files);
    /** What was acknowledged: pixels of a slice that must be in some version of it. */
    const acknowledged: { readonly slice: number; readonly pixels: readonly (readonly [number, number])[] }[] = [];
    const seen = [0, 0];
    for (let n = 0; n < 100; n++) {
      const client = n % 2;
      const slice = Math.floor(rng.uniform(0, 6));
      const chance = rng.float();
      if (chance < 0.6) {
        const base = seen[client] as number;
        const masks = (await one.read(slice, base)).slice();
        const pixels = Array.from({ length: 5 }, () => [Math.floor(rng.uniform(0, PLANE)), 1 + (n % 2)] as const);
        for (const [at, value] of pixels) masks[at] = value;
        const last = new Map(pixels);
        await one.edit({ name: 'brush', slices: [slice], kind: 'drawn', masks, base, stale: 'merge' });
        acknowledged.push({ slice, pixels: [...last] });
        seen[client] = one.entry.labels.revision;
      } else if (chance < 0.7) {
        const masks = filled(1, 1 + (n % 2));
        await one.edit({ name: 'import', slices: [slice], kind: 'imported', masks });
        acknowledged.push({ slice, pixels: [[0, 1 + (n % 2)]] });
      } else if (chance < 0.85) await one.store.undo(one.entry).catch(() => undefined);
      else if (chance < 0.92) await one.store.redo(one.entry).catch(() => undefined);
      else one = await openCase(files);
    }
    const { revision } = one.entry.labels;
    for (const { slice, pixels } of acknowledged) {
      let isThere = false;
      for (let at = revision; at >= 0 && !isThere; at--) {
        const mask = await one.read(slice, at);
        isThere = pixels.every(([place, value]) => mask[place] === value);
      }
      check(isThere, `pixels of slice ${slice} are in some version`);
    }
  },
};

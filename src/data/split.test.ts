import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { schemeOf } from './classes.ts';
import type { Case, Dataset, Split } from './dataset.ts';
import { fromManifest, parseManifest, toManifest } from './manifest.ts';
import { type SplitOptions, splitDataset } from './split.ts';

const image = async () => ({ data: new Float32Array(1), shape: [1, 1, 1, 1] as const, geometry: PIXEL_GEOMETRY });
const corrupt = async () => {
  throw new Error('a mask was read');
};
const makeCase = (id: string, masked = true): Case => ({
  id,
  patient: id.replace(/_frame.*/, ''),
  image,
  ...(masked ? { label: corrupt, labelPath: `masks/${id}.png` } : {}),
});
const folder = (...cases: Case[]): Dataset => ({ layout: 'folders', root: 'set', cases });
const numbered = (count: number, masked = true, prefix = 'p') =>
  Array.from({ length: count }, (_, i) => makeCase(`${prefix}${i}`, masked));
const options: SplitOptions = { valFraction: 0.2, testFraction: 0.2, seed: 1 };
const sizes = (split: Split) => [split.labelled, split.unlabelled, split.val, split.test].map((part) => part.length);
const ids = (cases: readonly Case[]) => cases.map((item) => item.id);

describe('splitDataset on a folder', () => {
  it.each([
    [1, { valFraction: 0.2, testFraction: 0.2 }, [1, 0, 0, 0]],
    [2, { valFraction: 0.2, testFraction: 0.2 }, [1, 0, 1, 0]],
    [3, { valFraction: 0.2, testFraction: 0.2 }, [1, 0, 1, 1]],
    [10, { valFraction: 0.2, testFraction: 0.2 }, [6, 0, 2, 2]],
    [10, { valFraction: 0.2, testFraction: 0, labelled: 3 }, [3, 5, 2, 0]],
    [10, { valFraction: 0, testFraction: 0 }, [10, 0, 0, 0]],
    [3, { valFraction: 0.6, testFraction: 0.39 }, [1, 0, 2, 0]],
  ])('%i annotated patients with %o', (count, partial, expected) => {
    expect(sizes(splitDataset(folder(...numbered(count)), { ...options, ...partial }))).toEqual(expected);
  });

  it('takes other labelled patients from another place in their order, all else the same', () => {
    const cases = numbered(10);
    const parts = { train: ids(cases).slice(0, 7), val: ids(cases).slice(7), test: [] };
    const dataset: Dataset = { layout: 'ssl4mis', root: 'set', cases, parts };
    const labelledIn = (labelledFrom: number) => {
      const { labelled, unlabelled, val } = splitDataset(dataset, { ...options, labelled: 3, labelledFrom });
      expect(ids([...labelled, ...unlabelled]).sort()).toEqual(parts.train);
      expect(ids(val)).toEqual(parts.val);
      return ids(labelled);
    };
    expect(labelledIn(0)).toEqual(['p0', 'p1', 'p2']);
    expect(labelledIn(3)).toEqual(['p3', 'p4', 'p5']);
    // Round the end.
    expect(labelledIn(6)).toEqual(['p0', 'p1', 'p6']);
    expect(labelledIn(7)).toEqual(['p0', 'p1', 'p2']);
  });

  it('uses every case once, patients whole, masks only where they may be read', () => {
    const set = fc.uniqueArray(fc.tuple(fc.nat(9), fc.nat(3), fc.boolean()), {
      minLength: 1,
      maxLength: 30,
      selector: ([patient, frame]) => `${patient}-${frame}`,
    });
    fc.assert(
      fc.property(set, fc.nat(), fc.double({ min: 0, max: 0.45, noNaN: true }), (drawn, seed, fraction) => {
        const cases = drawn.map(([patient, frame, masked]) => makeCase(`patient${patient}_frame${frame}`, masked));
        fc.pre(cases.some((item) => item.label !== undefined));
        const split = splitDataset(folder(...cases), { valFraction: fraction, testFraction: fraction, seed });
        const { labelled, unlabelled, val, test } = split;
        const all = [...labelled, ...unlabelled, ...val, ...test];
        expect(new Set(ids(all)).size).toBe(all.length);
        // Only bare images of validation and test patients are left out.
        const heldOut = new Set([...val, ...test].map((item) => item.patient));
        const left = cases.filter((item) => !ids(all).includes(item.id));
        expect(left.every((item) => item.label === undefined && heldOut.has(item.patient))).toBe(true);
        const patients = [[...labelled, ...unlabelled], val, test].map((part) => new Set(part.map((c) => c.patient)));
        expect(new Set(patients.flatMap((part) => [...part])).size).toBe(
          patients.reduce((n, part) => n + part.size, 0),
        );
        expect(labelled.length).toBeGreaterThan(0);
        expect([...labelled, ...val, ...test].every((item) => item.label !== undefined)).toBe(true);
        expect(unlabelled.every((item) => !('label' in item) && !('labelPath' in item))).toBe(true);
      }),
    );
  });

  it('depends on the seed and not on the order of the files', () => {
    const cases = numbered(12);
    const first = splitDataset(folder(...cases), options);
    expect(splitDataset(folder(...cases.toReversed()), options)).toEqual(first);
    expect(ids(splitDataset(folder(...cases), { ...options, seed: 2 }).labelled)).not.toEqual(ids(first.labelled));
  });

  it('keeps validation and test when the number of labelled patients changes, and nests the labelled sets', () => {
    const cases = [...numbered(12), ...numbered(3, false, 'bare')];
    const few = splitDataset(folder(...cases), { ...options, labelled: 2 });
    const more = splitDataset(folder(...cases), { ...options, labelled: 5 });
    expect([ids(few.val), ids(few.test)]).toEqual([ids(more.val), ids(more.test)]);
    expect(ids(more.labelled).slice(0, 2)).toEqual(ids(few.labelled));
    expect(ids(few.unlabelled)).toEqual(expect.arrayContaining(['bare0', 'bare1', 'bare2']));
  });

  it.each([
    [
      { labelled: 11 },
      'bad-config',
      'labelled: 11 labelled patients were asked for, but only 6 training patients have',
    ],
    [{ labelled: 0 }, 'bad-config', 'labelled: a whole number of patients from 1 to 6 was expected, not 0'],
    [{ labelled: 1.5 }, 'bad-config', 'not 1.5'],
    [{ valFraction: 1 }, 'bad-config', 'valFraction: a fraction of at least 0 and below 1 was expected, not 1'],
    [{ testFraction: Number.NaN }, 'bad-config', 'testFraction: a fraction'],
    [{ valFraction: 0.5, testFraction: 0.5 }, 'bad-config', 'leave no patient for training'],
  ])('%o is a clear error', (partial, code, message) => {
    const act = () => splitDataset(folder(...numbered(10)), { ...options, ...partial });
    expect(act).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  it('needs at least one mask', () => {
    expect(() => splitDataset(folder(...numbered(3, false)), options)).toThrow('set: no training patient has a mask');
  });
});

describe('splitDataset on a data set with its own parts', () => {
  const train = [
    'patient9_frame1_slice_2',
    'patient9_frame2_slice_1',
    'patient2_frame1_slice_1',
    'patient5_frame1_slice_1',
  ];
  const val = ['patient1_frame1'];
  const dataset: Dataset = {
    layout: 'ssl4mis',
    root: 'acdc',
    cases: [...train, ...val].toSorted().map((id) => makeCase(id)),
    parts: { train, val, test: [] },
  };

  it('keeps its lists and labels the first patients of the training list', () => {
    const split = splitDataset(dataset, { ...options, labelled: 2 });
    expect(ids(split.labelled)).toEqual(train.slice(0, 3));
    expect(ids(split.unlabelled)).toEqual(train.slice(3));
    expect(ids(split.val)).toEqual(val);
    expect(split.test).toEqual([]);
    expect(sizes(splitDataset(dataset, options))).toEqual([4, 0, 1, 0]);
  });
});

describe('a patient in two parts of a data set', () => {
  const parts = { train: ['p1_frame1', 'p2_frame1'], val: ['p3_frame1'], test: ['p2_frame2'] };
  const cases = Object.values(parts)
    .flat()
    .map((id) => ({ ...makeCase(id), imagePath: `set/${id}.png` }));
  const dataset: Dataset = { layout: 'ssl4mis', root: 'set', cases, parts };

  it('is refused', () => {
    expect(() => splitDataset(dataset, options)).toThrow(
      'set/p2_frame2.png: p2 is in the training part and in the test part of this data set, a patient may be in one only.',
    );
  });

  it('stays as an earlier run had it', () => {
    const split = { labelled: cases.slice(0, 2), unlabelled: [], val: cases.slice(2, 3), test: cases.slice(3) };
    expect(fromManifest(dataset, toManifest(dataset, split, schemeOf({ classes: ['none', 'cell'] })))).toEqual(split);
  });
});

describe('manifest', () => {
  const dataset = folder(...numbered(9), makeCase('patient1_frame1'), makeCase('patient1_frame2', false));
  const split = splitDataset(dataset, { ...options, labelled: 3 });
  const manifest = toManifest(dataset, split, schemeOf({ classes: ['background', 'nucleus'] }));

  it('brings the same split back through JSON', () => {
    const back = fromManifest(dataset, parseManifest(JSON.stringify(manifest), 'split.json'));
    expect(back).toEqual(split);
    expect(back.unlabelled.every((item) => !('label' in item))).toBe(true);
  });

  it('ignores cases added since', () => {
    expect(fromManifest({ ...dataset, cases: [...dataset.cases, makeCase('new')] }, manifest)).toEqual(split);
  });

  it.each([
    ['{', 'split.json: this is not JSON, a split manifest was expected. Take the manifest'],
    ['{}', 'split.json: this is not a split manifest of version 1, "version"'],
    [JSON.stringify({ ...manifest, version: 2 }), '"version"'],
    [JSON.stringify({ ...manifest, extra: 2 }), 'extra'],
    [
      JSON.stringify({ ...manifest, parts: { ...manifest.parts, val: [{ patient: 'a', cases: [3] }] } }),
      '"parts.val.0.cases.0"',
    ],
  ])('rejects %s', (text, message) => {
    const act = () => parseManifest(text, 'split.json');
    expect(act).toThrow(expect.objectContaining({ code: 'bad-file', message: expect.stringContaining(message) }));
  });

  it('names cases and masks that are gone', () => {
    const [first, ...rest] = split.labelled;
    const without = dataset.cases.filter((item) => item.id !== first?.id);
    expect(() => fromManifest({ ...dataset, cases: without }, manifest)).toThrow(
      `set: cases of the split manifest are not in this data set: ${first?.id}. Point to the data`,
    );
    expect(rest.length).toBeGreaterThan(0);
    const bare = dataset.cases.map((item) => makeCase(item.id, false));
    expect(() => fromManifest({ ...dataset, cases: bare }, manifest)).toThrow('without a mask here');
    expect(() => fromManifest({ ...dataset, cases: [] }, manifest)).toThrow(/: (\S+, ){2}\S+ and \d+ more\. Point/);
  });
});

import { describe, expect, it } from 'vitest';
import type { Proposal, SliceState, StudioCase } from '../api/index.ts';
import { rankCases } from './ranking.ts';

const DEPTH = 20;

function scan(id: string, states: readonly SliceState[] = Array(DEPTH).fill('unlabelled')): StudioCase {
  return {
    id,
    patient: id,
    origin: 'data',
    state: 'ready',
    notes: [],
    slices: [...states],
    revision: 0,
    versions: [],
    formats: [],
  };
}
const labelled = (id: string) => scan(id, Array(DEPTH).fill('drawn'));

/** Of a scan in whose middle the model sees something. @param slice doubts of single slices */
function proposal(id: string, doubt: number, slice: (z: number) => number = () => doubt): [string, Proposal] {
  const slices = Array.from({ length: DEPTH }, (_, z) => ({ doubt: slice(z), foreground: z > 3 && z < 16 ? 50 : 0 }));
  return [id, { case: id, run: 'round-01', step: 1, classes: ['background', 'one'], doubt, slices }];
}

/** Looks along one direction: as unlike as the numbers are apart. */
const looksOf = (places: Record<string, number>) => new Map(Object.entries(places).map(([id, at]) => [id, [at]]));
const idsOf = ({ items }: ReturnType<typeof rankCases>) => items.map((item) => item.case);

/** Two crowds and a scan with labels in the middle of the first. */
const CASES = [labelled('l'), ...['a1', 'a2', 'b1', 'b2', 'b3'].map((id) => scan(id))];
const LOOKS = looksOf({ l: 0, a1: 0.1, a2: -0.1, b1: 0.9, b2: 1, b3: 1.1 });

describe('what to label next', () => {
  it('of scans that look alike, is the doubted one', () => {
    const proposals = new Map([proposal('a', 0.2), proposal('b', 0.9), proposal('c', 0.4)]);
    const known = { proposals, looks: looksOf({ a: 0, b: 0, c: 0 }), dice: 0.9 };
    const cases = [scan('a'), scan('b'), scan('c')];
    expect(idsOf(rankCases(cases, known, 3))).toEqual(['b', 'c', 'a']);
    expect(idsOf(rankCases(cases, { ...known, looks: new Map() }, 3))).toEqual(['b', 'c', 'a']);
  });

  it('is not what looks like a scan with labels, nor like one above it', () => {
    const doubts = { a1: 0.5, a2: 0.5, b1: 0.5, b2: 0.5, b3: 0.5 };
    const proposals = new Map(Object.entries(doubts).map(([id, doubt]) => proposal(id, doubt)));
    const [first, second] = idsOf(rankCases(CASES, { proposals, looks: LOOKS, dice: 0.8 }, 5));
    expect(first).toBe('b2');
    expect(['a1', 'a2', 'b1', 'b3']).toContain(second);
    const near = [...CASES, scan('b4'), scan('c')];
    const more = new Map([...LOOKS, ['b4', [1.0]], ['c', [2]]] as [string, number[]][]);
    const both = new Map([...proposals, proposal('b4', 0.55), proposal('c', 0.3)]);
    const order = idsOf(rankCases(near, { proposals: both, looks: more, dice: 0.8 }, 2));
    expect(order).toContain('c');
    expect(order.filter((id) => id.startsWith('b'))).toHaveLength(1);
  });

  it('is what the model doubts when it is good, what stands for most when it is weak', () => {
    const places = { l: 0, crowd1: 1, crowd2: 1.02, crowd3: 0.98, lone: -1 };
    const cases = [labelled('l'), ...['crowd1', 'crowd2', 'crowd3', 'lone'].map((id) => scan(id))];
    const proposals = new Map([
      proposal('crowd1', 0.02),
      proposal('crowd2', 0.02),
      proposal('crowd3', 0.02),
      proposal('lone', 0.9),
    ]);
    const rank = (dice: number | undefined) => rankCases(cases, { proposals, looks: looksOf(places), dice }, 4);
    expect(idsOf(rank(0.9))[0]).toBe('lone');
    expect(idsOf(rank(0.05))[0]).toBe('crowd1');
    expect(rank(0.05).items[0]?.reason).toMatch(/The model is weak yet \(validation Dice 0\.05\)/);
    expect(rank(undefined).items[0]?.reason).not.toMatch(/weak/);
  });

  it('without a model is what stands for most others', () => {
    const { items, looked } = rankCases(CASES, { proposals: new Map(), looks: LOOKS }, 2);
    expect(looked).toBe(0);
    expect(items[0]).toMatchObject({ case: 'b2', doubt: null, slices: [{ slice: 10 }] });
    expect(items[0]?.reason).toMatch(/There is no model yet\. .* 2 others look most like it\./);
  });

  it('counts rejected proposals as more doubt, and says so', () => {
    const states = Array<SliceState>(DEPTH).fill('unlabelled').fill('rejected', 4, 14);
    const proposals = new Map([proposal('a', 0.5), proposal('b', 0.45)]);
    const known = { proposals, looks: new Map(), dice: 0.8 };
    expect(idsOf(rankCases([scan('a'), scan('b')], known, 2))).toEqual(['a', 'b']);
    const { items } = rankCases([scan('a'), scan('b', states)], known, 2);
    expect(items[0]?.case).toBe('b');
    expect(items[0]?.reason).toMatch(/you rejected its proposal on 10 slices/);
  });

  it('says truly how much the model doubts a scan, and how many others look like it', () => {
    const doubts = { a1: 0.3, a2: 0.9, b1: 0.5, b2: 0.6, b3: 0.4 };
    const proposals = new Map(Object.entries(doubts).map(([id, doubt]) => proposal(id, doubt)));
    const { items } = rankCases(CASES, { proposals, looks: LOOKS, dice: 0.8 }, 5);
    const reasons = new Map(items.map((item) => [item.case, item.reason]));
    expect(reasons.get('a2')).toMatch(/Of 5 scans without labels the model is most unsure of this one\./);
    expect(reasons.get('a1')).toMatch(/is least unsure of this one/);
    expect(items[0]?.reason).toMatch(/is 2nd most unsure of this one\. 2 others look most like it/);
  });

  it('leaves out what has labels, and ranks nothing that nobody has looked at when there is a model', () => {
    const proposals = new Map([proposal('a1', 0.3)]);
    const ranking = rankCases(CASES, { proposals, looks: LOOKS, dice: 0.8 }, 5);
    expect(ranking).toMatchObject({ looked: 1, of: 5 });
    expect(idsOf(ranking)).toEqual(['a1']);
  });
});

describe('slices to label next', () => {
  const rank = (...slices: ((z: number) => number)[]) => {
    const cases = slices.map((_, i) => scan(`s${i}`));
    const proposals = new Map(slices.map((slice, i) => proposal(`s${i}`, 0.5 - 0.01 * i, slice)));
    return rankCases(cases, { proposals, looks: new Map(), dice: 0.8 }, 9).items.map((item) =>
      item.slices.map(({ slice }) => slice),
    );
  };

  it('are doubted ones with others between them', () => {
    const [slices = []] = rank((z) => (z >= 9 && z <= 12 ? 0.9 : z === 3 ? 0.7 : 0.1));
    expect(slices[0]).toBe(9);
    expect(slices[1]).toBe(3);
    const gaps = slices.flatMap((z, i) => slices.slice(0, i).map((other) => Math.abs(z - other)));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2);
  });

  it('lie elsewhere in the next scan, unless that is where its doubt is', () => {
    const alike = rank(
      (z) => (z === 10 ? 0.9 : z === 4 ? 0.7 : 0.1),
      (z) => (z === 10 ? 0.9 : z === 4 ? 0.7 : 0.1),
    );
    expect(alike.map(([first]) => first)).toEqual([10, 4]);
    const sure = rank(
      (z) => (z === 10 ? 0.9 : 0.1),
      (z) => (z === 10 ? 0.9 : 0.1),
    );
    expect(sure.map(([first]) => first)).toEqual([10, 10]);
  });

  it('of ten thousand scans compares those most doubted and a part of the others', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => scan(`s${n}`));
    const looks = new Map(many.map(({ id }, n) => [id, [n % 7, n % 11, n % 13]]));
    const without = rankCases(many, { proposals: new Map(), looks, dice: undefined }, 12);
    expect([without.of, without.items.length]).toEqual([10_000, 12]);
    const proposals = new Map(many.map(({ id }, n) => proposal(id, n === 7777 ? 5 : 0.1)));
    const { items, looked } = rankCases(many, { proposals, looks, dice: 0.9 }, 12);
    expect([looked, items[0]?.case]).toEqual([10_000, 's7777']);
  });
});

import { describe, expect, it } from 'vitest';
import type { StudioCase } from '../../../studio/api/index.ts';
import { chosenCases, type ListWish, rowsOf } from './arrange.ts';

function scan(id: string, patient: string, slices: StudioCase['slices'], more: Partial<StudioCase> = {}): StudioCase {
  return {
    id,
    patient,
    origin: 'data',
    state: 'ready',
    notes: [],
    slices,
    revision: 0,
    versions: [],
    formats: [],
    ...more,
  };
}

const cases = [
  scan('p10_b', 'p10', ['drawn', 'unlabelled']),
  scan('p2_a', 'p2', ['given', 'given']),
  scan('p10_a', 'p10', ['unlabelled', 'rejected', 'unlabelled']),
  scan('p1', 'p1', [], { state: 'broken', origin: 'uploaded' }),
];
const all: ListWish = { search: '', filter: 'all', order: 'found', byPatient: false };
const ids = (wish: Partial<ListWish>) => chosenCases(cases, { ...all, ...wish }).map(({ id }) => id);

describe('the list of scans', () => {
  it('is searched by words of the name and of the patient, in any order', () => {
    expect(ids({ search: 'A P10' })).toEqual(['p10_a']);
    expect(ids({ search: 'p10' })).toEqual(['p10_b', 'p10_a']);
    expect(ids({ search: 'nobody' })).toEqual([]);
  });

  it('shows what is wanted: a rejected slice is no label', () => {
    expect(ids({ filter: 'labelled' })).toEqual(['p10_b', 'p2_a']);
    expect(ids({ filter: 'unlabelled' })).toEqual(['p10_a', 'p1']);
    expect(ids({ filter: 'broken' })).toEqual(['p1']);
    expect(ids({ filter: 'added' })).toEqual(['p1']);
  });

  it('is ordered as found, by name with numbers as numbers, by labels, by slices', () => {
    expect(ids({})).toEqual(['p10_b', 'p2_a', 'p10_a', 'p1']);
    expect(ids({ order: 'name' })).toEqual(['p1', 'p2_a', 'p10_a', 'p10_b']);
    expect(ids({ order: 'least' })).toEqual(['p1', 'p10_a', 'p10_b', 'p2_a']);
    expect(ids({ order: 'most' })).toEqual(['p2_a', 'p10_b', 'p1', 'p10_a']);
    expect(ids({ order: 'slices' })).toEqual(['p10_a', 'p2_a', 'p10_b', 'p1']);
  });

  it('stands in rows, those of a patient under one heading', () => {
    const text = (columns: number, byPatient: boolean) =>
      rowsOf(cases, columns, byPatient).map((row) =>
        row.kind === 'patient' ? `${row.patient} (${row.count})` : row.items.map(({ id }) => id).join(' '),
      );
    expect(text(3, false)).toEqual(['p10_b p2_a p10_a', 'p1']);
    expect(text(3, true)).toEqual(['p10 (2)', 'p10_b p10_a', 'p2 (1)', 'p2_a', 'p1 (1)', 'p1']);
  });
});

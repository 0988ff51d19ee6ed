import { isLabel, type StudioCase } from '../../../studio/api/index.ts';

export const FILTERS = ['all', 'labelled', 'unlabelled', 'broken', 'added'] as const;
export type Filter = (typeof FILTERS)[number];

export const ORDERS = ['found', 'name', 'least', 'most', 'slices'] as const;
export type Order = (typeof ORDERS)[number];

/** Which cases a person wants to see, and in which order. */
export interface ListWish {
  /** Words that the id or the patient of a case must hold, in any order. */
  readonly search: string;
  readonly filter: Filter;
  readonly order: Order;
  /** Whether the cases of one patient stand together under a heading. */
  readonly byPatient: boolean;
}

/** One row of the list: cases side by side, or the heading above those of a patient. */
export type Row =
  | { readonly kind: 'cases'; readonly items: readonly StudioCase[] }
  | { readonly kind: 'patient'; readonly patient: string; readonly count: number };

const takes: Readonly<Record<Filter, (item: StudioCase) => boolean>> = {
  all: () => true,
  labelled: ({ slices }) => slices.some(isLabel),
  unlabelled: ({ slices }) => !slices.some(isLabel),
  broken: ({ state }) => state === 'broken',
  added: ({ origin }) => origin === 'uploaded',
};

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Share of the slices that have a label. */
function labelled({ slices }: StudioCase): number {
  return slices.length === 0 ? 0 : slices.reduce((sum, state) => sum + Number(isLabel(state)), 0) / slices.length;
}

const keys: Readonly<Record<Exclude<Order, 'found' | 'name'>, (item: StudioCase) => number>> = {
  least: labelled,
  most: (item) => -labelled(item),
  slices: ({ slices }) => -slices.length,
};

/** The cases that are wanted, in their order. */
export function chosenCases(cases: readonly StudioCase[], { search, filter, order }: Omit<ListWish, 'byPatient'>) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = cases.filter((item) => {
    if (!takes[filter](item)) return false;
    const text = `${item.id} ${item.patient}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (order === 'found') return found;
  if (order === 'name') return found.sort((a, b) => collator.compare(a.id, b.id));
  const key = keys[order];
  const keyed = found.map((item) => ({ item, key: key(item) }));
  return keyed.sort((a, b) => a.key - b.key || collator.compare(a.item.id, b.item.id)).map(({ item }) => item);
}

/** Cases in rows of so many; with `byPatient` each patient begins a row, in the order of its first case. */
export function rowsOf(cases: readonly StudioCase[], columns: number, byPatient: boolean): Row[] {
  if (!byPatient) return inRows(cases, columns);
  const patients = new Map<string, StudioCase[]>();
  for (const item of cases) {
    const own = patients.get(item.patient);
    if (own === undefined) patients.set(item.patient, [item]);
    else own.push(item);
  }
  const rows: Row[] = [];
  for (const [patient, own] of patients) {
    rows.push({ kind: 'patient', patient, count: own.length });
    for (const row of inRows(own, columns)) rows.push(row);
  }
  return rows;
}

function inRows(cases: readonly StudioCase[], columns: number): Row[] {
  return Array.from({ length: Math.ceil(cases.length / columns) }, (_, i) => ({
    kind: 'cases',
    items: cases.slice(i * columns, (i + 1) * columns),
  }));
}

import { signal } from '@preact/signals';
import type { ListWish } from '../pages/scans/arrange.ts';

/** How the list of scans is looked at; kept while a person is on other pages. */
export const listWish = signal<ListWish>({ search: '', filter: 'all', order: 'found', byPatient: false });

export type ListLook = 'grid' | 'list';
export const listLook = signal<ListLook>('grid');

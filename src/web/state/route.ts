import { signal } from '@preact/signals';

/** Pages by the first part of the address behind `#/`. */
export const PAGES = ['scans', 'label', 'train', 'review', 'patches', 'runs'] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  readonly page: PageName;
  /** What the page is about, as a case or a run. */
  readonly subject?: string;
  /** A slice, counted from 0. */
  readonly slice?: number;
}

/** Reads what stands behind `#`; anything unknown is the first page. */
export function parseRoute(hash: string): Route {
  const [name = '', subject, slice] = hash.replace(/^#?\/?/, '').split('/');
  const page = PAGES.find((candidate) => candidate === name) ?? 'scans';
  return {
    page,
    ...(subject ? { subject: decodeURIComponent(subject) } : {}),
    ...(slice !== undefined && /^\d+$/.test(slice) ? { slice: Number(slice) } : {}),
  };
}

export function routeHash({ page, subject, slice }: Route): string {
  const parts = [page, ...(subject === undefined ? [] : [encodeURIComponent(subject)])];
  return `#/${parts.join('/')}${slice === undefined || subject === undefined ? '' : `/${slice}`}`;
}

export const route = signal<Route>({ page: 'scans' });

/** Follows the address from now on. */
export function followAddress(): void {
  const read = () => {
    route.value = parseRoute(location.hash);
  };
  read();
  addEventListener('hashchange', read);
}

export function go(to: Route): void {
  location.hash = routeHash(to);
}

/**
 * Writes where one is into the address, without another entry to go back to. Where a person has asked for another place, of which
 * the page has not been told yet, that one stands.
 */
export function replaceRoute(to: Route): void {
  if (routeHash(parseRoute(location.hash)) !== routeHash(route.peek())) return;
  history.replaceState(null, '', routeHash(to));
  route.value = to;
}

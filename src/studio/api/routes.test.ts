import { describe, expect, it } from 'vitest';
import { addressOf } from './client.ts';
import { ROUTES, type Route } from './routes.ts';

const routes: readonly Route[] = Object.values(ROUTES);

describe('the table of routes', () => {
  it('has one entry for each method and path, all below /api', () => {
    const places = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { path } of routes) expect(path).toMatch(/^\/api(\/(:case|:run|[a-z]+))+$/);
  });

  it('takes bodies with PUT and POST only', () => {
    for (const { method, body } of routes) if (body !== undefined) expect(['PUT', 'POST']).toContain(method);
  });
});

describe('addressOf', () => {
  it('escapes ids and leaves out what is not given', () => {
    expect(addressOf('mask', { case: 'a b#1', first: 3, count: 1 })).toBe('/api/cases/a%20b%231/mask?first=3&count=1');
    expect(addressOf('proposal', { case: 'p', run: undefined })).toBe('/api/cases/p/proposal');
  });
});

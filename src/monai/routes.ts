import { Refusal } from '../studio/refusal.ts';
import type { Endpoint } from './endpoint.ts';
import { nextSample } from './endpoints/active-learning.ts';
import { authEnabled, authToken, authValid } from './endpoints/auth.ts';
import { datastore } from './endpoints/datastore.ts';
import { getImage, putImage } from './endpoints/image.ts';
import { infer, inferSlide } from './endpoints/infer.ts';
import { info } from './endpoints/info.ts';
import { getLabel, putLabel } from './endpoints/label.ts';
import { deleteSession, getSession, putSession } from './endpoints/session.ts';
import { stopTraining, train, trainModel, trainStatus } from './endpoints/train.ts';

/** One address; `:model` and the like stand for names, percent-encoded, and a slash at the end may be there or not. */
interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly endpoint: Endpoint;
  /** Whether it is asked before a program has logged in. */
  readonly isPublic?: true;
}

/** The addresses of MONAI Label that its clients, 3D Slicer and OHIF use. */
export const MONAI_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/auth', endpoint: authEnabled, isPublic: true },
  { method: 'POST', path: '/auth/token', endpoint: authToken, isPublic: true },
  { method: 'GET', path: '/auth/token/valid', endpoint: authValid },
  { method: 'GET', path: '/info', endpoint: info },
  { method: 'POST', path: '/activelearning/:strategy', endpoint: nextSample },
  { method: 'GET', path: '/datastore', endpoint: datastore },
  { method: 'PUT', path: '/datastore', endpoint: putImage },
  { method: 'GET', path: '/datastore/image', endpoint: getImage },
  { method: 'PUT', path: '/datastore/image', endpoint: putImage },
  { method: 'GET', path: '/datastore/label', endpoint: getLabel },
  { method: 'PUT', path: '/datastore/label', endpoint: putLabel },
  { method: 'POST', path: '/infer/wsi/:model', endpoint: inferSlide },
  { method: 'POST', path: '/infer/:model', endpoint: infer },
  { method: 'PUT', path: '/session', endpoint: putSession },
  { method: 'GET', path: '/session/:session', endpoint: getSession },
  { method: 'DELETE', path: '/session/:session', endpoint: deleteSession },
  { method: 'GET', path: '/train', endpoint: trainStatus },
  { method: 'POST', path: '/train', endpoint: train },
  { method: 'DELETE', path: '/train', endpoint: stopTraining },
  { method: 'POST', path: '/train/:model', endpoint: trainModel },
];

const TABLE = MONAI_ROUTES.map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
}));

const FIRST_PARTS = new Set(MONAI_ROUTES.map(({ path }) => path.split('/')[1]));

/** Whether a path is one of MONAI Label's. */
export const isMonaiPath = (path: string) => FIRST_PARTS.has(path.split('/')[1]);

/** @throws Refusal 400, 404, 405 */
export function monaiRouteOf(method: string, path: string): Omit<Route, 'method'> & { ids: Record<string, string> } {
  const matching = TABLE.filter(({ pattern }) => pattern.test(path));
  if (matching.length === 0) throw new Refusal(404, 'there is nothing at this address');
  const match = matching.find((route) => route.method === (method === 'HEAD' ? 'GET' : method));
  if (match === undefined) throw new Refusal(405, `this address is not for ${method}`);
  const groups = match.pattern.exec(path)?.groups ?? {};
  return { ...match, ids: Object.fromEntries(Object.entries(groups).map(([key, text]) => [key, decoded(text)])) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'the address is not well-formed');
  }
}

import type { Rng } from '../../src/core/rng.ts';
import { ROUTES, type Route } from '../../src/studio/api/index.ts';

/** A request as it goes onto the wire. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What numbers, names and ids are taken for: right ones first. */
const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '1e9',
  '99999999999999999999',
  'NaN',
  '1.5',
  '',
  '0x10',
  '1,2',
  '0,0,0',
  '1e999',
];
const IDS = [
  'ball1',
  'ball2',
  'ball3',
  'more',
  'round-01',
  'theirs',
  '..',
  '%2e%2e%2f',
  '%00',
  '%E0%A4%A',
  'é',
  '__proto__',
  'constructor',
  'a'.repeat(300),
];
const NAMES = [
  'scan.nii.gz',
  'mask.png',
  'a.onnx',
  'a.dcm',
  '../a.nii',
  'a\\b.nii',
  'a\tb.nii',
  'CON',
  '.nii',
  `${'n'.repeat(240)}.nii`,
  '__proto__',
  '%',
];
const WORDS = [
  'true',
  'false',
  'drawn',
  'corrected',
  'accepted',
  'rejected',
  'unlabelled',
  'merge',
  'refuse',
  'nifti',
  'png',
  'dicom-seg',
  'tiff',
  'labels',
  'proposal',
  'ignore',
  'foreground',
  'all',
  '',
  '__proto__',
  '\u202e',
  '%00',
];
const KEYS = [
  'first',
  'count',
  'slices',
  'name',
  'state',
  'base',
  'stale',
  'keep',
  'provenance',
  'run',
  'step',
  'action',
  'of',
  'rest',
  'format',
  'group',
  'more',
  'batch',
  'revision',
  '__proto__',
  'other',
];
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { Range: 'bytes=5-2' },
  { 'Content-Encoding': 'gzip' },
  { 'Content-Type': 'text/plain; charset=\u00ff' },
  { 'If-None-Match': '*' },
  { Accept: 'a'.repeat(3000) },
  { Expect: '100-continue' },
  { Origin: 'null' },
  { Authorization: 'Bearer wrong' },
];

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

/** Request number `n` of a seed, most of them of a route that there is. @param samples files to send, which are damaged now and then */
export function requestOf(rng: Rng, samples: readonly Uint8Array[]): WireRequest {
  const pick = <T>(list: readonly T[]): T => list[rng.int(list.length)] as T;
  const rarely = (share: number) => rng.chance(share);
  const route = pick(Object.values(ROUTES) as Route[]);
  const id = () => (rarely(0.3) ? pick(IDS) : pick(IDS.slice(0, 6)));
  const path = rarely(0.03) ? junkPath(rng) : route.path.replace(/:\w+/g, id);
  const valueFor = (key: string) => {
    if (rarely(0.1)) return pick([...NUMBERS, ...WORDS, ...IDS]);
    if (key === 'run') return pick(['round-01', 'theirs', 'nothing']);
    if (key === 'name') return pick(NAMES);
    if (key === 'group') return pick(['a', 'b', '..']);
    if (key === 'slices') return pick(['all', 'foreground', '0', '0,1', '3,2,1', '5,5']);
    if (/first|count|base|step|action|batch|revision/.test(key))
      return pick(rarely(0.5) ? NUMBERS : NUMBERS.slice(0, 4));
    return pick(WORDS);
  };
  const keys = Object.keys(route.query.shape).filter(() => !rarely(0.15));
  if (rarely(0.1)) keys.push(pick(KEYS));
  const query = keys.map((key) => `${key}=${encodeURIComponent(valueFor(key))}`).join('&');
  const body = bodyOf(route, rng, samples);
  return {
    method: rarely(0.05) ? pick(METHODS) : route.method,
    path: `${path}${query === '' ? '' : `?${query}`}`,
    headers: rarely(0.1) ? pick(HEADERS) : {},
    ...(body !== undefined && { body }),
  };
}

function junkPath(rng: Rng): string {
  const characters = Array.from({ length: rng.int(60) }, () => String.fromCharCode(0x21 + rng.int(94)));
  return `/${rng.chance(0.5) ? 'api/' : ''}${characters.join('').replaceAll(/[#?]/g, '')}`;
}

function bodyOf({ body }: Route, rng: Rng, samples: readonly Uint8Array[]): Uint8Array | undefined {
  if (body === undefined) return rng.chance(0.05) ? new Uint8Array(rng.int(2000)) : undefined;
  if (body !== 'bytes') return new TextEncoder().encode(rng.chance(0.8) ? JSON.stringify(jsonOf(rng, 0)) : '{"a":');
  const sample = samples[rng.int(samples.length)] as Uint8Array;
  if (rng.chance(0.4)) return sample;
  const bytes = rng.chance(0.5) ? sample.slice(0, rng.int(sample.length + 1)) : sample.slice();
  for (let n = rng.int(8); n > 0 && bytes.length > 0; n--) bytes[rng.int(bytes.length)] = rng.int(256);
  return bytes;
}

const FIELDS = [
  'steps',
  'method',
  'settings',
  'classes',
  'names',
  'palette',
  'patients',
  'isChosen',
  'run',
  'name',
  'value',
  'colour',
  'order',
  'minutes',
  '__proto__',
  'budget',
];

/** JSON of some depth whose fields have names that requests know. */
function jsonOf(rng: Rng, depth: number): unknown {
  const scalars = [
    0,
    1,
    -1,
    1e308,
    255,
    256,
    '',
    'background',
    'supervised',
    '#ff0000',
    null,
    true,
    'a'.repeat(500),
    '\u0000',
    '__proto__',
  ];
  const kind = depth > 3 ? 0 : rng.int(3);
  if (kind === 0) return scalars[rng.int(scalars.length)];
  if (kind === 1) return Array.from({ length: rng.int(5) }, () => jsonOf(rng, depth + 1));
  const entries = Array.from({ length: rng.int(5) }, () => [FIELDS[rng.int(FIELDS.length)], jsonOf(rng, depth + 1)]);
  return Object.fromEntries(entries);
}

import { concatBytes } from './bytes.ts';
import { PatchclError } from './errors.ts';
import type { Entry, Files } from './files.ts';

/**
 * A file system that lives in a map: for tests and for data made on the fly. Behaves as Node's does, folders exist through
 * the files in them.
 *
 * @param content files by path, texts as UTF-8
 * @example
 * const files = memoryFiles({ 'set/images/a.png': bytes, 'set/dataset.json': '{}' });
 */
export function memoryFiles(content: Readonly<Record<string, Uint8Array | string>> = {}): Files {
  const stored = new Map<string, Uint8Array>();
  const writes = new Map<string, number>();

  const isFolder = (path: string) =>
    path === '' || [...stored.keys()].some((candidate) => candidate.startsWith(`${path}/`));
  const kindOf = (path: string) => (stored.has(path) ? 'file' : isFolder(path) ? 'folder' : undefined);

  const put = (path: string, bytes: Uint8Array) => {
    const key = normalise(path);
    if (isFolder(key)) throw new PatchclError('unwritable', 'a folder of that name is in the way', { subject: path });
    const parents = key.split('/').slice(0, -1);
    for (let depth = 1; depth <= parents.length; depth++) {
      if (stored.has(parents.slice(0, depth).join('/'))) {
        throw new PatchclError('unwritable', 'a part of its path is a file, not a folder', { subject: path });
      }
    }
    stored.set(key, bytes);
    writes.set(key, (writes.get(key) ?? 0) + 1);
  };

  const get = (path: string) => {
    const bytes = stored.get(normalise(path));
    if (bytes !== undefined) return bytes;
    const problem = isFolder(normalise(path)) ? 'this is a folder, a file was expected' : 'there is no such file';
    throw new PatchclError('bad-file', problem, { subject: path });
  };

  for (const [path, value] of Object.entries(content)) put(path, toBytes(value));

  return {
    read: async (path) => get(path).slice(),
    readStart: async (path, length) => get(path).slice(0, length),
    stamp: async (path) => {
      const key = normalise(path);
      return stored.has(key) ? String(writes.get(key)) : undefined;
    },
    list: async (path) => {
      const prefix = normalise(path) === '' ? '' : `${normalise(path)}/`;
      const entries = new Map<string, Entry>();
      for (const key of stored.keys()) {
        if (!key.startsWith(prefix)) continue;
        const [name = '', ...below] = key.slice(prefix.length).split('/');
        entries.set(name, { name, kind: below.length === 0 ? 'file' : 'folder' });
      }
      return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    kind: async (path) => kindOf(normalise(path)),
    write: async (path, value) => put(path, toBytes(value)),
    append: async (path, value) => {
      const old = stored.get(normalise(path)) ?? new Uint8Array();
      put(path, concatBytes([old, toBytes(value)]));
    },
    remove: async (path) => {
      const key = normalise(path);
      for (const candidate of [...stored.keys()]) {
        if (key === '' || candidate === key || candidate.startsWith(`${key}/`)) stored.delete(candidate);
      }
    },
    // A folder is there through the files in it.
    removeEmpty: async () => undefined,
    absolute: (path) => `/${normalise(path)}`,
  };
}

/** `./a//b/` and `/a/b` are both `a/b`. */
function normalise(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function toBytes(value: Uint8Array | string): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value.slice();
}

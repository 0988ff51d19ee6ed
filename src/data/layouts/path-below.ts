import { joinPath } from '../../core/files.ts';

/** A path as seen from a folder; whole where it lies elsewhere. */
export function pathBelow(root: string, path: string): string {
  const prefix = `${joinPath(root).replace(/\/+$/, '')}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

import type { StudioBackend } from '../backend.ts';
import { type Body, MOST_UPLOADED } from './handler-types.ts';

/** Writes what a client sends to a file that is gone afterwards. @throws Refusal 413 when it is too large */
export function takeUpload<T>(studio: StudioBackend, body: Body, use: (path: string) => Promise<T>): Promise<T> {
  return studio.withTemporary(async (path) => {
    await body.toFile(path, MOST_UPLOADED);
    return use(path);
  });
}

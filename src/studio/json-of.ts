import { type Files, readText } from '../core/files.ts';

/** What a file of a cache holds; undefined when it is damaged: it is made anew then. */
export async function jsonOf(files: Files, path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = JSON.parse(await readText(files, path));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

import type { Files } from '../core/files.ts';
import { checkWritableFile } from './outputs.ts';
import { note, print } from './terminal.ts';

/** The name that stands for standard output. */
const STANDARD_OUTPUT = '-';

/** Where the JSON of a command goes, and what it prints for people beside it. */
export interface JsonOutput {
  /** A result as text: on standard output, or on standard error where the JSON has the former to itself. */
  print(text: string): void;
  /** Writes the JSON, if it is asked for. @param text of one JSON value */
  write(text: string): Promise<void>;
}

/**
 * @param path a file, `-` for standard output, or undefined for no JSON
 * @throws PatchclError `unwritable` before any work is done
 */
export async function jsonOutput(files: Files, path: string | undefined): Promise<JsonOutput> {
  if (path === undefined) return { print, write: async () => undefined };
  if (path === STANDARD_OUTPUT) return { print: note, write: async (text) => print(text.trimEnd()) };
  await checkWritableFile(files, path);
  return { print, write: (text) => files.write(path, text) };
}

/** The description of `--json` in a help text. @param what is written */
export const jsonDescription = (what: string) => `also write ${what} as JSON; - for standard output, alone there`;

import { existsSync } from 'node:fs';

/** Real files for tests: where they lie, and whether they are there at all. */
export interface SharedData {
  readonly folder: URL;
  readonly isMissing: boolean;
}

/** A folder of `../shared/data` beside the project; says on standard error that its tests are skipped when it is missing. */
export function sharedData(path: string): SharedData {
  const folder = new URL(`../../../../shared/data/${path}/`, import.meta.url);
  const isMissing = !existsSync(folder);
  if (isMissing) process.stderr.write(`SKIPPED: tests on real files, for want of ../shared/data/${path}\n`);
  return { folder, isMissing };
}

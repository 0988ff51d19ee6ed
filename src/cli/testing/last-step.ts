import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The last step in the log of a training that may be under way; 0 before its first row. */
export async function lastStep(run: string): Promise<number> {
  const log = await readFile(join(run, 'metrics.csv'), 'utf8').catch(() => '');
  return Number(log.trimEnd().split('\n').at(-1)?.split(',')[0]) || 0;
}

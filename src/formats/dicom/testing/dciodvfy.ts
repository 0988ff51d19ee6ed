import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the validator of dicom3tools is there. Its version of 2022 does not know label maps, which came in 2024. */
export const hasValidator = spawnSync('dciodvfy', []).error === undefined;
if (!hasValidator) process.stderr.write('SKIPPED: tests by dciodvfy of dicom3tools, which is not there\n');

/** What dciodvfy says of a DICOM file: which kind of object it takes it for, and its errors. */
export function validated(bytes: Uint8Array): { readonly text: string; readonly errors: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'patchcl-dciodvfy-'));
  try {
    const path = join(folder, 'object.dcm');
    writeFileSync(path, bytes);
    const { stdout, stderr } = spawnSync('dciodvfy', [path], { encoding: 'utf8' });
    const text = `${stdout}${stderr}`;
    return { text, errors: text.split('\n').filter((line) => line.startsWith('Error')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { builtPage } from '../../server/build-page.ts';
import { PACKAGE } from './program.ts';

/** Makes the studio's page where it has changed and lays it beside the compiled program, as a package has it. */
export async function pageBesideProgram(): Promise<void> {
  const place = join(PACKAGE, 'dist/web');
  if (existsSync(join(PACKAGE, 'vite.config.ts')) || existsSync(place)) return;
  const page = await builtPage(() => undefined);
  // Another test may have linked it meanwhile: the same.
  await symlink(page as string, place).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

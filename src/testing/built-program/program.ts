import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BUILT_PROGRAM } from './build.ts';

/* What `node/program.ts` says, for tests: the program that was compiled before them. vitest.config.ts puts it in that one's place. */

const sources = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder of the program as a package has it; a clone where nothing was compiled. */
export const PACKAGE = process.env[BUILT_PROGRAM] ?? sources;

export const PROGRAM = join(PACKAGE, 'bin/patchcl.js');
export const SCAN_WORKER = pathToFileURL(join(PACKAGE, 'bin/scan-worker.js'));

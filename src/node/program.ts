import { fileURLToPath } from 'node:url';

/** This program's file, for whoever starts it in a process of its own. */
export const PROGRAM = fileURLToPath(new URL('../../bin/patchcl.js', import.meta.url));

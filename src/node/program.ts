import { fileURLToPath } from 'node:url';

const BIN = new URL('../../bin/', import.meta.url);

/** This program's file, for whoever starts it in a process of its own. */
export const PROGRAM = fileURLToPath(new URL('patchcl.js', BIN));

/** Reads scans in a process of its own. */
export const SCAN_WORKER = new URL('scan-worker.js', BIN);

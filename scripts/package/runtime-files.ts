import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Copies what Node needs to run ONNX Runtime as WebAssembly into dist/, or the folder that is named: its script and its package.json, which tells the version.
 * The WebAssembly itself lies beside the page, which needs it too. See src/runtime/node/web-assembly.ts.
 */

const source = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const dist = process.argv[2] ?? fileURLToPath(new URL('../../dist', import.meta.url));
const target = join(dist, 'runtime/node/onnxruntime-web');

mkdirSync(target, { recursive: true });
cpSync(join(source, 'ort.node.min.mjs'), join(target, 'ort.node.min.mjs'));
cpSync(join(source, '../package.json'), join(target, 'package.json'));

import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { thirdPartyNotices } from './scripts/package/notices.ts';

const root = fileURLToPath(new URL('src/web/', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };
const out = fileURLToPath(new URL('dist/web', import.meta.url));

/** ONNX Runtime's own files: for WebAssembly, and for WebGPU. It starts its threads from them, so they stay as they are. */
const RUNTIME_FILES = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'].flatMap((name) => [
  `${name}.mjs`,
  `${name}.wasm`,
]);

const onnxRuntime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
const notices = thirdPartyNotices([dirname(onnxRuntime)]);

function onnxRuntimeFiles(): Plugin {
  return {
    name: 'onnxruntime-files',
    writeBundle({ dir = out }) {
      for (const name of RUNTIME_FILES) cpSync(join(onnxRuntime, name), join(dir, 'onnxruntime', name));
    },
  };
}

/** The page as a folder of files that any host can serve, at any path. */
export default defineConfig({
  root,
  base: './',
  publicDir: join(root, 'public'),
  // Without this condition the build of ONNX Runtime with its WebAssembly loader inside would be taken, which has no threads.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', plugins: () => [notices.worker()] },
  define: { PATCHCL_VERSION: JSON.stringify(version) },
  plugins: [onnxRuntimeFiles(), notices.page],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // The viewer of volumes is large, and loaded when someone opens it.
    chunkSizeWarningLimit: 2000,
  },
});

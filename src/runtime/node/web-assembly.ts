import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { PatchclError } from '../../core/errors.ts';
import { type Ort, wrapSession } from '../ort/session.ts';
import type { Runtime } from '../runtime.ts';

/** What is used of onnxruntime-web, whose types an installed package does not have. */
interface WebOrt extends Ort {
  readonly env: { readonly wasm: { numThreads?: number; wasmPaths?: string } };
}

/** Where the files of onnxruntime-web lie: in a clone in that package, in an installed patchcl beside this file and its page. */
function placesOf(): { readonly script: URL; readonly binaries: URL; readonly manifest: URL } {
  const packed = new URL('onnxruntime-web/', import.meta.url);
  if (existsSync(packed)) {
    const binaries = new URL('../../web/onnxruntime/', import.meta.url);
    return { script: new URL('ort.node.min.mjs', packed), binaries, manifest: new URL('package.json', packed) };
  }
  const dist = new URL('.', pathToFileURL(createRequire(import.meta.url).resolve('onnxruntime-web')));
  return { script: new URL('ort.node.min.mjs', dist), binaries: dist, manifest: new URL('../package.json', dist) };
}

/** The version of ONNX Runtime that runs as WebAssembly. */
export function webAssemblyVersion(): string {
  const { version } = JSON.parse(readFileSync(placesOf().manifest, 'utf8')) as { version: string };
  return version;
}

export interface WebAssemblyRuntimeOptions {
  /** Default: all cores. ONNX Runtime starts its threads once, so the first runtime of a process decides. */
  readonly threads?: number | undefined;
}

/**
 * ONNX Runtime as WebAssembly in Node: for machines on which the native one did not install. It is what pages use, on the
 * threads of the process; it knows no blocked layout and takes two to four times as long.
 */
export async function webAssemblyRuntime({
  threads = availableParallelism(),
}: WebAssemblyRuntimeOptions = {}): Promise<Runtime> {
  const { script, binaries } = placesOf();
  const ort = (await import(script.href)) as WebOrt;
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = binaries.href;
  const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: 3 } as const;
  return {
    target: { device: 'wasm' },
    description: `onnxruntime-web in Node, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    load: async (model) => {
      try {
        return wrapSession(ort, await ort.InferenceSession.create(model, options));
      } catch (cause) {
        const problem = `ONNX Runtime could not load the model as WebAssembly: ${(cause as Error).message}`;
        throw new PatchclError('unsupported', problem, { cause });
      }
    },
  };
}

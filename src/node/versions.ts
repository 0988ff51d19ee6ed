import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, release } from 'node:os';
import { z } from 'zod';
import { webAssemblyVersion } from '../runtime/node/web-assembly.ts';
import { processorName } from './processor.ts';

const packageSchema = z.object({ version: z.string() });

/** The version of this package. */
export function patchclVersion(): string {
  return versionIn(new URL('../../package.json', import.meta.url));
}

/** Programs and machine by name, for a run's record. */
export function versions(): Record<string, string> {
  return {
    patchcl: patchclVersion(),
    node: process.versions.node,
    ...onnxRuntimeVersion(),
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: processorName(),
  };
}

/** The native ONNX Runtime where it is installed, else the one that runs as WebAssembly. */
function onnxRuntimeVersion(): Record<string, string> {
  try {
    return { 'onnxruntime-node': versionIn(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')) };
  } catch {
    return { 'onnxruntime-web': webAssemblyVersion() };
  }
}

function versionIn(path: string | URL): string {
  return packageSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}

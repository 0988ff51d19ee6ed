// Runs when npm installs patchcl, before the install script of onnxruntime-node. On Linux (x64) that script downloads hundreds of
// megabytes for CUDA from outside npm unless they are there, and where it cannot the installation fails. Placeholders in their place
// say that nobody has asked for them: the native runtime is then installed from npm alone. Who wants CUDA asks onnxruntime-node for
// it, which overwrites them: docs/devices.md.
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FILES = ['cuda', 'shared', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`);
const isAskedFor = process.env.ONNXRUNTIME_NODE_INSTALL ?? process.env.npm_config_onnxruntime_node_install;

try {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const folder = join(dirname(manifest), 'bin/napi-v6', process.platform, process.arch);
  const isConcerned = process.platform === 'linux' && process.arch === 'x64' && existsSync(folder);
  for (const name of isConcerned && isAskedFor === undefined ? FILES : []) {
    const path = join(folder, name);
    if (!existsSync(path)) writeFileSync(path, 'CUDA was not installed: patchcl asks npm alone.\n');
  }
} catch {
  // It is not there yet, or not ours to write to: npm goes on without it where its script fails.
}

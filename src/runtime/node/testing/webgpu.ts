import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RemoteRuntime, remoteRuntime } from '../../testing/serve.ts';
import type { NodeRuntimeOptions } from '../runtime.ts';

/** Description of the software Vulkan driver in Debian's package chromium-common, which also brings the loader. */
const DRIVER = process.env.VK_ICD_FILENAMES ?? '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Why tests on WebGPU are skipped; undefined where they run. With PATCHCL_REQUIRE_BROWSER set they always run, or fail. */
export function noVulkan(): string | undefined {
  if (process.platform !== 'linux') return 'WebGPU is tested on Linux';
  if (existsSync(DRIVER) || process.env.PATCHCL_REQUIRE_BROWSER) return undefined;
  return `there is no Vulkan driver described by ${DRIVER} (Debian: apt-get install chromium)`;
}

/** WebGPU in Node on the software driver, in a process of its own: the place of libraries is settled when one starts. */
export async function softwareWebgpu(): Promise<RemoteRuntime> {
  const host = fileURLToPath(new URL('host.ts', import.meta.url));
  const options: NodeRuntimeOptions = { device: 'webgpu' };
  const child = fork(host, [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    env: { ...process.env, VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: dirname(DRIVER) },
  });
  let count = 0;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  child.on('message', ([id, { value, error }]: [number, { value?: unknown; error?: string }]) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) request?.resolve(value);
    else request?.reject(new Error(error));
  });
  child.on('exit', (status, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`the WebGPU process ended: ${signal ?? status}`));
  });
  const answer = (...request: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      child.send([count, ...request]);
    });
  return remoteRuntime(answer, async () => {
    child.kill();
  });
}

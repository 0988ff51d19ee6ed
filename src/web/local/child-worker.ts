import '../setup.ts';
import { browserRuntime } from '../../runtime/browser/index.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Config } from '../../settings/config.ts';
import { serveJobs } from '../../studio/jobs/serve-jobs.ts';
import { carryOut } from '../../studio/training/carry-out.ts';
import type { ToTrainer } from '../../studio/training/messages.ts';
import type { Begin, FromChild } from './child-messages.ts';
import { opfsFiles } from './opfs-files.ts';

/** Threads of the worker that segments: what trains needs the others. */
const SEGMENTING_THREADS = 1;

const send = (message: FromChild) => postMessage(message);
const tell = (message: unknown) => send({ message });
let take: ((message: never) => void) | undefined;
/** Orders that came before the file system was there. */
const early: unknown[] = [];

addEventListener('message', ({ data }: MessageEvent) => {
  if (take !== undefined) take(data as never);
  else if (early.push(data) === 1) void begin(data as Begin);
});

async function begin(first: Begin): Promise<void> {
  const files = opfsFiles(await navigator.storage.getDirectory());
  const runtimeOf = (device: 'wasm' | 'webgpu', threads?: number): Promise<Runtime> =>
    browserRuntime({ device, wasmPaths: first.runtime, ...(threads !== undefined && { threads }) });
  if (first.kind === 'worker') {
    const { version } = first;
    take = serveJobs({ files, version, runtime: () => runtimeOf('wasm', SEGMENTING_THREADS) }, tell) as typeof take;
  } else {
    let stop = false;
    take = (async (order: ToTrainer) => {
      if (order.type === 'stop') {
        stop = true;
        return;
      }
      const isWell = await carryOut(
        order,
        async (reporter) => ({
          files,
          runtime: await runtimeOf(deviceOf(order.config), order.config.threads),
          reporter,
          versions: { patchcl: first.version, browser: navigator.userAgent },
          now: () => performance.now() / 1000,
          wallClock: () => Date.now() / 1000,
          // Browsers do not tell what their threads have used.
          cpuSeconds: () => performance.now() / 1000,
          stopRequested: () => stop,
        }),
        tell,
      );
      send({ ended: isWell ? 'status 0' : 'status 1' });
      close();
    }) as typeof take;
  }
  for (const message of early.slice(1)) take?.(message as never);
}

/** A tab has no processor but WebAssembly's; a graphics card is used where a person asks for it. */
function deviceOf({ device }: Pick<Config, 'device'>): 'wasm' | 'webgpu' {
  return device === 'webgpu' ? 'webgpu' : 'wasm';
}
